package io.millrace.benchmarks.load.track;

import io.millrace.benchmarks.fault.ledger.Spoil;
import io.millrace.benchmarks.load.file.LineReading;
import io.millrace.benchmarks.load.file.LineWriter;
import io.millrace.benchmarks.load.file.Lines;
import io.millrace.benchmarks.load.records.Tally;
import io.millrace.benchmarks.load.wire.GrpcSink;
import io.millrace.benchmarks.load.wire.HttpSink;
import io.millrace.benchmarks.load.wire.Loop;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Files before the agent, OTLP behind it. */
public final class FileTrack implements Track {
  private static final Duration ARRIVALS = Duration.ofSeconds(10);

  private final Loop loop = new Loop();
  private final Lines lines;
  private final Tally tally;
  private final LineWriter writer;
  private final Path directory;
  private final int sinkPort;

  /**
   * A track whose sink listens, and whose files are there and empty.
   *
   * @param directory where a folder of files is made
   * @param spoils done wrong to what arrives
   */
  public FileTrack(
      Path directory,
      Lines lines,
      LineWriter.Layout layout,
      OtlpTrack.Protocol behind,
      Set<Spoil> spoils)
      throws IOException {
    this.lines = lines;
    this.directory = directory.resolve("input");
    this.tally = new Tally(new LineReading(lines), spoils);
    this.writer = new LineWriter(this.directory, lines, layout, new ArrivalsOfTally());
    this.sinkPort =
        loop.listen(
            behind == OtlpTrack.Protocol.GRPC ? GrpcSink.into(tally) : HttpSink.into(tally));
  }

  @Override
  public Map<String, String> environment() {
    return Map.of("INPUT", directory.toString(), "SINK", Integer.toString(sinkPort));
  }

  @Override
  public void connect() {
    // The agent finds the files by itself.
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
    loop.close();
  }

  private final class ArrivalsOfTally implements LineWriter.Arrivals {
    @Override
    public long arrived() {
      return tally.records();
    }

    @Override
    public int missing(long first, int count) {
      int[] missing = {0};
      try {
        loop.call(() -> missing[0] = tally.missing(first, count));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      return missing[0];
    }
  }
}
