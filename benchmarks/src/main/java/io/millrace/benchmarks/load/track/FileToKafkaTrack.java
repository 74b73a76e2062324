package io.millrace.benchmarks.load.track;

import io.millrace.benchmarks.fault.ledger.Spoil;
import io.millrace.benchmarks.load.file.LineReading;
import io.millrace.benchmarks.load.file.LineWriter;
import io.millrace.benchmarks.load.file.Lines;
import io.millrace.benchmarks.load.kafka.TopicCounter;
import io.millrace.benchmarks.load.records.Tally;
import io.millrace.benchmarks.load.subject.ProcessFigures;
import io.millrace.testkit.server.KafkaServer;
import io.millrace.testkit.server.ServerOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Files before the agent, a real Kafka behind it. */
public final class FileToKafkaTrack implements Track {
  private static final Duration ARRIVALS = Duration.ofSeconds(10);
  private static final String TOPIC = "bench";
  private static final int PARTITIONS = 4;

  private final Lines lines;
  private final Path input;
  private final Tally tally;
  private final KafkaServer kafka;
  private final TopicCounter counter;
  private final LineWriter writer;

  /** A track whose broker runs, and whose files are there and empty. */
  public FileToKafkaTrack(Path directory, Lines lines, LineWriter.Layout layout, Set<Spoil> spoils)
      throws IOException, InterruptedException {
    this.lines = lines;
    this.input = directory.resolve("input");
    this.tally = new Tally(new LineReading(lines), spoils);
    this.kafka = KafkaServer.start(ServerOptions.in(directory.resolve("kafka")));
    try {
      kafka.createTopic(TOPIC, PARTITIONS);
      this.counter = new TopicCounter(kafka.bootstrapServers(), TOPIC, PARTITIONS, tally);
      this.writer = new LineWriter(input, lines, layout, new ArrivalsInTopic());
    } catch (IOException | InterruptedException e) {
      kafka.close();
      throw e;
    }
  }

  @Override
  public Map<String, String> environment() {
    return Map.of("INPUT", input.toString(), "BROKERS", kafka.bootstrapServers(), "TOPIC", TOPIC);
  }

  @Override
  public void connect() {
    // The agent finds files and broker by itself.
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
    counter.check();
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
    return (int) Math.round(lines.averageBytes());
  }

  @Override
  public double recordBytes() {
    return lines.averageBytes();
  }

  @Override
  public void close() throws IOException {
    writer.close();
    counter.close();
    kafka.close();
  }

  private final class ArrivalsInTopic implements LineWriter.Arrivals {
    @Override
    public long arrived() {
      return tally.records();
    }

    @Override
    public int missing(long first, int count) {
      return counter.missing(first, count);
    }
  }
}
