package io.millrace.benchmarks.load.track;

import io.millrace.benchmarks.fault.ledger.Spoil;
import io.millrace.benchmarks.load.file.DocumentReading;
import io.millrace.benchmarks.load.file.LineReading;
import io.millrace.benchmarks.load.file.LineRequest;
import io.millrace.benchmarks.load.file.LineWriter;
import io.millrace.benchmarks.load.file.Lines;
import io.millrace.benchmarks.load.kafka.TopicCounter;
import io.millrace.benchmarks.load.kafka.TopicWriter;
import io.millrace.benchmarks.load.records.Background;
import io.millrace.benchmarks.load.records.BulkWalk;
import io.millrace.benchmarks.load.records.RecordWriter;
import io.millrace.benchmarks.load.records.Tally;
import io.millrace.benchmarks.load.subject.ProcessFigures;
import io.millrace.benchmarks.load.wire.GrpcSink;
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
import org.jspecify.annotations.Nullable;

/** Files or a topic before the agent, which it reads by itself, and a sink behind it. */
public final class PulledTrack implements Track {
  private static final Duration ARRIVALS = Duration.ofSeconds(10);
  private static final String TOPIC = "bench";
  private static final int PARTITIONS = 4;

  /** What a writer of a topic may be ahead of the sink. */
  private static final long MAX_AHEAD = 200_000;

  private final Map<String, String> environment;
  private final Tally tally;
  private final RecordWriter writer;
  private final Background sink;
  private final @Nullable KafkaServer kafka;

  private PulledTrack(
      Map<String, String> environment,
      Tally tally,
      RecordWriter writer,
      Background sink,
      @Nullable KafkaServer kafka) {
    this.environment = Map.copyOf(environment);
    this.tally = tally;
    this.writer = writer;
    this.sink = sink;
    this.kafka = kafka;
  }

  /**
   * Files before the agent, OTLP behind it. The sink listens; the files are there and empty.
   *
   * @param directory where a folder of files is made
   * @param spoils done wrong to what arrives
   */
  public static PulledTrack filesToOtlp(
      Path directory,
      Lines lines,
      LineWriter.Layout layout,
      OtlpTrack.Protocol behind,
      Set<Spoil> spoils)
      throws IOException {
    Path input = directory.resolve("input");
    Tally tally = new Tally(new LineReading(lines), spoils);
    RecordWriter writer = new LineWriter(input, lines, layout, tally);
    Loop loop = new Loop();
    int port =
        loop.listen(
            behind == OtlpTrack.Protocol.GRPC ? GrpcSink.into(tally) : HttpSink.into(tally));
    return new PulledTrack(
        Map.of("INPUT", input.toString(), "SINK", Integer.toString(port)),
        tally,
        writer,
        loop,
        null);
  }

  /** Files before the agent, a real Kafka behind it. It runs; the files are there and empty. */
  public static PulledTrack filesToKafka(
      Path directory, Lines lines, LineWriter.Layout layout, Set<Spoil> spoils)
      throws IOException, InterruptedException {
    Path input = directory.resolve("input");
    Tally tally = new Tally(new LineReading(lines), spoils);
    RecordWriter writer = new LineWriter(input, lines, layout, tally);
    KafkaServer kafka = kafka(directory);
    String brokers = kafka.bootstrapServers();
    return new PulledTrack(
        Map.of("INPUT", input.toString(), "BROKERS", brokers, "TOPIC", TOPIC),
        tally,
        writer,
        new TopicCounter(brokers, TOPIC, PARTITIONS, tally),
        kafka);
  }

  /**
   * A real Kafka before the agent, behind it a sink that answers as Elasticsearch does to a {@code
   * _bulk} request all of which succeeds. Both run.
   */
  public static PulledTrack kafkaToBulk(Path directory, Lines lines, Set<Spoil> spoils)
      throws IOException, InterruptedException {
    Tally tally = new Tally(new DocumentReading(lines), spoils, BulkWalk::new);
    Loop loop = new Loop();
    int port = loop.listen(HttpSink.bulkInto(tally));
    KafkaServer kafka = kafka(directory);
    String brokers = kafka.bootstrapServers();
    return new PulledTrack(
        Map.of("BROKERS", brokers, "TOPIC", TOPIC, "SINK", Integer.toString(port)),
        tally,
        new TopicWriter(brokers, TOPIC, new LineRequest(lines), tally::records, MAX_AHEAD),
        loop,
        kafka);
  }

  @Override
  public Map<String, String> environment() {
    return environment;
  }

  @Override
  public void connect() {
    // The agent finds everything by itself.
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
    sink.check();
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
    return kafka == null ? 0 : ProcessFigures.of(kafka.pid()).cpuSeconds();
  }

  @Override
  public int messageBytes() {
    return writer.messageBytes();
  }

  @Override
  public double recordBytes() {
    return writer.recordBytes();
  }

  @Override
  public void close() throws IOException {
    writer.close();
    sink.close();
    if (kafka != null) {
      kafka.close();
    }
  }

  private static KafkaServer kafka(Path directory) throws IOException, InterruptedException {
    KafkaServer kafka = KafkaServer.start(ServerOptions.in(directory.resolve("kafka")));
    try {
      kafka.createTopic(TOPIC, PARTITIONS);
      return kafka;
    } catch (IOException | InterruptedException e) {
      kafka.close();
      throw e;
    }
  }
}
