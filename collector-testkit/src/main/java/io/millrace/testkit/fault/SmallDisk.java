package io.millrace.testkit.fault;

import io.millrace.testkit.server.ServerProcess;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A file system in memory, small enough to be filled. It is mounted in a mount namespace of its
 * own, which goes with the process that holds it: nothing is left mounted, whatever happens to this
 * JVM. Agents enter the namespace. One thread at a time.
 */
public final class SmallDisk implements AutoCloseable {
  private static final Duration READY = Duration.ofSeconds(10);
  private static final int BLOCK = 64 << 10;

  private final ServerProcess holder;
  private final Path directory;
  private final List<String> enter;

  private SmallDisk(ServerProcess holder, Path directory, List<String> enter) {
    this.holder = holder;
    this.directory = directory;
    this.enter = enter;
  }

  /**
   * Mounts one.
   *
   * @param directory where it stands in its namespace; elsewhere the folder stays empty
   * @throws IOException when this system does not let us
   */
  public static SmallDisk mount(Path directory, int mebibytes)
      throws IOException, InterruptedException {
    Files.createDirectories(directory);
    boolean root = Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
    Path log = directory.resolveSibling(directory.getFileName() + ".log");
    String script =
        "mount -t tmpfs -o size=%dm,mode=755 millrace \"$0\" && : > \"$0/.mounted\" && exec sleep 2147483647"
            .formatted(mebibytes);
    List<String> command =
        List.of("unshare", root ? "-m" : "-Urm", "sh", "-c", script, directory.toString());
    ServerProcess holder = ServerProcess.start("the small disk", command, Map.of(), log);
    List<String> enter = new ArrayList<>(List.of("nsenter", "-m"));
    if (!root) {
      enter.addAll(List.of("-U", "--preserve-credentials"));
    }
    enter.addAll(List.of("-t", String.valueOf(holder.pid()), "--"));
    SmallDisk disk = new SmallDisk(holder, directory, List.copyOf(enter));
    try {
      holder.awaitReady(READY, () -> Files.exists(disk.outside().resolve(".mounted")));
      return disk;
    } catch (IOException e) {
      disk.close();
      throw e;
    }
  }

  /** What stands before a command that is to see the disk. */
  public List<String> enter() {
    return enter;
  }

  /** Where those who entered see it. */
  public Path directory() {
    return directory;
  }

  /** Where everybody else sees it. */
  public Path outside() {
    return Path.of("/proc/" + holder.pid() + "/root" + directory);
  }

  /** Leaves no room. */
  public void fill() throws IOException {
    byte[] block = new byte[BLOCK];
    // Whole blocks first, then what is left of the last one.
    for (int size = BLOCK; size >= 4 << 10; size /= 4) {
      try (OutputStream out = Files.newOutputStream(outside().resolve(".filler-" + size))) {
        while (true) {
          out.write(block, 0, size);
        }
      } catch (IOException full) {
        if (!String.valueOf(full.getMessage()).contains("No space")) {
          throw full;
        }
      }
    }
  }

  /** Makes room again. */
  public void free() throws IOException {
    for (int size = BLOCK; size >= 4 << 10; size /= 4) {
      Files.deleteIfExists(outside().resolve(".filler-" + size));
    }
  }

  /**
   * Takes no writes any more; only while no file is open for writing.
   *
   * @throws IOException when one is
   */
  public void makeReadOnly() throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(enter);
    command.addAll(List.of("mount", "-o", "remount,ro", directory.toString()));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IOException(directory + " cannot be made read-only: " + said.strip());
    }
  }

  @Override
  public void close() {
    holder.kill();
  }
}
