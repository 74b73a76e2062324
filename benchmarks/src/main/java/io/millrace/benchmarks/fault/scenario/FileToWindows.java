package io.millrace.benchmarks.fault.scenario;

import io.millrace.benchmarks.fault.agent.AgentProcess;
import io.millrace.benchmarks.fault.ledger.Books;
import io.millrace.benchmarks.fault.ledger.Excuses;
import io.millrace.benchmarks.fault.ledger.KafkaBooks;
import io.millrace.benchmarks.fault.ledger.Spoil;
import io.millrace.benchmarks.fault.ledger.WindowBooks;
import io.millrace.benchmarks.fault.storm.Fault;
import io.millrace.benchmarks.fault.storm.Lane;
import io.millrace.benchmarks.fault.storm.Timeline;
import io.millrace.benchmarks.fault.traffic.LogWriters;
import io.millrace.testkit.fault.FaultProxy;
import io.millrace.testkit.server.FlinkCluster;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * {@code file-kafka-flink-elasticsearch}: files, an agent that writes to Kafka, the Flink job, its
 * windows in Elasticsearch. Every line must be counted exactly once, in the window that its own
 * time says; Kafka may hold it more than once.
 */
final class FileToWindows implements Scenario {
  static final String NAME = "file-kafka-flink-elasticsearch";

  private static final int PARTITIONS = 2;
  private static final int FILES = 3;
  private static final int RECORDS_PER_SECOND = 100;
  private static final int WINDOW_SECONDS = 5;
  private static final Duration RUNNING = Duration.ofMinutes(2);

  private final Scene scene;
  private final Timeline timeline;
  private final String name;
  private final FaultProxy proxy;
  private final ProxyFaults proxyFaults;
  private final KafkaFaults kafkaFaults;
  private final WindowBooks windows;
  private final KafkaBooks kafka;
  private final LogWriters writers;
  private final AgentProcess agent;
  private String job = "";

  FileToWindows(Stage stage, Timeline timeline) throws IOException {
    this.scene = new Scene(stage, NAME, timeline);
    this.timeline = timeline;
    this.name = "faults-" + scene.number();
    this.proxy = scene.keep(FaultProxy.http(stage.elasticsearch().url()));
    this.proxyFaults = new ProxyFaults(proxy, "elasticsearch", timeline, new Excuses());
    this.kafkaFaults = new KafkaFaults(stage.kafka(), timeline);
    this.windows = new WindowBooks(stage.elasticsearch().url(), name, WINDOW_SECONDS);
    this.kafka = new KafkaBooks(stage.kafka().bootstrapServers(), name);
    LogFiles files = LogFiles.in(scene, FILES, true);
    this.writers = scene.keep(new LogWriters(files.files(), RECORDS_PER_SECOND, false));
    Map<String, String> environment =
        Map.of(
            "INPUT",
            files.folder().toString(),
            "BROKERS",
            stage.kafka().bootstrapServers(),
            "TOPIC",
            name);
    this.agent = scene.agent("agent", "file-to-kafka.yaml", environment, null, List.of());
  }

  @Override
  public void start() throws IOException, InterruptedException {
    scene.stage().kafka().createTopic(name, PARTITIONS);
    submit(false);
    writers.start();
    agent.start();
  }

  @Override
  public List<Lane> lanes() {
    AgentFaults faults = new AgentFaults(agent, timeline);
    return List.of(
        Lane.of("agent", 4, 12, List.of(faults.kill(), faults.killTwice(), faults.terminate())),
        Lane.of(
            "files",
            4,
            10,
            new FileFaults(writers.files(), this::awaitInKafka, timeline).whileRunning()),
        Lane.of("elasticsearch", 2, 7, proxyFaults.all(401, 403, 500)),
        Lane.of(
            "flink",
            10,
            25,
            List.of(
                Fault.of("task manager killed", this::killTaskManager),
                Fault.of("job manager killed", this::killJobManager))),
        Lane.of("kafka", 15, 35, List.of(kafkaFaults.kill(), kafkaFaults.freeze())));
  }

  private void killTaskManager(SplittableRandom random) throws Exception {
    Duration time = Duration.ofMillis(random.nextInt(0, 3000));
    timeline.say("flink", "task manager killed with -9, for " + time.toMillis() + " ms");
    flink().killTaskManager(0);
    Thread.sleep(time);
    flink().restartTaskManager(0);
    timeline.say("flink", "task manager is back");
  }

  private void killJobManager(SplittableRandom random) throws Exception {
    Duration time = Duration.ofMillis(random.nextInt(0, 3000));
    timeline.say("flink", "job manager killed with -9, for " + time.toMillis() + " ms");
    flink().killJobManager();
    Thread.sleep(time);
    kafkaFaults.whileUp(
        () -> {
          flink().restartJobManager();
          submit(true);
        });
    timeline.say("flink", "job manager is back, the job goes on from its newest checkpoint");
  }

  private void submit(boolean again) throws IOException, InterruptedException {
    String checkpoint =
        again
            ? FlinkCluster.newestCheckpoint(scene.folder().resolve("checkpoints")).orElse(null)
            : null;
    job =
        flink()
            .submit(
                scene.stage().home().jobJar(),
                "io.millrace.flink.AggregateJob",
                List.of(
                    "--brokers",
                    scene.stage().kafka().bootstrapServers(),
                    "--topic-logs",
                    name,
                    "--group",
                    name,
                    "--aggregates",
                    scene.stage().home().config("aggregates.yaml").toString(),
                    "--es-url",
                    proxy.url(),
                    "--index-prefix",
                    name,
                    "--checkpoint-dir",
                    scene.folder().resolve("checkpoints").toUri().toString(),
                    "--checkpoint-interval",
                    "1s",
                    "--lateness",
                    "10m",
                    "--quiet",
                    "20s",
                    "--parallelism",
                    "2"),
                checkpoint);
    if (!again) {
      flink().awaitJobState(job, "RUNNING", RUNNING);
    }
  }

  private FlinkCluster flink() {
    return scene.stage().flink();
  }

  /** What is in Kafka is out of the file for good. */
  private boolean awaitInKafka(String source) throws IOException, InterruptedException {
    long deadline = System.nanoTime() + Duration.ofSeconds(45).toNanos();
    while (true) {
      try {
        if (Books.isSettled(scene.obligations(), source, kafka.read())) {
          return true;
        }
      } catch (IOException brokerIsAway) {
        timeline.say("files", "cannot ask the broker now");
      }
      if (System.nanoTime() - deadline > 0) {
        return false;
      }
      Thread.sleep(500);
    }
  }

  @Override
  public long owed() {
    return scene.obligations().owed();
  }

  @Override
  public void heal() throws IOException {
    proxyFaults.heal();
  }

  @Override
  public void stopTraffic() throws IOException, InterruptedException {
    writers.stop();
  }

  @Override
  public boolean isSettled() throws IOException, InterruptedException {
    return Books.isSettled(scene.obligations(), kafka.read())
        && windows.books(scene.obligations()).problems().isEmpty();
  }

  @Override
  public List<AgentProcess> agents() {
    return scene.agents();
  }

  @Override
  public void spoil(Set<Spoil> ways) throws IOException, InterruptedException {
    windows.spoil(ways);
  }

  @Override
  public List<Books> books() throws IOException, InterruptedException {
    return List.of(
        Books.of("Kafka", scene.obligations(), kafka.read(), repeat -> true),
        windows.books(scene.obligations()));
  }

  @Override
  public List<String> violations() {
    return List.of();
  }

  @Override
  public List<String> remarks() {
    return scene.remarks();
  }

  @Override
  public void close() throws IOException {
    try {
      if (!job.isEmpty()) {
        flink().cancel(job);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      timeline.say("flink", "the job cannot be cancelled: " + e.getMessage());
    } finally {
      scene.close();
    }
  }
}
