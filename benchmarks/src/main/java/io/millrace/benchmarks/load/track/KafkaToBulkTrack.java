package io.millrace.benchmarks.load.track;

import io.millrace.benchmarks.fault.ledger.Spoil;
import io.millrace.benchmarks.load.file.DocumentReading;
import io.millrace.benchmarks.load.file.LineRequest;
import io.millrace.benchmarks.load.file.Lines;
import io.millrace.benchmarks.load.kafka.TopicWriter;
import io.millrace.benchmarks.load.records.BulkWalk;
import io.millrace.benchmarks.load.records.Tally;
import io.millrace.benchmarks.load.subject.ProcessFigures;
import io.millrace.benchmarks.load.wire.HttpSink;
import io.millrace.benchmarks.load.wire.Loop;
import io.millrace.testkit.server.KafkaServer;
import io.millrace.testkit.server.ServerOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A real Kafka before the agent, behind it a sink that answers as Elasticsearch does to a {@code
 * _bulk} request all of which succeeds.
 */
public final class KafkaToBulkTrack implements Track {
  private static final Duration ARRIVALS = Duration.ofSeconds(10);
  private static final String TOPIC = "bench";
  private static final int PARTITIONS = 4;
  private static final long MAX_AHEAD = 200_000;

  private final Loop loop = new Loop();
  private final LineRequest request;
  private final Tally tally;
  private final KafkaServer kafka;
  private final TopicWriter writer;
  private final int sinkPort;

  /** A track whose broker runs and whose sink listens. */
  public KafkaToBulkTrack(Path directory, Lines lines, Set<Spoil> spoils)
      throws IOException, InterruptedException {
    this.request = new LineRequest(lines);
    this.tally = new Tally(new DocumentReading(lines), spoils, BulkWalk::new);
    this.sinkPort = loop.listen(HttpSink.bulkInto(tally));
    this.kafka = KafkaServer.start(ServerOptions.in(directory.resolve("kafka")));
    try {
      kafka.createTopic(TOPIC, PARTITIONS);
    } catch (IOException | InterruptedException e) {
      kafka.close();
      throw e;
    }
    this.writer =
        new TopicWriter(kafka.bootstrapServers(), TOPIC, request, tally::records, MAX_AHEAD);
  }

  @Override
  public Map<String, String> environment() {
    return Map.of(
        "BROKERS", kafka.bootstrapServers(),
        "TOPIC", TOPIC,
        "SINK", Integer.toString(sinkPort));
  }

  @Override
  public void connect() {
    // The agent finds broker and sink by itself.
  }

  @Override
  public void send(double recordsPerSecond) {
    writer.write(recordsPerSecond);
  }

  @Override
  public long arrived() {
    return tally.records();
  }

  @Override
  public void check() throws IOException {
    loop.check();
    writer.check();
  }

  @Override
  public Outcome finish() throws InterruptedException {
    long written = writer.stop();
    long lost = Settling.await(() -> written - tally.records(), ARRIVALS);
    return new Outcome(lost, tally.duplicated(), tally.broken(), List.of());
  }

  @Override
  public double serverCpuSeconds() throws IOException {
    return ProcessFigures.of(kafka.pid()).cpuSeconds();
  }

  @Override
  public int messageBytes() {
    return request.size();
  }

  @Override
  public double recordBytes() {
    return (double) request.size() / request.count();
  }

  @Override
  public void close() {
    writer.close();
    loop.close();
    kafka.close();
  }
}
