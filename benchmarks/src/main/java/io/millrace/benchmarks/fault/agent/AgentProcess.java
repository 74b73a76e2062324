package io.millrace.benchmarks.fault.agent;

import io.millrace.benchmarks.fault.ledger.Excuses;
import io.millrace.benchmarks.fault.storm.Timeline;
import io.millrace.demo.JsonHttp;
import io.millrace.testkit.server.LoopbackPorts;
import io.millrace.testkit.server.ServerProcess;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * An agent in a process of its own, started as a user would, over all its lives. A life that ends
 * without the oracle's doing is a violation, and is followed by the next one. Thread-safe.
 */
public final class AgentProcess implements AutoCloseable {
  private static final Duration READY = Duration.ofSeconds(90);
  private static final Duration GRACE = Duration.ofSeconds(40);
  private static final Duration WATCH = Duration.ofMillis(100);
  private static final Duration PAUSE = Duration.ofSeconds(1);
  private static final int MAX_VIOLATIONS = 5;
  private static final Duration AFTERLIFE = Duration.ofSeconds(2);

  private final AgentSettings settings;
  private final Timeline timeline;
  private final Map<String, String> environment;
  private final JsonHttp health;
  private final JsonHttp metrics;
  private final int otlpPort;
  private final int grpcPort;
  private final List<String> violations = new ArrayList<>();
  private final AtomicLong peakKibibytes = new AtomicLong();
  private final Excuses deaths = new Excuses();
  private final Thread watch;
  private volatile @Nullable ServerProcess process;
  private volatile boolean mayRefuseToStart;
  private volatile boolean closed;
  private int lives;

  /**
   * Prepares an agent. Its configuration finds free ports in {@code MILLRACE_HEALTH}, {@code
   * MILLRACE_METRICS}, {@code MILLRACE_OTLP_HTTP} and {@code MILLRACE_OTLP_GRPC}.
   */
  public AgentProcess(AgentSettings settings, Timeline timeline) throws IOException {
    this.settings = settings;
    this.timeline = timeline;
    List<Integer> ports = LoopbackPorts.free(4);
    Files.createDirectories(settings.directory());
    Map<String, String> all = new LinkedHashMap<>();
    all.put("MILLRACE_HEALTH", ports.get(0).toString());
    all.put("MILLRACE_METRICS", ports.get(1).toString());
    all.put("MILLRACE_OTLP_HTTP", ports.get(2).toString());
    all.put("MILLRACE_OTLP_GRPC", ports.get(3).toString());
    // What the compression libraries unpack stays when a process is killed: not in /tmp, then.
    Path temporary = Files.createDirectories(settings.directory().resolve("tmp"));
    all.put("MILLRACE_JVM_OPTIONS", "-Djava.io.tmpdir=" + temporary);
    all.putAll(settings.environment());
    this.environment = Map.copyOf(all);
    this.health = new JsonHttp("http://127.0.0.1:" + ports.get(0));
    this.metrics = new JsonHttp("http://127.0.0.1:" + ports.get(1));
    this.otlpPort = ports.get(2);
    this.grpcPort = ports.get(3);
    this.watch = Thread.ofVirtual().name("watch " + settings.name()).unstarted(this::watch);
  }

  public String name() {
    return settings.name();
  }

  /** Port of its OTLP receiver over HTTP. */
  public int otlpPort() {
    return otlpPort;
  }

  /** Port of its OTLP receiver over gRPC. */
  public int grpcPort() {
    return grpcPort;
  }

  /** Begins its first life, and the watch over all of them; returns when it is healthy. */
  public void start() throws IOException, InterruptedException {
    synchronized (this) {
      launch();
    }
    watch.start();
    awaitHealthy();
  }

  /** Waits until it says that all is well. */
  public void awaitHealthy() throws IOException, InterruptedException {
    long deadline = System.nanoTime() + READY.toNanos();
    while (!isHealthy()) {
      if (violations().size() > MAX_VIOLATIONS) {
        throw new IOException(name() + ": dies again and again; its log: " + logFile());
      }
      if (System.nanoTime() - deadline > 0) {
        throw new IOException(name() + ": not healthy after " + READY + "; its log: " + logFile());
      }
      Thread.sleep(WATCH);
    }
  }

  /**
   * Kills it with signal 9 and begins its next life; returns without waiting for it to be ready.
   */
  public void killAndStartAgain() throws IOException {
    whileKilled(() -> {});
  }

  /** Kills it with signal 9, does something, and begins its next life. */
  public synchronized void whileKilled(Action action) throws IOException {
    ServerProcess running = process;
    long begin = end();
    if (running != null) {
      running.kill();
    }
    ended(begin);
    action.run();
    launch();
  }

  /** Asks it to end with SIGTERM, does something, and begins its next life. */
  public synchronized void whileStopped(Action action) throws IOException {
    stop();
    action.run();
    launch();
  }

  /** Asks it to end with SIGTERM; not to do so in time, or not cleanly, is a violation. */
  public synchronized void stop() throws IOException {
    ServerProcess running = process;
    if (running == null) {
      return;
    }
    boolean wasAlive = running.isAlive();
    long begin = end();
    running.stop(GRACE);
    ended(begin);
    String last = lastLine();
    if (wasAlive && !last.endsWith("code 0.") && !last.endsWith("code 143.")) {
      violation("did not stop cleanly within " + GRACE.toSeconds() + " s: " + last);
    }
  }

  /** While true, an agent that ends right at its start is no violation: it said why. */
  public void mayRefuseToStart(boolean may) {
    mayRefuseToStart = may;
  }

  public boolean isAlive() {
    ServerProcess current = process;
    return current != null && current.isAlive();
  }

  /** The process of its present life. */
  public long pid() {
    return running().pid();
  }

  /** Number of lives so far. */
  public synchronized int lives() {
    return lives;
  }

  /** What it did that it must not do. */
  public synchronized List<String> violations() {
    return List.copyOf(violations);
  }

  /** The times around the ends of its lives, when what was under way may be sent again. */
  public Excuses deaths() {
    return deaths;
  }

  /** The largest resident set of all its lives, in MiB, rounded up. */
  public long peakMebibytes() {
    return (peakKibibytes.get() + 1023) / 1024;
  }

  /** Its own metrics, for people to read; empty while it does not answer. */
  public String metricsPage() throws InterruptedException {
    try {
      return metrics.text("/metrics");
    } catch (IOException e) {
      return "";
    }
  }

  public Path logFile() {
    return settings.directory().resolve("agent.log");
  }

  public Path stateDirectory() {
    return settings.stateDirectory();
  }

  @Override
  public void close() {
    closed = true;
    synchronized (this) {
      ServerProcess current = process;
      process = null;
      if (current != null) {
        current.kill();
      }
    }
    health.close();
    metrics.close();
  }

  private boolean isHealthy() throws InterruptedException {
    try {
      return health.get("/").path("status").asText().equals("Server available");
    } catch (IOException notYet) {
      return false;
    }
  }

  /** The caller holds the lock. */
  private void launch() throws IOException {
    if (closed) {
      return;
    }
    List<String> command = new ArrayList<>(settings.prefix());
    command.add(settings.launcher().toString());
    command.addAll(List.of("run", "--config", settings.configuration().toString()));
    command.addAll(List.of("--state-dir", settings.stateDirectory().toString()));
    command.addAll(settings.arguments());
    process = ServerProcess.start(name(), command, environment, logFile());
    lives++;
  }

  /** Its present life is about to end, or has; returns the time. The caller holds the lock. */
  private long end() {
    ServerProcess current = process;
    if (current != null) {
      notePeak(current.pid());
    }
    process = null;
    return System.nanoTime();
  }

  /** What it has sent may still come in. */
  private void ended(long beginNanos) {
    deaths.add(beginNanos, System.nanoTime() + AFTERLIFE.toNanos());
  }

  private void watch() {
    try {
      while (!closed) {
        ServerProcess current = process;
        if (current != null) {
          notePeak(current.pid());
          if (!current.isAlive()) {
            diedByItself(current);
          }
        }
        Thread.sleep(WATCH);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void diedByItself(ServerProcess dead) throws InterruptedException {
    synchronized (this) {
      if (process != dead || closed) {
        return;
      }
      ended(end() - AFTERLIFE.toNanos());
      if (mayRefuseToStart) {
        timeline.say(name(), "refused to start; tried again: " + lastLine());
      } else {
        violation("died by itself: " + lastLine());
      }
    }
    Thread.sleep(PAUSE);
    synchronized (this) {
      try {
        if (process == null) {
          launch();
        }
      } catch (IOException e) {
        violation("cannot be started: " + e.getMessage());
      }
    }
  }

  private void violation(String what) {
    violations.add(name() + " " + what);
    timeline.say(name(), "VIOLATION: " + what);
  }

  private void notePeak(long pid) {
    try {
      for (String line : Files.readAllLines(Path.of("/proc/" + pid + "/status"))) {
        if (line.startsWith("VmHWM:")) {
          long kibibytes = Long.parseLong(line.replaceAll("[^0-9]", ""));
          peakKibibytes.accumulateAndGet(kibibytes, Math::max);
        }
      }
    } catch (IOException e) {
      // The process has gone, or the system does not tell.
    }
  }

  private String lastLine() {
    try {
      List<String> lines = Files.readAllLines(logFile(), StandardCharsets.UTF_8);
      return lines.isEmpty() ? "" : lines.getLast();
    } catch (IOException e) {
      return "(" + e.getMessage() + ")";
    }
  }

  private ServerProcess running() {
    ServerProcess current = process;
    if (current == null) {
      throw new IllegalStateException(name() + " does not run");
    }
    return current;
  }

  /** What is done while there is no agent. */
  @FunctionalInterface
  public interface Action {
    /** Does it. */
    void run() throws IOException;
  }
}
