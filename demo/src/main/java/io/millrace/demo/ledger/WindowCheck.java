package io.millrace.demo.ledger;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Counts the events of each window anew from what is in Kafka, and compares with the windows in
 * Elasticsearch: every event is in exactly one window of each aggregate, or late.
 */
final class WindowCheck {
  private static final int MAX_PROBLEMS = 5;

  private final LedgerPlan plan;
  private final Accounts accounts;

  WindowCheck(LedgerPlan plan, Accounts accounts) {
    this.plan = plan;
    this.accounts = accounts;
  }

  List<Finding> findings() {
    List<Finding> findings = new ArrayList<>();
    for (LedgerPlan.Window window : plan.windows()) {
      KafkaReader.Content content = accounts.kafka().get(window.signal());
      if (content != null) {
        findings.add(check(window, content));
      }
    }
    long undecodable =
        accounts.kafka().values().stream().mapToLong(KafkaReader.Content::undecodable).sum();
    findings.add(
        new Finding(
            "Flink: " + undecodable + " undecodable Kafka records put aside",
            undecodable == accounts.undecodable()
                ? List.of()
                : List.of(accounts.undecodable() + " stand in their index")));
    findings.add(
        new Finding(
            "Flink: " + accounts.rejected() + " documents that Elasticsearch refused",
            accounts.rejected() == 0 ? List.of() : List.of("windows are missing")));
    return findings;
  }

  private Finding check(LedgerPlan.Window window, KafkaReader.Content content) {
    List<Origin> lateList = accounts.late().getOrDefault(window.name(), List.of());
    Set<Origin> late = new HashSet<>(lateList);
    List<String> problems = new ArrayList<>();
    if (late.size() != lateList.size()) {
      problems.add((lateList.size() - late.size()) + " late events stand twice");
    }
    for (Origin origin : late) {
      if (!content.events().containsKey(origin) && problems.size() < MAX_PROBLEMS) {
        problems.add("late, but not in Kafka: " + origin);
      }
    }
    TreeMap<Long, Long> expected = new TreeMap<>();
    long width = window.seconds() * 1000;
    content
        .events()
        .forEach(
            (origin, nanos) -> {
              if (!late.contains(origin)) {
                long millis = nanos / 1_000_000;
                expected.merge(millis - Math.floorMod(millis, width), 1L, Long::sum);
              }
            });
    Map<Long, Long> found = accounts.windows().getOrDefault(window.name(), Map.of());
    Set<Long> starts = new HashSet<>(expected.keySet());
    starts.addAll(found.keySet());
    starts.stream()
        .sorted()
        .forEach(
            start -> {
              long want = expected.getOrDefault(start, 0L);
              long have = found.getOrDefault(start, 0L);
              if (want != have && problems.size() < MAX_PROBLEMS) {
                problems.add(
                    "window "
                        + Instant.ofEpochMilli(start)
                        + " counts "
                        + have
                        + " (Kafka has: "
                        + want
                        + ")");
              }
            });
    return new Finding(
        "Flink: "
            + window.name()
            + ", "
            + found.size()
            + " windows, "
            + found.values().stream().mapToLong(Long::longValue).sum()
            + " events, "
            + late.size()
            + " late, "
            + content.events().size()
            + " distinct in Kafka ("
            + content.repeated()
            + " sent again)",
        problems);
  }
}
