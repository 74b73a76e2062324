package io.millrace.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.testkit.server.ServerProcess;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * However the demo ends before its end, it leaves no process behind, and no directory after the
 * next start.
 */
class DemoStopIT {
  private static final int SERVERS = 3;

  @TempDir private Path directory;
  private List<ProcessHandle> started = List.of();

  @AfterEach
  void endWhatATestLeftBehind() {
    started.forEach(ProcessHandle::destroyForcibly);
  }

  @Test
  void leavesNothingBehindWhenItIsKilledOrInterrupted() throws Exception {
    Demonstration killed = start("killed");
    killed.await("its servers start", demo -> demo.descendants().size() >= SERVERS);
    started = killed.descendants();
    killed.process().destroyForcibly();
    awaitEnd(started);
    assertThat(runDirectories()).hasSize(1);

    Demonstration interrupted = start("interrupted");
    interrupted.await("its servers start", demo -> demo.descendants().size() >= SERVERS);
    started = interrupted.descendants();
    assertThat(runDirectories()).as("only its own").hasSize(1);
    assertThat(
            new ProcessBuilder("kill", "-INT", "" + interrupted.process().pid()).start().waitFor())
        .isZero();
    assertThat(interrupted.exitCode()).isNotZero();
    awaitEnd(started);
    assertThat(runDirectories()).isEmpty();
  }

  @Test
  void endsWithOneAndLeavesNothingBehindWhenAPartDies() throws Exception {
    Demonstration demo = start("part");
    demo.await("telemetry flows", each -> each.output().contains("events in Elasticsearch"));
    started = demo.descendants();
    assertThat(started).hasSizeGreaterThan(SERVERS);
    ProcessHandle kafka =
        started.stream()
            // Not its guard, which has the same words behind its own.
            .filter(each -> commandLine(each).matches("\\S*/java .* kafka\\.Kafka .*"))
            .findFirst()
            .orElseThrow();
    assertThat(kafka.destroyForcibly()).isTrue();

    assertThat(demo.exitCode()).isEqualTo(1);
    assertThat(demo.output()).contains("The demo has failed: Kafka has died");
    awaitEnd(started);
    assertThat(runDirectories()).isEmpty();
  }

  /** A demo as a process. */
  private record Demonstration(Process process, Path log) {
    List<ProcessHandle> descendants() {
      return process.descendants().toList();
    }

    String output() {
      try {
        return Files.readString(log, StandardCharsets.UTF_8);
      } catch (IOException e) {
        return "";
      }
    }

    void await(String what, Predicate<Demonstration> condition) {
      DemoStopIT.await(
          () -> what + "; it said: " + output(),
          () -> {
            assertThat(process.isAlive()).as("ended early: %s", output()).isTrue();
            return condition.test(this);
          });
    }

    int exitCode() throws InterruptedException {
      assertThat(process.waitFor(2, TimeUnit.MINUTES)).as("%s", output()).isTrue();
      return process.exitValue();
    }
  }

  private Demonstration start(String name) throws IOException {
    Path log = directory.resolve(name + ".log");
    Path temporary = Files.createDirectories(directory.resolve("tmp"));
    // Elasticsearch does not run as root, and has to get there.
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
    ProcessBuilder builder =
        new ProcessBuilder(
                // Ctrl-C reaches nobody whom a shell has started in the background otherwise.
                "env",
                "--default-signal=INT",
                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "-Xmx256m",
                "-XX:TieredStopAtLevel=1",
                "-Djava.io.tmpdir=" + temporary,
                "-Dmillrace.home=" + property("millrace.root"),
                "-Dmillrace.servers=" + property("millrace.servers"),
                "-cp",
                System.getProperty("java.class.path"),
                Demo.class.getName(),
                "--for",
                "5m")
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    return new Demonstration(builder.start(), log);
  }

  private static String property(String name) {
    return Objects.requireNonNull(System.getProperty(name), name);
  }

  private List<Path> runDirectories() throws IOException {
    try (Stream<Path> files = Files.list(directory.resolve("tmp"))) {
      return files
          .filter(file -> file.getFileName().toString().startsWith("millrace-demo-"))
          .filter(Files::isDirectory)
          .toList();
    }
  }

  /** The whole of it, which the JDK does not give when it is long. */
  private static String commandLine(ProcessHandle process) {
    try {
      return Files.readString(
              Path.of("/proc/" + process.pid() + "/cmdline"), StandardCharsets.ISO_8859_1)
          .replace('\0', ' ');
    } catch (IOException e) {
      return "";
    }
  }

  /** Those that were seen, and all others that have to do with a demo of this test. */
  private void awaitEnd(List<ProcessHandle> processes) {
    String mark = directory.resolve("tmp").toString();
    Supplier<List<String>> left =
        () ->
            Stream.concat(
                    processes.stream(),
                    ProcessHandle.allProcesses().filter(each -> commandLine(each).contains(mark)))
                .filter(each -> ServerProcess.isRunning(each.pid()))
                .map(DemoStopIT::commandLine)
                .toList();
    await(() -> "these end: " + left.get(), () -> left.get().isEmpty());
  }

  private static void await(Supplier<String> what, BooleanSupplier condition) {
    long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(4);
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime() - deadline).as(what).isNegative();
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
    }
  }
}
