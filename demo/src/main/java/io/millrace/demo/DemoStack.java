package io.millrace.demo;

import io.millrace.demo.ledger.Finding;
import io.millrace.demo.ledger.Ledger;
import io.millrace.demo.ledger.LedgerPlan;
import io.millrace.testkit.server.ElasticsearchServer;
import io.millrace.testkit.server.FlinkCluster;
import io.millrace.testkit.server.KafkaServer;
import io.millrace.testkit.server.RunDirectory;
import io.millrace.testkit.server.ServerOptions;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * The parts of the demo: Elasticsearch, Kafka, Flink with the job, the agent, and the telemetry of
 * the demo itself. Closing ends them all, whatever state they are in. One thread at a time, save
 * {@link #close}.
 */
final class DemoStack implements AutoCloseable {
  /** Index pattern of the windows. */
  static final String AGGREGATES = "millrace-agg-*";

  private static final int LAST_LINES = 5;
  private static final Duration SETTLE = Duration.ofMinutes(2);
  private static final List<LedgerPlan.Topic> TOPICS =
      List.of(
          new LedgerPlan.Topic("otlp_logs", "logs"),
          new LedgerPlan.Topic("otlp_metrics", "metrics"),
          new LedgerPlan.Topic("otlp_spans", "traces"));

  private final List<String> inputs;
  private final PrintStream out;
  private final Layout layout = Layout.find();
  private final List<AutoCloseable> parts = new ArrayList<>();

  private @Nullable RunDirectory directory;
  private @Nullable ElasticsearchServer elasticsearch;
  private @Nullable KafkaServer kafka;
  private @Nullable FlinkCluster flink;
  private @Nullable DemoAgent agent;
  private @Nullable DemoTelemetry telemetry;
  private @Nullable KafkaEnds kafkaEnds;
  private @Nullable JsonHttp elasticsearchHttp;
  private @Nullable JsonHttp flinkHttp;
  private boolean closed;

  DemoStack(List<String> inputs, PrintStream out) {
    this.inputs = inputs.stream().map(InputFiles::absolute).toList();
    this.out = out;
  }

  void start() throws IOException, InterruptedException {
    RunDirectory run = keep(RunDirectory.create("millrace-demo"));
    directory = run;
    long begin = System.nanoTime();
    out.println("Starting Elasticsearch, Kafka and Flink in " + run.path());
    startServers(run.path());
    out.printf("  servers are up after %.1f s%n", seconds(begin));

    KafkaServer broker = present(kafka);
    for (LedgerPlan.Topic topic : TOPICS) {
      broker.createTopic(topic.name(), 2);
    }
    kafkaEnds = keep(new KafkaEnds(broker.bootstrapServers(), TOPICS));
    elasticsearchHttp = keep(new JsonHttp(present(elasticsearch).url()));
    flinkHttp = keep(new JsonHttp(present(flink).restUrl()));
    present(flink).submit(layout.jobJar(), layout.jobMainClass(), jobArguments(run.path()));
    out.printf("  the Flink job runs after %.1f s%n", seconds(begin));

    DemoAgent started =
        keep(new DemoAgent(layout, run.path().resolve("agent"), environment(run.path())));
    agent = started;
    started.start();
    out.printf(
        "  the agent (process %d) was ready %d ms after its start%n",
        started.pid(), started.readyMillis());
    telemetry = keep(new DemoTelemetry(started.otlpUrl()));
    out.println("Look at");
    out.println("  health         " + started.healthUrl());
    out.println("  metrics        " + started.metricsUrl());
    out.println("  Elasticsearch  " + present(elasticsearch).url() + "/_cat/indices?v");
    out.println("  Flink          " + present(flink).restUrl());
    out.println("  agent's log    " + started.logFile());
  }

  private void startServers(Path base) throws IOException, InterruptedException {
    try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<ElasticsearchServer> startedElasticsearch =
          executor.submit(
              timed(
                  "Elasticsearch",
                  () ->
                      keep(
                          ElasticsearchServer.start(
                              ServerOptions.in(base.resolve("elasticsearch"))))));
      Future<KafkaServer> startedKafka =
          executor.submit(
              timed(
                  "Kafka", () -> keep(KafkaServer.start(ServerOptions.in(base.resolve("kafka"))))));
      Future<FlinkCluster> startedFlink =
          executor.submit(
              timed(
                  "Flink",
                  () -> keep(FlinkCluster.start(ServerOptions.in(base.resolve("flink"))))));
      elasticsearch = result(startedElasticsearch);
      kafka = result(startedKafka);
      flink = result(startedFlink);
    }
  }

  private <T> Callable<T> timed(String name, Callable<T> start) {
    return () -> {
      long begin = System.nanoTime();
      T server = start.call();
      out.printf("  %-14s %.1f s%n", name, seconds(begin));
      return server;
    };
  }

  private static <T> T result(Future<T> future) throws IOException, InterruptedException {
    try {
      return future.get();
    } catch (ExecutionException e) {
      throw new IOException(e.getCause() == null ? e.toString() : e.getCause().getMessage(), e);
    }
  }

  private List<String> jobArguments(Path base) {
    return List.of(
        "--brokers",
        present(kafka).bootstrapServers(),
        "--aggregates",
        layout.aggregates().toString(),
        "--es-url",
        present(elasticsearch).url(),
        "--checkpoint-dir",
        base.resolve("flink/checkpoints").toUri().toString(),
        "--checkpoint-interval",
        "2s",
        "--out-of-orderness",
        "5s",
        "--lateness",
        "2m",
        "--quiet",
        "5s");
  }

  private Map<String, String> environment(Path base) {
    Map<String, String> environment = new LinkedHashMap<>();
    environment.put("KAFKA_BROKERS", present(kafka).bootstrapServers());
    environment.put("ELASTICSEARCH_URL", present(elasticsearch).url());
    environment.put("ELASTICSEARCH_LOGS", present(elasticsearch).logDirectory().toString());
    environment.put("KAFKA_LOGS", base.resolve("kafka").toString());
    environment.put("FLINK_LOGS", present(flink).logDirectory().toString());
    environment.put("MILLRACE_CHECKPOINTS", base.resolve("agent/checkpoints").toString());
    List<String> quoted =
        inputGlobs(base).stream().map(glob -> "'" + glob.replace("'", "''") + "'").toList();
    environment.put("MILLRACE_INPUTS", "[" + String.join(", ", quoted) + "]");
    return environment;
  }

  private List<String> inputGlobs(Path base) {
    return inputs.isEmpty() ? List.of(base.resolve("input/*.log").toString()) : inputs;
  }

  void killAgent() throws IOException, InterruptedException {
    DemoAgent running = present(agent);
    out.println("       kill -9 " + running.pid() + " (the agent)");
    running.killAndStartAgain();
    out.printf(
        "       the agent is back as process %d, ready after %d ms%n",
        running.pid(), running.readyMillis());
  }

  /** Fails when a part has died by itself. */
  void requireAlive() throws IOException {
    require(present(elasticsearch).isAlive(), "Elasticsearch", present(elasticsearch).logFile());
    require(present(kafka).isAlive(), "Kafka", present(kafka).logFile());
    require(present(flink).isAlive(), "Flink", present(flink).jobManagerLog());
    require(present(agent).isAlive(), "the agent", present(agent).logFile());
  }

  private static void require(boolean alive, String name, Path log) throws IOException {
    if (!alive) {
      List<String> lines = Files.readAllLines(log, StandardCharsets.ISO_8859_1);
      List<String> last = lines.subList(Math.max(0, lines.size() - LAST_LINES), lines.size());
      throw new IOException(
          name + " has died; the end of its log:\n  " + String.join("\n  ", last));
    }
  }

  /**
   * Stops the sources, waits until everything has arrived, stops the agent, and waits until the
   * windows are closed.
   *
   * @return the file with the ledger's plan
   */
  Path settle() throws IOException, InterruptedException {
    out.println();
    out.println("The sources stop; waiting until everything has arrived.");
    present(telemetry).close();
    LedgerPlan plan = plan();
    await("files", plan, finding -> !finding.title().startsWith("Flink"));
    DemoAgent running = present(agent);
    running.stop();
    out.printf(
        "  the agent has drained and ended; its largest RSS was %d MiB%n", running.peakMebibytes());
    await("windows", plan, finding -> true);
    Path file = present(directory).path().resolve("ledger.json");
    plan.write(file);
    return file;
  }

  private LedgerPlan plan() throws IOException {
    Path base = present(directory).path();
    List<String> globs = new ArrayList<>();
    globs.add(present(elasticsearch).logDirectory() + "/*.json");
    globs.add(base.resolve("kafka") + "/*.log");
    globs.add(present(flink).logDirectory() + "/*.log");
    globs.addAll(inputGlobs(base));
    return new LedgerPlan(
        present(elasticsearch).url(),
        present(kafka).bootstrapServers(),
        present(agent).stateDirectory(),
        "raw-*",
        AGGREGATES,
        "millrace-late-*",
        "millrace-undecodable-*",
        "millrace-rejected-*",
        TOPICS,
        layout.windows(),
        keep(InputFiles.find(globs)).all());
  }

  /** Waits until the findings hold; the ledger will say what is wrong if they never do. */
  private void await(String what, LedgerPlan plan, java.util.function.Predicate<Finding> meant)
      throws IOException, InterruptedException {
    long begin = System.nanoTime();
    while (System.nanoTime() - begin < SETTLE.toNanos()) {
      requireServers();
      if (Ledger.findings(plan).stream().filter(meant).allMatch(Finding::holds)) {
        out.printf("  %s: settled after %.1f s%n", what, seconds(begin));
        return;
      }
      Thread.sleep(1000);
    }
    out.printf("  %s: not settled after %.0f s%n", what, seconds(begin));
  }

  private void requireServers() throws IOException {
    require(present(elasticsearch).isAlive(), "Elasticsearch", present(elasticsearch).logFile());
    require(present(kafka).isAlive(), "Kafka", present(kafka).logFile());
    require(present(flink).isAlive(), "Flink", present(flink).jobManagerLog());
  }

  JsonHttp elasticsearch() {
    return present(elasticsearchHttp);
  }

  JsonHttp flink() {
    return present(flinkHttp);
  }

  DemoTelemetry telemetry() {
    return present(telemetry);
  }

  long kafkaRecords() throws IOException, InterruptedException {
    return present(kafkaEnds).total();
  }

  AgentView agentView() throws InterruptedException {
    return present(agent).view();
  }

  private <T extends AutoCloseable> T keep(T part) throws IOException {
    synchronized (parts) {
      if (closed) {
        closeQuietly(part);
        throw new IOException("the demo is being stopped");
      }
      parts.add(part);
      return part;
    }
  }

  /** Whether it was told to end. */
  boolean isClosed() {
    synchronized (parts) {
      return closed;
    }
  }

  /** Ends every part, the last one started first. */
  @Override
  public void close() {
    List<AutoCloseable> last;
    synchronized (parts) {
      closed = true;
      last = new ArrayList<>(parts);
      parts.clear();
    }
    java.util.Collections.reverse(last);
    last.forEach(this::closeQuietly);
  }

  private void closeQuietly(AutoCloseable part) {
    try {
      part.close();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (Exception e) {
      out.println("  " + part.getClass().getSimpleName() + " could not be closed: " + e);
    }
  }

  private static double seconds(long begin) {
    return (System.nanoTime() - begin) / 1e9;
  }

  private static <T> T present(@Nullable T part) {
    if (part == null) {
      throw new IllegalStateException("the demo is not started");
    }
    return part;
  }
}
