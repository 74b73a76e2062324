package io.millrace.benchmarks.load.file;

import io.millrace.benchmarks.load.records.RecordWriter;
import io.millrace.benchmarks.load.records.Tally;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes lines into files, a block to each in turn: at a rate, or as far ahead of what has arrived
 * as is allowed. A file that is large enough is renamed, and deleted once all of it has arrived.
 * Thread-safe.
 */
public final class LineWriter implements RecordWriter {
  private static final long PAUSE_MILLIS = 1;
  private static final double MAX_BURST_SECONDS = 0.2;
  private static final int BLOCKS_BETWEEN_LOOKS = 256;

  private final Path directory;
  private final Layout layout;
  private final Tally tally;
  private final double lineBytes;
  private final ByteBuffer block;
  private final int[] lineAt = new int[Lines.KINDS + 1];
  private final int numberAt;
  private final byte[] digits =
      Long.toString(Lines.FIRST_NUMBER).getBytes(java.nio.charset.StandardCharsets.US_ASCII);
  private final List<LineFile> files = new ArrayList<>();
  private final Deque<Finished> finished = new ArrayDeque<>();
  private final Thread thread = Thread.ofPlatform().name("lines").daemon().unstarted(this::run);
  private volatile double linesPerSecond;
  private volatile long written;
  private volatile boolean stopped;
  private volatile @Nullable IOException failure;
  private int rotations;

  /**
   * How lines lie in files. Immutable.
   *
   * @param files how many are written to
   * @param linesOfBlock how many lines a file gets before the next one has its turn; a power of two
   * @param maxFileBytes size from which a file is renamed
   * @param maxAhead lines that may be written and not have arrived
   */
  public record Layout(int files, int linesOfBlock, long maxFileBytes, long maxAhead) {}

  /**
   * A file that is written to no more, and the first lines of blocks of it that are not seen to
   * have arrived.
   */
  private record Finished(Path file, Deque<Long> blocks) {}

  /**
   * A writer whose files are there and empty.
   *
   * @param tally of what has arrived
   */
  public LineWriter(Path directory, Lines lines, Layout layout, Tally tally) throws IOException {
    this.directory = Files.createDirectories(directory);
    this.layout = layout;
    this.tally = tally;
    this.lineBytes = lines.averageBytes();
    this.numberAt = lines.numberAt(0);
    int size = 0;
    for (int kind = 0; kind < Lines.KINDS; kind++) {
      lineAt[kind] = size;
      size += lines.line(kind).length;
    }
    lineAt[Lines.KINDS] = size;
    this.block = ByteBuffer.allocateDirect(size);
    for (int kind = 0; kind < Lines.KINDS; kind++) {
      block.put(lines.line(kind));
    }
    for (int i = 0; i < layout.files; i++) {
      files.add(new LineFile(path(i)));
    }
  }

  @Override
  public synchronized void write(double rate) {
    linesPerSecond = rate;
    if (thread.getState() == Thread.State.NEW) {
      thread.start();
    }
  }

  @Override
  public long stop() throws InterruptedException {
    stopped = true;
    if (thread.getState() != Thread.State.NEW) {
      thread.join();
    }
    return written;
  }

  @Override
  public void check() throws IOException {
    IOException failed = failure;
    if (failed != null) {
      throw new IOException(failed.getMessage(), failed);
    }
  }

  @Override
  public int messageBytes() {
    return (int) Math.round(lineBytes);
  }

  @Override
  public double recordBytes() {
    return lineBytes;
  }

  @Override
  public void close() throws IOException {
    stopped = true;
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    for (LineFile file : files) {
      file.channel.close();
    }
  }

  @SuppressWarnings("NonAtomicVolatileUpdate") // only this thread writes
  private void run() {
    try {
      double budget = 0;
      int turn = 0;
      long last = System.nanoTime();
      while (!stopped) {
        double rate = linesPerSecond;
        long now = System.nanoTime();
        double most = Math.max(layout.linesOfBlock, rate * MAX_BURST_SECONDS);
        budget = Math.min(most, budget + Math.max(1, now - last) / 1e9 * rate);
        last = now;
        int blocks = 0;
        while (blocks++ < BLOCKS_BETWEEN_LOOKS
            && budget >= layout.linesOfBlock
            && written - tally.records() < layout.maxAhead) {
          writeBlock(turn);
          turn = (turn + 1) % files.size();
          budget -= layout.linesOfBlock;
          written += layout.linesOfBlock;
        }
        deleteArrived();
        if (blocks < BLOCKS_BETWEEN_LOOKS) {
          Thread.sleep(PAUSE_MILLIS);
        }
      }
    } catch (IOException e) {
      failure = e;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void writeBlock(int index) throws IOException {
    long first = written;
    int kind = (int) first & (Lines.KINDS - 1);
    for (int i = 0; i < layout.linesOfBlock; i++) {
      block.put(lineAt[kind + i] + numberAt, digits);
      countUp();
    }
    LineFile file = files.get(index);
    block.limit(lineAt[kind + layout.linesOfBlock]).position(lineAt[kind]);
    while (block.hasRemaining()) {
      file.size += file.channel.write(block);
    }
    block.clear();
    file.blocks.add(first);
    if (file.size >= layout.maxFileBytes) {
      rotate(index, file);
    }
  }

  private void countUp() {
    int place = digits.length - 1;
    while (digits[place] == '9') {
      digits[place--] = '0';
    }
    digits[place]++;
  }

  private void rotate(int index, LineFile file) throws IOException {
    file.channel.close();
    rotations++;
    Path path = path(index);
    Path old = path.resolveSibling(path.getFileName() + "." + rotations);
    Files.move(path, old);
    finished.add(new Finished(old, file.blocks));
    files.set(index, new LineFile(path));
  }

  private void deleteArrived() throws IOException {
    Finished oldest = finished.peek();
    if (oldest == null || tally.records() < oldest.blocks.getLast()) {
      return;
    }
    while (!oldest.blocks.isEmpty()) {
      if (tally.missing(oldest.blocks.getFirst(), layout.linesOfBlock) > 0) {
        return;
      }
      oldest.blocks.removeFirst();
    }
    Files.delete(oldest.file);
    finished.remove();
  }

  private Path path(int index) {
    return directory.resolve(index + ".log");
  }

  private static final class LineFile {
    final FileChannel channel;
    final Deque<Long> blocks = new ArrayDeque<>();
    long size;

    LineFile(Path path) throws IOException {
      channel = FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }
  }
}
