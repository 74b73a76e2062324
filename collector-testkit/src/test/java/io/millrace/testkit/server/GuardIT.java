package io.millrace.testkit.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GuardIT {
  private static final Duration MAX = Duration.ofSeconds(5);

  @TempDir Path directory;

  @Test
  void endsTheServersOfAParentThatWasKilledAndRemovesItsDirectoryAtTheNextStart() throws Exception {
    Process parent = startParent();
    List<Long> pids = readPids(parent);
    Path left = onlyRunDirectory();
    assertThat(pids).hasSize(2).allMatch(ServerProcess::isRunning);

    parent.destroyForcibly().waitFor();

    awaitEnd(pids);
    assertThat(left).exists();
    try (RunDirectory next = RunDirectory.create(directory, "run")) {
      assertThat(left).doesNotExist();
      assertThat(onlyRunDirectory()).isEqualTo(next.path());
    }
    assertThat(directory).isEmptyDirectory();
  }

  @Test
  void endsTheServersOfAParentThatIsAskedToEnd() throws Exception {
    Process parent = startParent();
    List<Long> pids = readPids(parent);

    parent.destroy();
    parent.waitFor();

    awaitEnd(pids);
  }

  @Test
  void leavesTheDirectoryOfALivingParentAlone() throws Exception {
    Process parent = startParent();
    List<Long> pids = readPids(parent);
    Path its = onlyRunDirectory();
    try (RunDirectory own = RunDirectory.create(directory, "run")) {
      assertThat(its).exists().isNotEqualTo(own.path());
    }
    parent.destroyForcibly().waitFor();
    awaitEnd(pids);
  }

  @Test
  void killsAServerWithItsChildren() throws Exception {
    Path log = directory.resolve("server.log");
    ServerProcess server =
        ServerProcess.start(
            "family", List.of("sh", "-c", "sleep 1000 & echo $!; sleep 1000"), Map.of(), log);
    server.awaitReady(MAX, () -> Files.isReadable(log) && size(log) > 0);
    long child = Long.parseLong(Files.readString(log).trim());
    assertThat(ServerProcess.isRunning(child)).isTrue();

    server.kill();

    assertThat(server.isAlive()).isFalse();
    awaitEnd(List.of(server.pid(), child));
  }

  @Test
  void endsAServerWithItsChildrenWhenItsGuardIsKilled() throws Exception {
    assumeThat(Commands.exists("setpriv")).isTrue();
    Path log = directory.resolve("server.log");
    ServerProcess server =
        ServerProcess.start(
            "family", List.of("sh", "-c", "sleep 1000 & echo $!; sleep 1000"), Map.of(), log);
    server.awaitReady(MAX, () -> Files.isReadable(log) && size(log) > 0);
    long child = Long.parseLong(Files.readString(log).trim());
    ProcessHandle guard = ProcessHandle.of(server.pid()).orElseThrow().parent().orElseThrow();

    guard.destroyForcibly();

    awaitEnd(List.of(server.pid(), child));
    assertThat(server.isAlive()).isFalse();
  }

  private Process startParent() throws Exception {
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin/java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            GuardedParent.class.getName(),
            directory.toString());
    return builder.redirectError(ProcessBuilder.Redirect.INHERIT).start();
  }

  private static List<Long> readPids(Process parent) throws Exception {
    BufferedReader out =
        new BufferedReader(
            new InputStreamReader(parent.getInputStream(), StandardCharsets.US_ASCII));
    List<Long> pids = new ArrayList<>();
    String line = out.readLine();
    for (; line != null && !line.equals("ready"); line = out.readLine()) {
      pids.add(Long.valueOf(line));
    }
    return pids;
  }

  private Path onlyRunDirectory() throws Exception {
    try (var paths = Files.list(directory)) {
      List<Path> folders = paths.filter(Files::isDirectory).toList();
      assertThat(folders).hasSize(1);
      return folders.get(0);
    }
  }

  private static void awaitEnd(List<Long> pids) throws Exception {
    long deadline = System.nanoTime() + MAX.toNanos();
    while (pids.stream().anyMatch(ServerProcess::isRunning)) {
      assertThat(System.nanoTime() - deadline).as("still running: %s", pids).isNegative();
      Thread.onSpinWait();
    }
  }

  private static long size(Path file) {
    return file.toFile().length();
  }
}
