package io.millrace.benchmarks.load.subject;

import io.millrace.testkit.server.ServerProcess;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** An agent that runs. Thread-safe. */
public final class SubjectProcess implements AutoCloseable {
  private static final Duration READY = Duration.ofSeconds(60);
  private static final Duration GRACE = Duration.ofSeconds(20);
  private static final int PATIENCE_MILLIS = 1_000;
  private static final byte[] QUESTION =
      "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
          .getBytes(StandardCharsets.US_ASCII);

  private final ServerProcess process;
  private final double readySeconds;

  private SubjectProcess(ServerProcess process, double readySeconds) {
    this.process = process;
    this.readySeconds = readySeconds;
  }

  /**
   * Starts one and waits until it is ready: its health check answers with 200.
   *
   * @param prefix what stands before its command
   * @param configurations of which later ones add to earlier ones
   * @param environment for the configuration; holds the health check's port
   * @throws IOException when it ends or takes too long; the message holds the end of its log
   */
  public static SubjectProcess start(
      Subject subject,
      List<String> prefix,
      List<Path> configurations,
      Map<String, String> environment,
      Path directory)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(prefix);
    command.addAll(subject.commandLine(configurations));
    if (subject.ours()) {
      command.addAll(List.of("--state-dir", directory.resolve("state").toString()));
    }
    int port = Integer.parseInt(environment.getOrDefault("MILLRACE_HEALTH", "13133"));
    long begin = System.nanoTime();
    ServerProcess process =
        ServerProcess.start(
            subject.name(), command, environment, directory.resolve(subject.name() + ".log"));
    try {
      awaitReady(process, port);
    } catch (IOException | InterruptedException e) {
      process.kill();
      throw e;
    }
    return new SubjectProcess(process, (System.nanoTime() - begin) / 1e9);
  }

  /** Seconds from its start until it was ready. */
  public double readySeconds() {
    return readySeconds;
  }

  /** What it has taken so far. */
  public ProcessFigures figures() throws IOException {
    return ProcessFigures.of(process.pid());
  }

  /** Asks it to end, and kills it when it does not. */
  @Override
  public void close() {
    process.stop(GRACE);
  }

  private static void awaitReady(ServerProcess process, int port)
      throws IOException, InterruptedException {
    long deadline = System.nanoTime() + READY.toNanos();
    while (!isReady(port)) {
      if (!process.isAlive() || System.nanoTime() - deadline > 0) {
        // Words the failure, with the end of the log.
        process.awaitReady(Duration.ZERO, () -> false);
      }
      Thread.sleep(1);
    }
  }

  private static boolean isReady(int port) {
    try (Socket socket = new Socket(InetAddress.ofLiteral("127.0.0.1"), port)) {
      socket.setSoTimeout(PATIENCE_MILLIS);
      OutputStream out = socket.getOutputStream();
      out.write(QUESTION);
      InputStream in = socket.getInputStream();
      String answer = new String(in.readNBytes(12), StandardCharsets.US_ASCII);
      return answer.endsWith(" 200");
    } catch (IOException notYet) {
      return false;
    }
  }
}
