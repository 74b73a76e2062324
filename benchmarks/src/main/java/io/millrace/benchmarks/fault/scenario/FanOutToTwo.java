package io.millrace.benchmarks.fault.scenario;

import io.millrace.benchmarks.fault.agent.AgentProcess;
import io.millrace.benchmarks.fault.ledger.Books;
import io.millrace.benchmarks.fault.ledger.ElasticsearchBooks;
import io.millrace.benchmarks.fault.ledger.Excuses;
import io.millrace.benchmarks.fault.ledger.KafkaBooks;
import io.millrace.benchmarks.fault.ledger.Sightings;
import io.millrace.benchmarks.fault.ledger.Spoil;
import io.millrace.benchmarks.fault.storm.Fault;
import io.millrace.benchmarks.fault.storm.Lane;
import io.millrace.benchmarks.fault.storm.Timeline;
import io.millrace.benchmarks.fault.traffic.LogWriters;
import io.millrace.testkit.fault.FaultProxy;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * {@code fan-out}: files, an agent, and behind it a healthy Kafka and a sick Elasticsearch. The
 * agent itself lives through it, so that neither of them may see anything twice; and while
 * Elasticsearch is away, Kafka must go on getting what comes in.
 */
final class FanOutToTwo implements Scenario {
  static final String NAME = "fan-out";

  private static final int PARTITIONS = 4;
  private static final int FILES = 4;
  private static final int RECORDS_PER_SECOND = 100;
  private static final Duration DELIVERED = Duration.ofSeconds(45);
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Scene scene;
  private final Timeline timeline;
  private final String topic;
  private final FaultProxy proxy;
  private final ProxyFaults proxyFaults;
  private final ElasticsearchBooks elasticsearch;
  private final KafkaBooks kafka;
  private final LogWriters writers;
  private final AgentProcess agent;
  private final List<String> violations = new CopyOnWriteArrayList<>();

  FanOutToTwo(Stage stage, Timeline timeline) throws IOException, InterruptedException {
    this.scene = new Scene(stage, NAME, timeline);
    this.timeline = timeline;
    this.topic = "faults-" + scene.number();
    String index = "faults-" + scene.number();
    this.proxy = scene.keep(FaultProxy.http(stage.elasticsearch().url()));
    this.proxyFaults = new ProxyFaults(proxy, "elasticsearch", timeline, new Excuses());
    this.elasticsearch = new ElasticsearchBooks(stage.elasticsearch().url(), index);
    this.kafka = new KafkaBooks(stage.kafka().bootstrapServers(), topic);
    LogFiles files = LogFiles.in(scene, FILES, false);
    this.writers = scene.keep(new LogWriters(files.files(), RECORDS_PER_SECOND, true));
    Map<String, String> environment = new HashMap<>();
    environment.put("INPUT", files.folder().toString());
    environment.put("BROKERS", stage.kafka().bootstrapServers());
    environment.put("TOPIC", topic);
    environment.put("ELASTICSEARCH", proxy.url());
    environment.put("INDEX", index);
    this.agent = scene.agent("agent", "fan-out.yaml", environment, null, List.of());
  }

  @Override
  public void start() throws IOException, InterruptedException {
    scene.stage().kafka().createTopic(topic, PARTITIONS);
    writers.start();
    agent.start();
  }

  @Override
  public List<Lane> lanes() {
    List<Fault> sick = new ArrayList<>(proxyFaults.all(401, 403, 500));
    sick.add(Fault.of("away until the other goes on", random -> beAway()));
    List<Fault> files =
        new FileFaults(writers.files(), this::awaitDelivered, timeline).whileRunning();
    return List.of(Lane.of("elasticsearch", 1, 5, sick), Lane.of("files", 3, 8, files));
  }

  /** Away until Kafka has what was written after it had gone. */
  private void beAway() throws IOException, InterruptedException {
    timeline.say("elasticsearch", "away until Kafka has more");
    proxy.goDown();
    try {
      Map<String, Integer> begin = new HashMap<>();
      scene
          .obligations()
          .owedBySource()
          .forEach((source, owed) -> begin.put(source, owed.length()));
      long deadline = System.nanoTime() + PATIENCE.toNanos();
      while (!isBeyond(begin)) {
        if (System.nanoTime() - deadline > 0) {
          String what = "Kafka got nothing new while Elasticsearch was away for " + PATIENCE;
          violations.add(what);
          timeline.say("kafka", "VIOLATION: " + what);
          return;
        }
        Thread.sleep(200);
      }
      timeline.say("kafka", "has more");
    } finally {
      proxy.comeUp();
    }
  }

  /** Whether Kafka has something of a file that was written after a moment. */
  private boolean isBeyond(Map<String, Integer> moment) throws IOException {
    Sightings seen = kafka.read();
    return moment.entrySet().stream()
        .anyMatch(each -> seen.of(each.getKey()).length() > each.getValue());
  }

  private boolean awaitDelivered(String source) throws IOException, InterruptedException {
    long deadline = System.nanoTime() + DELIVERED.toNanos();
    while (!Books.isSettled(scene.obligations(), source, elasticsearch.read())
        || !Books.isSettled(scene.obligations(), source, kafka.read())) {
      if (System.nanoTime() - deadline > 0) {
        return false;
      }
      Thread.sleep(500);
    }
    return true;
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
        && Books.isSettled(scene.obligations(), elasticsearch.read());
  }

  @Override
  public List<AgentProcess> agents() {
    return scene.agents();
  }

  @Override
  public void spoil(Set<Spoil> ways) throws IOException, InterruptedException {
    elasticsearch.spoil(ways);
  }

  @Override
  public List<Books> books() throws IOException, InterruptedException {
    return List.of(
        Books.of("Kafka", scene.obligations(), kafka.read(), repeat -> false),
        Books.of("Elasticsearch", scene.obligations(), elasticsearch.read(), repeat -> false));
  }

  @Override
  public List<String> violations() {
    return List.copyOf(violations);
  }

  @Override
  public List<String> remarks() {
    return scene.remarks();
  }

  @Override
  public void close() throws IOException {
    scene.close();
  }
}
