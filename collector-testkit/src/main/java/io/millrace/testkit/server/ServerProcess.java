package io.millrace.testkit.server;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A server's process and its guard. The guard is a shell that starts the server as its child, holds
 * a pipe from this JVM, and kills the server with all its children when the pipe breaks: on {@link
 * #kill}, and when this JVM ends by whatever cause. When the guard itself is killed, a watcher does
 * that, which the system tells by a signal where {@code setpriv} can ask for it; elsewhere the
 * server then runs on until the pipe breaks. The guard keeps the log open, since to open it at the
 * end would make it anew in a folder that is just being deleted. Thread-safe.
 */
public final class ServerProcess {
  private static final String GUARD =
      """
      exec 3<&0 4>>"$1"
      shift
      "$@" </dev/null >&4 2>&1 3<&- 4>&- &
      child=$!
      echo "$child"
      exec >/dev/null 2>&1
      signal=
      command -v setpriv && signal='setpriv --pdeathsig USR1'
      $signal sh -c '
        end() {
          kill -9 "$child"
          sleep 1
          kill -9 "-$guard"
          exit
        }
        child=$1 guard=$2
        trap "" HUP INT TERM
        trap end USR1
        while read -r line <&3; do :; done
        end
      ' watcher "$child" "$$" &
      watcher=$!
      exec 3<&-
      wait "$child"
      echo "The process ended with code $?." >&4
      kill -9 "$watcher"
      kill -9 "-$$"
      """;
  private static final int TAIL_BYTES = 6_000;
  private static final Duration KILL = Duration.ofSeconds(10);
  private static final Duration POLL = Duration.ofMillis(25);

  private final String name;
  private final Process guard;
  private final long pid;
  private final Path log;
  private final long logStart;

  private ServerProcess(String name, Process guard, long pid, Path log, long logStart) {
    this.name = name;
    this.guard = guard;
    this.pid = pid;
    this.log = log;
    this.logStart = logStart;
  }

  /**
   * Starts a process.
   *
   * @param environment variables on top of this process's own
   * @param log takes what the process prints, after what stands there; its folder is the process's
   *     working directory
   */
  public static ServerProcess start(
      String name, List<String> command, Map<String, String> environment, Path log)
      throws IOException {
    Path directory = Files.createDirectories(log.toAbsolutePath().getParent());
    long logStart = Files.exists(log) ? Files.size(log) : 0;
    List<String> guarded = new ArrayList<>();
    if (Commands.exists("setsid")) {
      // A session of its own: signals of the terminal do not reach the server, and its whole family
      // can be killed at once.
      guarded.add("setsid");
    }
    guarded.addAll(List.of("sh", "-c", GUARD, "guard", log.toString()));
    guarded.addAll(command);
    ProcessBuilder builder = new ProcessBuilder(guarded).directory(directory.toFile());
    builder.redirectError(ProcessBuilder.Redirect.DISCARD);
    Map<String, String> variables = builder.environment();
    List.of("JAVA_TOOL_OPTIONS", "_JAVA_OPTIONS", "JDK_JAVA_OPTIONS").forEach(variables::remove);
    variables.putAll(environment);
    Process guard = builder.start();
    try (BufferedReader out =
        new BufferedReader(
            new InputStreamReader(guard.getInputStream(), StandardCharsets.US_ASCII))) {
      String pid = out.readLine();
      if (pid == null) {
        throw new IOException(name + ": the guarding shell did not start");
      }
      return new ServerProcess(name, guard, Long.parseLong(pid), log, logStart);
    } catch (IOException | NumberFormatException e) {
      guard.destroyForcibly();
      throw new IOException(name + ": cannot be started", e);
    }
  }

  /** The process id of the server. */
  public long pid() {
    return pid;
  }

  public boolean isAlive() {
    return guard.isAlive();
  }

  /** Asks the server to end, waits, and kills it when it takes longer than that. */
  public void stop(Duration grace) {
    if (guard.isAlive()) {
      ProcessHandle.of(pid).ifPresent(ProcessHandle::destroy);
    }
    await(grace);
    kill();
  }

  /** Kills the server and its children with signal 9; returns when the server is gone. */
  public void kill() {
    List<Long> family = new ArrayList<>();
    family.add(pid);
    ProcessHandle.of(pid)
        .ifPresent(server -> server.descendants().map(ProcessHandle::pid).forEach(family::add));
    try {
      guard.getOutputStream().close();
    } catch (IOException e) {
      // The guard is gone, and with it the server.
    }
    if (!await(KILL)) {
      ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
      guard.destroyForcibly();
    }
    long deadline = System.nanoTime() + KILL.toNanos();
    while (family.stream().anyMatch(ServerProcess::isRunning) && System.nanoTime() - deadline < 0) {
      LockSupport.parkNanos(POLL.toNanos());
    }
  }

  /** Whether a process runs: it exists and is not merely waiting to be collected by its parent. */
  public static boolean isRunning(long pid) {
    if (ProcessHandle.of(pid).isEmpty()) {
      return false;
    }
    try {
      String stat =
          Files.readString(Path.of("/proc/" + pid + "/stat"), StandardCharsets.ISO_8859_1);
      return !stat.substring(stat.lastIndexOf(')')).startsWith(") Z");
    } catch (IOException e) {
      return !Files.exists(Path.of("/proc/self/stat"));
    }
  }

  /**
   * Waits until a probe succeeds.
   *
   * @throws IOException when the process ends before, or the time is over; the message holds the
   *     end of the log
   */
  public void awaitReady(Duration max, Probe probe) throws IOException, InterruptedException {
    long deadline = System.nanoTime() + max.toNanos();
    while (!probe.ready()) {
      if (!isAlive()) {
        throw new IOException(name + ": ended before it was ready; " + describeLog());
      }
      if (System.nanoTime() - deadline > 0) {
        throw new IOException(name + ": not ready after " + max + "; " + describeLog());
      }
      Thread.sleep(POLL);
    }
  }

  /** Whether the process ended because something else listens on a port of its. */
  boolean lostPort() {
    if (isAlive()) {
      return false;
    }
    String text = tail(1 << 20);
    return text.contains("Address already in use") || text.contains("BindException");
  }

  private String describeLog() {
    return "the end of " + log + ":\n" + tail(TAIL_BYTES);
  }

  private String tail(int maxBytes) {
    try (RandomAccessFile file = new RandomAccessFile(log.toFile(), "r")) {
      long start = Math.max(logStart, file.length() - maxBytes);
      byte[] bytes = new byte[(int) Math.max(0, file.length() - start)];
      file.seek(start);
      file.readFully(bytes);
      return new String(bytes, StandardCharsets.UTF_8);
    } catch (IOException e) {
      return "(unreadable: " + e.getMessage() + ")";
    }
  }

  private boolean await(Duration max) {
    boolean interrupted = false;
    try {
      long deadline = System.nanoTime() + max.toNanos();
      while (true) {
        try {
          return guard.waitFor(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Asks a server whether it is ready; anything but a yes is a no. */
  @FunctionalInterface
  public interface Probe {
    boolean ready() throws InterruptedException;
  }
}
