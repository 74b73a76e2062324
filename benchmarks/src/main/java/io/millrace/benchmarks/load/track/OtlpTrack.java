package io.millrace.benchmarks.load.track;

import io.millrace.benchmarks.fault.ledger.Spoil;
import io.millrace.benchmarks.load.records.Expectation;
import io.millrace.benchmarks.load.records.LogRecords;
import io.millrace.benchmarks.load.records.PreparedRequest;
import io.millrace.benchmarks.load.records.Tally;
import io.millrace.benchmarks.load.wire.Generator;
import io.millrace.benchmarks.load.wire.GrpcSender;
import io.millrace.benchmarks.load.wire.GrpcSink;
import io.millrace.benchmarks.load.wire.Loop;
import io.millrace.testkit.server.LoopbackPorts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** OTLP before the agent and behind it. */
public final class OtlpTrack implements Track {
  private static final Duration ANSWERS = Duration.ofSeconds(20);
  private static final Duration ARRIVALS = Duration.ofSeconds(5);
  private static final int CONNECTIONS = 4;
  private static final int AT_ONCE = 4;
  private static final int MAX_UNDER_WAY = 4 * CONNECTIONS * AT_ONCE;

  private final Loop loop = new Loop();
  private final LogRecords records;
  private final PreparedRequest prepared;
  private final Tally tally;
  private final Generator generator;
  private final boolean direct;
  private final int agentPort;
  private final int sinkPort;

  /**
   * A track whose sink listens.
   *
   * @param recordsOfRequest how many records a request has
   * @param renamed whether the agent renames an attribute
   * @param direct whether there is no agent between
   * @param spoils done wrong to what arrives
   */
  public OtlpTrack(int recordsOfRequest, boolean renamed, boolean direct, Set<Spoil> spoils)
      throws IOException {
    this.records = LogRecords.of(recordsOfRequest);
    this.prepared = PreparedRequest.of(records);
    this.tally = new Tally(new Expectation(records, renamed), spoils);
    this.generator = new Generator(tally, recordsOfRequest, MAX_UNDER_WAY);
    this.direct = direct;
    this.agentPort = LoopbackPorts.free();
    this.sinkPort = loop.listen(GrpcSink.into(tally));
  }

  @Override
  public Map<String, String> environment() {
    return Map.of(
        "MILLRACE_OTLP_GRPC", Integer.toString(agentPort),
        "SINK", Integer.toString(sinkPort));
  }

  @Override
  public void connect() throws IOException {
    int port = direct ? sinkPort : agentPort;
    generator.attach(loop, GrpcSender.to(port, prepared, AT_ONCE), CONNECTIONS);
  }

  @Override
  public void send(double recordsPerSecond) {
    generator.send(recordsPerSecond);
  }

  @Override
  public long arrived() {
    return tally.records();
  }

  @Override
  public void check() throws IOException {
    loop.check();
  }

  @Override
  public Outcome finish() throws IOException, InterruptedException {
    generator.stop();
    long unanswered = Settling.await(() -> generator.idle() ? 0 : 1, ANSWERS);
    long lost = Settling.await(this::lost, ARRIVALS);
    List<String> remarks = new ArrayList<>();
    if (unanswered > 0) {
      remarks.add("not all requests were answered within " + ANSWERS.toSeconds() + " s");
    }
    if (generator.refusals() > 0) {
      remarks.add(
          generator.refusals() + " requests refused, and sent again: " + generator.lastRefusal());
    }
    return new Outcome(lost, tally.duplicated(), tally.broken(), remarks);
  }

  @Override
  public int messageBytes() {
    return prepared.size();
  }

  @Override
  public double recordBytes() {
    return (double) prepared.size() / records.count();
  }

  @Override
  public void close() {
    loop.close();
  }

  private long lost() {
    long[] lost = {0};
    try {
      loop.call(() -> lost[0] = generator.lost());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return lost[0];
  }
}
