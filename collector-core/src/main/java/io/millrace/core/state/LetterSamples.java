package io.millrace.core.state;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * Samples of bytes that strangers sent and were told not to have arrived, one file for each
 * component in {@code dead-letters/samples/}. Thread-safe.
 *
 * <p>Strangers must not be able to fill a disk or to keep it busy: a file takes {@value
 * #MAX_FILE_BYTES} bytes, a sample the first {@value #MAX_SAMPLE_BYTES} of what came, and a
 * component keeps {@value #BURST} at once and then one a second. The disk is not waited for.
 */
final class LetterSamples implements AutoCloseable {
  static final int MAX_FILE_BYTES = 1 << 20;
  static final int MAX_SAMPLE_BYTES = 16 << 10;
  static final int BURST = 10;
  private static final double PER_NANO = 1e-9;

  private final Path directory;
  private final Map<String, Kept> files = new HashMap<>();

  /** What is known of a component's samples. */
  private static final class Kept {
    private final LineFile file;
    private double allowed = BURST;
    private long since = System.nanoTime();

    Kept(LineFile file) {
      this.file = file;
    }

    boolean mayTake(long bytes) {
      long now = System.nanoTime();
      allowed = Math.min(BURST, allowed + (now - since) * PER_NANO);
      since = now;
      if (allowed < 1 || file.sizeBytes() + bytes > MAX_FILE_BYTES) {
        return false;
      }
      allowed--;
      return true;
    }
  }

  LetterSamples(Path directory) {
    this.directory = directory;
  }

  /** Keeps a sample if there is room for it now. */
  synchronized boolean offer(
      LetterOwner owner, Instant time, byte[] bytes, String origin, String reason) {
    byte[] sample =
        bytes.length <= MAX_SAMPLE_BYTES ? bytes : Arrays.copyOf(bytes, MAX_SAMPLE_BYTES);
    String shown =
        sample.length == bytes.length
            ? reason
            : reason + " (the first " + sample.length + " of " + bytes.length + " bytes)";
    LetterLine line = LetterLine.raw(time, owner, sample, origin, shown);
    try {
      Kept kept = kept(owner);
      if (!kept.mayTake(line.sizeBytes())) {
        return false;
      }
      kept.file.append(line::writeTo, false);
      return true;
    } catch (IOException e) {
      return false; // The sender was told; that there is no sample is counted.
    }
  }

  @Override
  public synchronized void close() throws IOException {
    for (Kept kept : files.values()) {
      kept.file.close();
    }
    files.clear();
  }

  private Kept kept(LetterOwner owner) throws IOException {
    String name = owner.fileName();
    Path path = directory.resolve(name);
    Kept known = files.get(name);
    if (known != null && Files.exists(path)) {
      return known;
    }
    if (known != null) {
      known.file.close(); // Somebody has looked at them and moved them away.
    }
    Files.createDirectories(directory);
    Kept opened = new Kept(LineFile.open(path));
    files.put(name, opened);
    return opened;
  }
}
