package io.millrace.benchmarks.load;

import io.millrace.benchmarks.load.track.OtlpTrack;
import java.util.List;
import java.util.Optional;

/** The scenarios there are. */
final class Scenarios {
  private static final String DELIVERED = "acknowledge-delivered.yaml";
  private static final String ACCEPTED = "acknowledge-accepted.yaml";

  private static final List<Scenario> ALL =
      List.of(
          Scenario.of("S6", "OTLP gRPC, rename one attribute, OTLP gRPC", "S6.yaml", otlp(true))
              .with(DELIVERED),
          Scenario.of("S6p", "OTLP gRPC, OTLP gRPC", "S6p.yaml", otlp(false)).with(DELIVERED),
          Scenario.of(
              "S9", "OTLP gRPC, log on disk (the default), OTLP gRPC", "S6p.yaml", otlp(false)),
          Scenario.of(
                  "S6a",
                  "S6p answered once it is in memory, as the Collector does",
                  "S6p.yaml",
                  otlp(false))
              .with(ACCEPTED),
          Scenario.of(
              "harness",
              "no agent: the generator sends straight into the sink",
              "",
              (options, directory) ->
                  new OtlpTrack(options.recordsOfRequest(), false, true, options.spoils())));

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

  private static Scenario.Opener otlp(boolean renamed) {
    return (options, directory) ->
        new OtlpTrack(options.recordsOfRequest(), renamed, false, options.spoils());
  }
}
