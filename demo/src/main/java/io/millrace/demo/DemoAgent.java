package io.millrace.demo;

import io.millrace.testkit.server.ServerProcess;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * The agent, in a process of its own, as a user would start it. One thread at a time, save {@link
 * #close}.
 */
final class DemoAgent implements AutoCloseable {
  private static final Duration READY = Duration.ofSeconds(60);
  private static final Duration GRACE = Duration.ofSeconds(30);

  private final Layout layout;
  private final Path directory;
  private final Map<String, String> environment;
  private final JsonHttp health;
  private final JsonHttp metrics;
  private final int otlpPort;
  private volatile @Nullable ServerProcess process;
  private long readyMillis;
  private long peakMebibytes;

  /**
   * Prepares an agent.
   *
   * @param directory where its state and log stand
   * @param environment variables for its configuration
   */
  DemoAgent(Layout layout, Path directory, Map<String, String> environment) throws IOException {
    this.layout = layout;
    this.directory = Files.createDirectories(directory);
    List<Integer> ports = freePorts();
    this.otlpPort = ports.get(1);
    Map<String, String> all = new LinkedHashMap<>(environment);
    all.put("MILLRACE_OTLP_GRPC", "127.0.0.1:" + ports.get(0));
    all.put("MILLRACE_OTLP_HTTP", "127.0.0.1:" + ports.get(1));
    all.put("MILLRACE_HEALTH", "127.0.0.1:" + ports.get(2));
    all.put("MILLRACE_METRICS_HOST", "127.0.0.1");
    all.put("MILLRACE_METRICS_PORT", String.valueOf(ports.get(3)));
    // What the compression libraries unpack stays when a process is killed: not in /tmp, then.
    Path temporary = Files.createDirectories(this.directory.resolve("tmp"));
    all.put("MILLRACE_JVM_OPTIONS", "-Djava.io.tmpdir=" + temporary);
    this.environment = Map.copyOf(all);
    this.health = new JsonHttp("http://127.0.0.1:" + ports.get(2));
    this.metrics = new JsonHttp("http://127.0.0.1:" + ports.get(3));
  }

  /** Starts it; returns when it is ready. */
  void start() throws IOException, InterruptedException {
    long begin = System.nanoTime();
    ServerProcess started =
        ServerProcess.start(
            "the agent",
            List.of(
                layout.launcher().toString(),
                "run",
                "--config",
                layout.agentConfiguration().toString(),
                "--state-dir",
                stateDirectory().toString()),
            environment,
            logFile());
    process = started;
    started.awaitReady(READY, this::isReady);
    readyMillis = (System.nanoTime() - begin) / 1_000_000;
  }

  private boolean isReady() throws InterruptedException {
    try {
      return health.get("/").path("status").asText().equals("Server available");
    } catch (IOException notYet) {
      return false;
    }
  }

  /** Kills it with signal 9 and starts it again. */
  void killAndStartAgain() throws IOException, InterruptedException {
    notePeak();
    running().kill();
    start();
  }

  /** Asks it to end; returns when it has drained and ended. */
  void stop() {
    notePeak();
    running().stop(GRACE);
  }

  long pid() {
    return running().pid();
  }

  boolean isAlive() {
    ServerProcess current = process;
    return current != null && current.isAlive();
  }

  /** From the start of the process to the first healthy answer. */
  long readyMillis() {
    return readyMillis;
  }

  /** The largest resident set of all its processes so far; 0 where the system does not tell. */
  long peakMebibytes() {
    return peakMebibytes;
  }

  Path stateDirectory() {
    return directory.resolve("state");
  }

  Path logFile() {
    return directory.resolve("agent.log");
  }

  String otlpUrl() {
    return "http://127.0.0.1:" + otlpPort;
  }

  String healthUrl() {
    return health.url();
  }

  String metricsUrl() {
    return metrics.url() + "/metrics";
  }

  AgentView view() throws InterruptedException {
    if (!isAlive()) {
      return new AgentView(false, OptionalLong.empty(), OptionalLong.empty());
    }
    OptionalLong kibibytes = status("VmRSS:");
    return new AgentView(
        true,
        kibibytes.isPresent() ? OptionalLong.of(kibibytes.getAsLong() >> 10) : OptionalLong.empty(),
        lag());
  }

  /** The sum of the file receivers' lag gauges. */
  private OptionalLong lag() throws InterruptedException {
    try {
      double lag = 0;
      boolean found = false;
      for (String line : metrics.text("/metrics").split("\n", -1)) {
        if (line.contains("lag_bytes") && !line.startsWith("#")) {
          lag += Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1));
          found = true;
        }
      }
      return found ? OptionalLong.of((long) lag) : OptionalLong.empty();
    } catch (IOException e) {
      return OptionalLong.empty();
    }
  }

  private void notePeak() {
    status("VmHWM:")
        .ifPresent(kibibytes -> peakMebibytes = Math.max(peakMebibytes, kibibytes >> 10));
  }

  /** A line of the process's status on Linux, in KiB. */
  private OptionalLong status(String name) {
    try {
      for (String line : Files.readAllLines(Path.of("/proc/" + pid() + "/status"))) {
        if (line.startsWith(name)) {
          return OptionalLong.of(Long.parseLong(line.replaceAll("[^0-9]", "")));
        }
      }
      return OptionalLong.empty();
    } catch (IOException e) {
      return OptionalLong.empty();
    }
  }

  private ServerProcess running() {
    ServerProcess current = process;
    if (current == null) {
      throw new IllegalStateException("the agent is not started");
    }
    return current;
  }

  private static List<Integer> freePorts() throws IOException {
    InetAddress loopback = InetAddress.getLoopbackAddress();
    try (ServerSocket a = new ServerSocket(0, 1, loopback);
        ServerSocket b = new ServerSocket(0, 1, loopback);
        ServerSocket c = new ServerSocket(0, 1, loopback);
        ServerSocket d = new ServerSocket(0, 1, loopback)) {
      return List.of(a.getLocalPort(), b.getLocalPort(), c.getLocalPort(), d.getLocalPort());
    }
  }

  @Override
  public void close() {
    ServerProcess current = process;
    if (current != null) {
      current.kill();
    }
    health.close();
    metrics.close();
  }
}
