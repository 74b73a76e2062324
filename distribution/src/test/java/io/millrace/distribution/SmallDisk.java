package io.millrace.distribution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * A small file system of its own, which a test can fill. One thread at a time. Where nobody may
 * mount one the test is skipped.
 */
record SmallDisk(Path directory) implements AutoCloseable {
  private static final int CHUNK_BYTES = 4096;

  /** Mounts one of so many megabytes in a directory, made when absent. */
  static SmallDisk mount(Path directory, int megabytes) throws IOException, InterruptedException {
    Files.createDirectories(directory);
    UnpackedAgent.Result mounted =
        run("mount", "-t", "tmpfs", "-o", "size=" + megabytes + "m", "tmpfs", "" + directory);
    assumeTrue(mounted.code() == 0, "no file system of its own can be mounted: " + mounted.err());
    return new SmallDisk(directory);
  }

  /** Leaves no room for another page. */
  void fill() throws IOException {
    try (OutputStream out = Files.newOutputStream(filler())) {
      while (true) {
        out.write(new byte[CHUNK_BYTES]);
      }
    } catch (IOException e) {
      assertThat(e).hasMessageContaining("No space left");
    }
  }

  /** Makes room again. */
  void free() throws IOException {
    Files.delete(filler());
  }

  /** Takes no writes any more; only while no file is open for writing. */
  void makeReadOnly() throws IOException, InterruptedException {
    assertThat(run("mount", "-o", "remount,ro", "" + directory).err()).isEmpty();
  }

  @Override
  public void close() throws IOException {
    try {
      assertThat(run("umount", "" + directory).err()).isEmpty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while a file system was unmounted");
    }
  }

  private Path filler() {
    return directory.resolve("filler");
  }

  private static UnpackedAgent.Result run(String... command)
      throws IOException, InterruptedException {
    return UnpackedAgent.run(Path.of("/"), Map.of(), command);
  }
}
