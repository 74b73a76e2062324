package io.millrace.distribution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.millrace.testkit.server.ServerProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/** The agent as it is shipped: unpacked from the tarball, used as a user would. Immutable. */
record UnpackedAgent(Path home) {
  static final Duration READY = Duration.ofSeconds(60);
  private static final Duration GRACE = Duration.ofSeconds(30);

  /** What a command printed, and its exit code. */
  record Result(int code, String out, String err) {}

  /** The version of this build. */
  static String version() {
    return Objects.requireNonNull(System.getProperty("millrace.version"), "millrace.version");
  }

  static Path tarball() {
    return Path.of(
        Objects.requireNonNull(System.getProperty("millrace.tarball"), "millrace.tarball"));
  }

  /** Unpacks the tarball into a directory. */
  static UnpackedAgent in(Path directory) throws IOException, InterruptedException {
    Result result = run(directory, Map.of(), "tar", "-xzf", tarball().toString());
    assertThat(result.err()).isEmpty();
    assertThat(result.code()).isZero();
    return new UnpackedAgent(directory.resolve("millrace-" + version()));
  }

  Path launcher() {
    return home.resolve("bin/millrace");
  }

  /** Runs a command of the agent to its end. */
  Result run(Path directory, String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(launcher().toString()));
    command.addAll(List.of(arguments));
    return run(directory, Map.of(), command.toArray(String[]::new));
  }

  /** Runs any command to its end. */
  static Result run(Path directory, Map<String, String> environment, String... command)
      throws IOException, InterruptedException {
    Path out = Files.createTempFile("millrace-out", ".txt");
    Path err = Files.createTempFile("millrace-err", ".txt");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(directory.toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    builder.environment().remove("JAVA_TOOL_OPTIONS");
    builder.environment().putAll(environment);
    Process process = builder.start();
    try {
      process.getOutputStream().close();
      assertThat(process.waitFor(2, TimeUnit.MINUTES)).as("%s ended", List.of(command)).isTrue();
      return new Result(process.exitValue(), text(out), text(err));
    } finally {
      process.destroyForcibly();
      Files.delete(out);
      Files.delete(err);
    }
  }

  /**
   * Starts {@code millrace run} in a directory with a configuration, which becomes {@code
   * agent.yaml} there, and with its state in {@code state}; returns at once.
   */
  Running start(Path directory, String configuration, Map<String, String> environment)
      throws IOException {
    Files.writeString(directory.resolve("agent.yaml"), configuration);
    return start(
        launcher(), directory, environment, "--config", "agent.yaml", "--state-dir", "state");
  }

  /**
   * Starts {@code millrace run}, with {@code agent.log} in a directory, which is also its working
   * directory; returns at once.
   */
  static Running start(
      Path launcher, Path directory, Map<String, String> environment, String... arguments)
      throws IOException {
    return start(List.of(launcher.toString()), directory, environment, arguments);
  }

  /** The same, with something before the launcher. */
  static Running start(
      List<String> launcher, Path directory, Map<String, String> environment, String... arguments)
      throws IOException {
    List<String> command = new ArrayList<>(launcher);
    command.add("run");
    command.addAll(List.of(arguments));
    Path log = directory.resolve("agent.log");
    return new Running(ServerProcess.start("the agent", command, environment, log), log);
  }

  /** A running agent. One thread at a time. */
  record Running(ServerProcess process, Path log) implements AutoCloseable {

    /** Waits until the health check answers that all is well. */
    Running awaitHealthy(int port) throws IOException, InterruptedException {
      process.awaitReady(READY, () -> page(port, "/").contains("\"Server available\""));
      return this;
    }

    /** Waits for a line of its log that holds a text. */
    void awaitLog(String text) throws IOException, InterruptedException {
      process.awaitReady(READY, () -> text(log).contains(text));
    }

    String logged() {
      return text(log);
    }

    /** Sends SIGTERM and waits; the exit code. */
    int stop() {
      process.stop(GRACE);
      String text = text(log).strip();
      assertThat(text).matches("(?s).*The process ended with code \\d+\\.");
      return Integer.parseInt(text.replaceFirst("(?s).* code (\\d+)\\.", "$1"));
    }

    @Override
    public void close() {
      process.kill();
    }
  }

  /**
   * What stands before a command so that it runs as somebody whom file permissions concern; nothing
   * when that is who runs the test.
   *
   * @param directory where that user shall be able to write
   */
  static List<String> ordinaryUser(Path directory) throws IOException {
    if (!Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0)) {
      return List.of();
    }
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/setpriv")), "root, and setpriv is not there");
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxrwxrwx"));
    return List.of("/usr/bin/setpriv", "--reuid=65534", "--regid=65534", "--clear-groups");
  }

  /** Posts to a local server and waits for its answer. */
  static HttpResponse<String> post(
      HttpClient client, int port, String path, String mediaType, byte[] body)
      throws IOException, InterruptedException {
    return client.send(
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
            .header("Content-Type", mediaType)
            .POST(HttpRequest.BodyPublishers.ofByteArray(body))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  /** A page of a local server; empty while there is none. */
  static String page(int port, String path) throws InterruptedException {
    try (HttpClient client = HttpClient.newHttpClient()) {
      URI uri = URI.create("http://127.0.0.1:" + port + path);
      return client
          .send(
              HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(10)).build(),
              HttpResponse.BodyHandlers.ofString())
          .body();
    } catch (IOException e) {
      return "";
    }
  }

  private static String text(Path file) {
    try {
      return Files.exists(file) ? Files.readString(file, StandardCharsets.UTF_8) : "";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
