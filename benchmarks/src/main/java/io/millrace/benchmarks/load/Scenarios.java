package io.millrace.benchmarks.load;

import static io.millrace.benchmarks.load.track.OtlpTrack.Protocol.GRPC;
import static io.millrace.benchmarks.load.track.OtlpTrack.Protocol.HTTP;

import io.millrace.benchmarks.load.track.OtlpTrack;
import java.util.List;
import java.util.Optional;

/** The scenarios there are. */
final class Scenarios {
  private static final double STEADY = 10_000;
  private static final String DELIVERED = "acknowledge-delivered.yaml";
  private static final String ACCEPTED = "acknowledge-accepted.yaml";

  private static final List<Scenario> ALL =
      List.of(
          Scenario.of(
                  "S6", "OTLP gRPC, one attribute renamed, OTLP gRPC", "S6.yaml", otlp(GRPC, true))
              .with(DELIVERED),
          Scenario.of("S6p", "OTLP gRPC, OTLP gRPC", "S6p.yaml", otlp(GRPC, false)).with(DELIVERED),
          Scenario.of(
                  "S6h",
                  "OTLP HTTP, one attribute renamed, OTLP HTTP",
                  "S6h.yaml",
                  otlp(HTTP, true))
              .with(DELIVERED),
          Scenario.of(
              "S9",
              "OTLP gRPC, log on disk (the default), OTLP gRPC",
              "S6p.yaml",
              otlp(GRPC, false)),
          Scenario.of(
                  "S9a",
                  "S6p, answered once it is in memory, as the Collector does",
                  "S6p.yaml",
                  otlp(GRPC, false))
              .with(ACCEPTED),
          Scenario.of("S10", "started five times, then idle", "S6p.yaml", otlp(GRPC, false)).at(0),
          Scenario.of("S11", "S9 at 10,000 records/s", "S6p.yaml", otlp(GRPC, false)).at(STEADY),
          Scenario.of(
              "harness",
              "no agent: the generator sends straight into the sink",
              "",
              (options, directory) ->
                  new OtlpTrack(GRPC, options.recordsOfRequest(), false, true, options.spoils())));

  private Scenarios() {}

  static List<Scenario> all() {
    return ALL;
  }

  static List<String> names() {
    return ALL.stream().map(Scenario::name).toList();
  }

  static Optional<Scenario> named(String name) {
    return ALL.stream().filter(each -> each.name().equals(name)).findFirst();
  }

  private static Scenario.Opener otlp(OtlpTrack.Protocol protocol, boolean renamed) {
    return (options, directory) ->
        new OtlpTrack(protocol, options.recordsOfRequest(), renamed, false, options.spoils());
  }
}
