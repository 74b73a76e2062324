package io.millrace.benchmarks.load;

import static io.millrace.benchmarks.load.track.OtlpTrack.Protocol.GRPC;
import static io.millrace.benchmarks.load.track.OtlpTrack.Protocol.HTTP;

import io.millrace.benchmarks.load.file.LineWriter;
import io.millrace.benchmarks.load.file.Lines;
import io.millrace.benchmarks.load.track.OtlpTrack;
import io.millrace.benchmarks.load.track.OtlpTrack.Form;
import io.millrace.benchmarks.load.track.PulledTrack;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** The scenarios there are. */
final class Scenarios {
  private static final double STEADY = 10_000;
  private static final long MEBIBYTE = 1 << 20;

  /** What a writer may be ahead of the sink: enough for a poll, at twice what is aimed at. */
  private static final long AHEAD = 1_000_000;

  private static final long WHOLE_FILE = Long.MAX_VALUE;
  private static final LineWriter.Layout TEN_FILES =
      new LineWriter.Layout(10, 512, 64 * MEBIBYTE, AHEAD);
  private static final String DELIVERED = "acknowledge-delivered.yaml";
  private static final String ACCEPTED = "acknowledge-accepted.yaml";

  private static final List<Scenario> ALL =
      List.of(
          Scenario.of(
                  "S6",
                  "OTLP gRPC, one attribute renamed, OTLP gRPC",
                  "S6.yaml",
                  otlp(GRPC, Form.RENAMED))
              .with(DELIVERED),
          Scenario.of("S6p", "OTLP gRPC, OTLP gRPC", "S6p.yaml", otlp(GRPC, Form.AS_SENT))
              .with(DELIVERED),
          Scenario.of("S6n", "S6p without origins", "S6p.yaml", otlp(GRPC, Form.AS_SENT))
              .with(Scenario.ANONYMOUS),
          Scenario.of(
                  "S6h",
                  "OTLP HTTP, one attribute renamed, OTLP HTTP",
                  "S6h.yaml",
                  otlp(HTTP, Form.RENAMED))
              .with(DELIVERED),
          Scenario.of(
              "S9",
              "OTLP gRPC, log on disk (the default), OTLP gRPC",
              "S6p.yaml",
              otlp(GRPC, Form.AS_SENT)),
          Scenario.of(
                  "S9a",
                  "S6p, answered once it is in memory, as the Collector does",
                  "S6p.yaml",
                  otlp(GRPC, Form.AS_SENT))
              .with(ACCEPTED),
          Scenario.of("S10", "started five times, then idle", "S6p.yaml", otlp(GRPC, Form.AS_SENT))
              .at(0),
          Scenario.of("S11", "S9 at 10,000 records/s", "S6p.yaml", otlp(GRPC, Form.AS_SENT))
              .at(STEADY),
          Scenario.of(
                  "S11f",
                  "one file that grows by 10,000 lines/s, OTLP gRPC",
                  "S1-otlp.yaml",
                  files(Lines::plain, new LineWriter.Layout(1, 512, WHOLE_FILE, AHEAD), GRPC))
              .at(STEADY),
          Scenario.of(
              "S1-otlp",
              "10 files, lines as they are, OTLP gRPC (not S1: that goes to TCP)",
              "S1-otlp.yaml",
              files(Lines::access, TEN_FILES, GRPC)),
          Scenario.of(
              "S3",
              "10 files, an expression with eight groups, OTLP gRPC",
              "S3.yaml",
              files(Lines::parsedAccess, TEN_FILES, GRPC)),
          Scenario.of(
              "S4",
              "100 container files with JSON, rotated at 10 MiB, OTLP HTTP with gzip",
              "S4.yaml",
              files(Lines::container, new LineWriter.Layout(100, 64, 10 * MEBIBYTE, AHEAD), HTTP)),
          Scenario.of(
              "S8a",
              "10 files, Kafka (acks=all, idempotent, zstd)",
              "S8a.yaml",
              (options, directory) ->
                  PulledTrack.filesToKafka(directory, Lines.access(), TEN_FILES, options.spoils())),
          Scenario.of(
              "S8b",
              "Kafka, bulk requests as to Elasticsearch, into a sink",
              "S8b.yaml",
              (options, directory) ->
                  PulledTrack.kafkaToBulk(directory, Lines.plain(), options.spoils())),
          Scenario.of(
              "S12",
              "OTLP gRPC, log, bulk requests with ids as to Elasticsearch, into a sink",
              "S12.yaml",
              otlp(GRPC, Form.DOCUMENTS)),
          Scenario.of("S12d", "S12 without the log", "S12.yaml", otlp(GRPC, Form.DOCUMENTS))
              .with(DELIVERED),
          Scenario.of(
                  "S12n",
                  "S12 without the log, origins and ids",
                  "S12.yaml",
                  otlp(GRPC, Form.ANONYMOUS_DOCUMENTS))
              .with(Scenario.ANONYMOUS),
          Scenario.of(
              "harness",
              "no agent: the generator sends straight into the sink",
              "",
              (options, directory) -> otlpTrack(GRPC, options, Form.AS_SENT, true)));

  private static final Map<String, String> UNSUPPORTED =
      Map.of("S1", "files to TCP: there is no exporter for TCP; S1-otlp is the nearest");

  private Scenarios() {}

  /** Scenarios of the design that the agent cannot run, and why. */
  static Map<String, String> unsupported() {
    return UNSUPPORTED;
  }

  static List<Scenario> all() {
    return ALL;
  }

  static List<String> names() {
    return ALL.stream().map(Scenario::name).toList();
  }

  static Optional<Scenario> named(String name) {
    return ALL.stream().filter(each -> each.name().equals(name)).findFirst();
  }

  private static Scenario.Opener otlp(OtlpTrack.Protocol protocol, Form form) {
    return (options, directory) -> otlpTrack(protocol, options, form, false);
  }

  private static OtlpTrack otlpTrack(
      OtlpTrack.Protocol protocol, Scenario.Options options, Form form, boolean direct)
      throws IOException {
    return new OtlpTrack(
        protocol,
        new OtlpTrack.Requests(options.recordsOfRequest(), options.underWay(), form),
        direct,
        options.spoils());
  }

  private static Scenario.Opener files(
      Supplier<Lines> lines, LineWriter.Layout layout, OtlpTrack.Protocol behind) {
    return (options, directory) ->
        PulledTrack.filesToOtlp(directory, lines.get(), layout, behind, options.spoils());
  }
}
