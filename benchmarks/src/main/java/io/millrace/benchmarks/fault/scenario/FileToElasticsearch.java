package io.millrace.benchmarks.fault.scenario;

import io.millrace.benchmarks.fault.agent.AgentProcess;
import io.millrace.benchmarks.fault.agent.OffsetClock;
import io.millrace.benchmarks.fault.ledger.Books;
import io.millrace.benchmarks.fault.ledger.ElasticsearchBooks;
import io.millrace.benchmarks.fault.ledger.Excuses;
import io.millrace.benchmarks.fault.ledger.Spoil;
import io.millrace.benchmarks.fault.storm.Fault;
import io.millrace.benchmarks.fault.storm.Lane;
import io.millrace.benchmarks.fault.storm.Timeline;
import io.millrace.benchmarks.fault.traffic.LogWriters;
import io.millrace.testkit.fault.FaultProxy;
import io.millrace.testkit.fault.SmallDisk;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * {@code file-kafka-elasticsearch}: files, an agent that writes to Kafka, an agent that reads from
 * there and writes to Elasticsearch. Every piece of every file must be there exactly once.
 */
final class FileToElasticsearch implements Scenario {
  static final String NAME = "file-kafka-elasticsearch";

  private static final int PARTITIONS = 4;
  private static final int FILES = 4;
  private static final int RECORDS_PER_SECOND = 100;
  private static final int DISK_MEBIBYTES = 24;
  private static final Duration DELIVERED = Duration.ofSeconds(45);

  private final Scene scene;
  private final Timeline timeline;
  private final String topic;
  private final FaultProxy proxy;
  private final ProxyFaults proxyFaults;
  private final KafkaFaults kafkaFaults;
  private final ElasticsearchBooks elasticsearch;
  private final Map<String, String> environment = new HashMap<>();
  private final LogWriters writers;
  private final AgentProcess reader;
  private final AgentProcess writer;
  private final OffsetClock clock;
  private final @Nullable SmallDisk disk;
  private int joined;

  FileToElasticsearch(Stage stage, Timeline timeline) throws IOException, InterruptedException {
    this.scene = new Scene(stage, NAME, timeline);
    this.timeline = timeline;
    this.topic = "faults-" + scene.number();
    String index = "faults-" + scene.number();
    this.proxy = scene.keep(FaultProxy.http(stage.elasticsearch().url()));
    this.proxyFaults = new ProxyFaults(proxy, "elasticsearch", timeline, new Excuses());
    this.kafkaFaults = new KafkaFaults(stage.kafka(), timeline);
    this.elasticsearch = new ElasticsearchBooks(stage.elasticsearch().url(), index);
    LogFiles files = LogFiles.in(scene, FILES, false);
    this.writers = scene.keep(new LogWriters(files.files(), RECORDS_PER_SECOND, true));
    environment.put("INPUT", files.folder().toString());
    environment.put("BROKERS", stage.kafka().bootstrapServers());
    environment.put("TOPIC", topic);
    environment.put("ELASTICSEARCH", proxy.url());
    environment.put("INDEX", index);
    environment.put("GROUP", "faults-" + scene.number());
    Map<String, String> clocked = new HashMap<>(environment);
    this.clock = scene.clock(clocked);
    this.disk = scene.smallDisk(DISK_MEBIBYTES);
    this.reader = scene.agent("agent A", "file-to-kafka.yaml", clocked, disk, List.of());
    this.writer =
        scene.agent("agent B", "kafka-to-elasticsearch.yaml", environment, null, List.of());
  }

  @Override
  public void start() throws IOException, InterruptedException {
    scene.stage().kafka().createTopic(topic, PARTITIONS);
    writers.start();
    reader.start();
    writer.start();
  }

  @Override
  public List<Lane> lanes() {
    AgentFaults ofReader = new AgentFaults(reader, timeline);
    AgentFaults ofWriter = new AgentFaults(writer, timeline);
    List<Fault> readerFaults = new ArrayList<>();
    readerFaults.add(ofReader.kill());
    readerFaults.add(ofReader.killTwice());
    readerFaults.add(ofReader.terminate());
    readerFaults.add(ofReader.killInFlush(writers.files()));
    readerFaults.add(ofReader.clock(clock));
    if (disk != null) {
      readerFaults.add(ofReader.fullDisk(disk));
    }
    FileFaults ofFiles = new FileFaults(writers.files(), this::awaitDelivered, timeline);
    List<Fault> fileFaults = new ArrayList<>(ofFiles.whileRunning());
    fileFaults.add(ofFiles.inodeReuse(reader));
    return List.of(
        Lane.of("agent A", 5, 14, readerFaults),
        Lane.of(
            "agent B",
            9,
            22,
            List.of(
                ofWriter.kill(),
                ofWriter.terminate(),
                Fault.of("rebalance", r -> join(r.nextInt(1000, 6000), r.nextBoolean())))),
        Lane.of("files", 3, 8, fileFaults),
        Lane.of("elasticsearch", 2, 7, proxyFaults.all(401, 403, 500)),
        Lane.of("node", 40, 120, List.of(Fault.of("kill -9", r -> killNode()))),
        Lane.of(
            "kafka",
            12,
            30,
            List.of(
                kafkaFaults.kill(),
                kafkaFaults.freeze(),
                Fault.of("topic made anew", r -> makeTopicAnew()))));
  }

  /** A second reader of the group takes over some partitions in mid-batch, and leaves again. */
  private void join(int millis, boolean kill) throws IOException, InterruptedException {
    joined++;
    AgentProcess other =
        scene.agent(
            "agent C" + joined, "kafka-to-elasticsearch.yaml", environment, null, List.of());
    timeline.say(other.name(), "joins the group of agent B");
    other.start();
    Thread.sleep(millis);
    timeline.say(other.name(), "leaves the group: " + (kill ? "kill -9" : "SIGTERM"));
    if (kill) {
      other.close();
    } else {
      other.stop();
      other.close();
    }
  }

  private void killNode() throws IOException, InterruptedException {
    timeline.say("elasticsearch", "node killed with -9");
    scene.stage().elasticsearch().kill();
    scene.stage().elasticsearch().restart();
    timeline.say("elasticsearch", "node is back");
  }

  /** Only when it holds nothing that has not arrived: what it holds goes with it. */
  private void makeTopicAnew() throws IOException, InterruptedException {
    writers.whilePaused(
        () ->
            kafkaFaults.whileUp(
                () -> {
                  if (awaitAllDelivered()) {
                    timeline.say("kafka", "topic deleted and made again, all of it consumed");
                    kafkaFaults.makeAnew(topic, PARTITIONS);
                  } else {
                    timeline.say("kafka", "topic not deleted: not all of it was consumed in time");
                  }
                }));
  }

  private boolean awaitAllDelivered() throws IOException, InterruptedException {
    long deadline = System.nanoTime() + DELIVERED.toNanos();
    while (!isSettled()) {
      if (System.nanoTime() - deadline > 0) {
        return false;
      }
      Thread.sleep(500);
    }
    return true;
  }

  private boolean awaitDelivered(String source) throws IOException, InterruptedException {
    long deadline = System.nanoTime() + DELIVERED.toNanos();
    while (!Books.isSettled(scene.obligations(), source, elasticsearch.read())) {
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
    return Books.isSettled(scene.obligations(), elasticsearch.read());
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
        Books.of("Elasticsearch", scene.obligations(), elasticsearch.read(), repeat -> false));
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
    scene.close();
  }
}
