package io.millrace.benchmarks.load.track;

import io.millrace.benchmarks.fault.ledger.Spoil;
import io.millrace.benchmarks.load.records.BulkWalk;
import io.millrace.benchmarks.load.records.Expectation;
import io.millrace.benchmarks.load.records.LogRecords;
import io.millrace.benchmarks.load.records.PreparedRequest;
import io.millrace.benchmarks.load.records.Tally;
import io.millrace.benchmarks.load.records.TimedDocumentReading;
import io.millrace.benchmarks.load.records.TimedReading;
import io.millrace.benchmarks.load.wire.Generator;
import io.millrace.benchmarks.load.wire.GrpcSender;
import io.millrace.benchmarks.load.wire.GrpcSink;
import io.millrace.benchmarks.load.wire.HttpSender;
import io.millrace.benchmarks.load.wire.HttpSink;
import io.millrace.benchmarks.load.wire.Loop;
import io.millrace.testkit.server.LoopbackPorts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** OTLP before the agent; behind it OTLP, or a sink that answers as Elasticsearch does. */
public final class OtlpTrack implements Track {
  private static final Duration ANSWERS = Duration.ofSeconds(20);
  private static final Duration ARRIVALS = Duration.ofSeconds(5);
  private static final int AT_ONCE = 16;
  private static final int GRPC_CONNECTIONS = 4;

  private final Loop loop = new Loop();
  private final Protocol protocol;
  private final LogRecords records;
  private final PreparedRequest prepared;
  private final Tally tally;
  private final Generator generator;
  private final boolean direct;
  private final int agentPort;
  private final int sinkPort;

  /** How requests travel, to the agent and from it. */
  public enum Protocol {
    /** Four connections, four requests at once on each. */
    GRPC,
    /** Sixteen connections, one request at once on each. */
    HTTP
  }

  /**
   * What is sent. Immutable.
   *
   * @param records how many a request has
   * @param underWay how many requests may be between sender and sink
   * @param form how they must arrive
   */
  public record Requests(int records, int underWay, Form form) {}

  /** How records arrive. */
  public enum Form {
    /** As they were sent, by the same protocol. */
    AS_SENT,
    /** By the same protocol, with an attribute renamed. */
    RENAMED,
    /** As documents of a {@code _bulk} request, with their origins. */
    DOCUMENTS,
    /** As documents without origins. */
    ANONYMOUS_DOCUMENTS
  }

  /**
   * A track whose sink listens.
   *
   * @param direct whether there is no agent between
   * @param spoils done wrong to what arrives
   */
  public OtlpTrack(Protocol protocol, Requests requests, boolean direct, Set<Spoil> spoils)
      throws IOException {
    this.protocol = protocol;
    this.records = LogRecords.of(requests.records);
    this.prepared = PreparedRequest.of(records);
    this.tally = tally(requests.form, records, spoils);
    this.generator = new Generator(tally, requests.records, records.stride(), requests.underWay);
    this.direct = direct;
    this.agentPort = LoopbackPorts.free();
    this.sinkPort =
        loop.listen(
            switch (requests.form) {
              case AS_SENT, RENAMED ->
                  protocol == Protocol.GRPC ? GrpcSink.into(tally) : HttpSink.into(tally);
              case DOCUMENTS, ANONYMOUS_DOCUMENTS -> HttpSink.bulkInto(tally);
            });
  }

  private static Tally tally(Form form, LogRecords records, Set<Spoil> spoils) {
    return switch (form) {
      case AS_SENT, RENAMED ->
          new Tally(new TimedReading(new Expectation(records, form == Form.RENAMED)), spoils);
      case DOCUMENTS, ANONYMOUS_DOCUMENTS ->
          new Tally(
              new TimedDocumentReading(records, form == Form.DOCUMENTS), spoils, BulkWalk::new);
    };
  }

  @Override
  public Map<String, String> environment() {
    return Map.of(
        protocol == Protocol.GRPC ? "MILLRACE_OTLP_GRPC" : "MILLRACE_OTLP_HTTP",
        Integer.toString(agentPort),
        "SINK",
        Integer.toString(sinkPort));
  }

  @Override
  public void connect() throws IOException {
    int port = direct ? sinkPort : agentPort;
    switch (protocol) {
      case GRPC ->
          generator.attach(
              loop, GrpcSender.to(port, prepared, AT_ONCE / GRPC_CONNECTIONS), GRPC_CONNECTIONS);
      case HTTP -> generator.attach(loop, HttpSender.to(port, prepared), AT_ONCE);
    }
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
