package io.millrace.demo;

import io.millrace.demo.ledger.LedgerPlan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/**
 * Where the demo finds the built parts. Immutable.
 *
 * @param home the repository's root
 */
record Layout(Path home) {

  /** The layout that the launcher names in the system property {@code millrace.home}. */
  static Layout find() {
    String home = System.getProperty("millrace.home");
    if (home == null) {
      throw new IllegalStateException("millrace.home is not set (start with ./millrace demo)");
    }
    return new Layout(Path.of(home).toAbsolutePath().normalize());
  }

  Path launcher() {
    return home.resolve("distribution/target/millrace/bin/millrace");
  }

  Path agentConfiguration() {
    return home.resolve("configs/demo.yaml");
  }

  Path aggregates() {
    return home.resolve("configs/flink/aggregates.yaml");
  }

  /** The flat jar of the Flink job. */
  Path jobJar() throws IOException {
    Path target = home.resolve("flink-jobs/target");
    try (Stream<Path> files = Files.list(target)) {
      return files
          .filter(
              each -> each.getFileName().toString().matches("flink-jobs-[0-9.]+(-SNAPSHOT)?\\.jar"))
          .findFirst()
          .orElseThrow(() -> new IOException(target + ": no job jar (expected: flink-jobs-*.jar)"));
    }
  }

  String jobMainClass() {
    return "io.millrace.flink.AggregateJob";
  }

  /** The aggregates that the job computes, as the ledger checks them. */
  List<LedgerPlan.Window> windows() throws IOException {
    Object document =
        new Load(LoadSettings.builder().build()).loadFromString(Files.readString(aggregates()));
    List<LedgerPlan.Window> windows = new ArrayList<>();
    if (document instanceof Map<?, ?> map && map.get("aggregates") instanceof List<?> entries) {
      for (Object entry : entries) {
        if (entry instanceof Map<?, ?> aggregate) {
          windows.add(
              new LedgerPlan.Window(
                  String.valueOf(aggregate.get("name")),
                  String.valueOf(aggregate.get("signal")),
                  seconds(String.valueOf(aggregate.get("window")))));
        }
      }
    }
    if (windows.isEmpty()) {
      throw new IOException(aggregates() + ": no aggregates");
    }
    return List.copyOf(windows);
  }

  private static long seconds(String window) throws IOException {
    if (!window.matches("[0-9]+[sm]")) {
      throw new IOException("window: \"" + window + "\" (expected: such as 10s or 1m)");
    }
    long number = Long.parseLong(window.substring(0, window.length() - 1));
    return window.endsWith("m") ? number * 60 : number;
  }
}
