package io.millrace.flink.config;

import io.millrace.api.telemetry.Signal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/** Reads one entry of the list of aggregates. One thread at a time. */
final class AggregateReader {

  private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9-]{0,62}");
  private static final Pattern FIELD_NAME = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_-]{0,63}");
  private static final int DEFAULT_MAX_GROUPS = 1_000;
  private static final int LARGEST_MAX_GROUPS = 1_000_000;
  private static final Duration SHORTEST_WINDOW = Duration.ofSeconds(1);
  private static final Duration LONGEST_WINDOW = Duration.ofDays(1);

  private final YamlReport report;
  private final YamlMap map;

  AggregateReader(YamlReport report, YamlMap map) {
    this.report = report;
    this.map = map;
  }

  @Nullable Node nameNode() {
    return map.node("name");
  }

  /** The definition; with stand-ins where a mistake was reported. */
  AggregateDefinition read() {
    String name = name();
    Signal signal = signal();
    long windowMillis = window();
    List<FieldPath> groupBy = groupBy(signal);
    int maxGroups = maxGroups();
    MeasureReader measures = new MeasureReader(signal);
    measures.read();
    map.refuseOthers();
    return new AggregateDefinition(
        name == null ? "" : name,
        signal == null ? Signal.LOGS : signal,
        windowMillis,
        0,
        groupBy,
        maxGroups,
        measures.errorRatio,
        measures.rate,
        measures.fields);
  }

  private @Nullable String name() {
    String expected = "lower-case letters, digits and dashes, at most 63";
    String name = map.requiredText("name", expected);
    if (name != null && !NAME.matcher(name).matches()) {
      refuse("name", name, expected, "");
      return null;
    }
    return name;
  }

  private @Nullable Signal signal() {
    String expected = "logs, metrics or traces";
    String text = map.requiredText("signal", expected);
    if (text == null) {
      return null;
    }
    List<String> ids = new ArrayList<>();
    for (Signal signal : Signal.readable()) {
      if (signal.id().equals(text)) {
        return signal;
      }
      ids.add(signal.id());
    }
    refuse("signal", text, expected, Suggestion.of(text, ids));
    return null;
  }

  private long window() {
    String expected = "a duration between 1s and 1d such as 10s or 1m";
    String text = map.requiredText("window", expected);
    if (text == null) {
      return 1;
    }
    Duration window = Durations.parse(text);
    if (window == null
        || window.compareTo(SHORTEST_WINDOW) < 0
        || window.compareTo(LONGEST_WINDOW) > 0) {
      refuse("window", text, expected, "");
      return 1;
    }
    return window.toMillis();
  }

  private int maxGroups() {
    String expected = "a whole number between 1 and " + LARGEST_MAX_GROUPS;
    String text = map.optionalText("max_groups", expected);
    if (text == null) {
      return DEFAULT_MAX_GROUPS;
    }
    try {
      int value = Integer.parseInt(text);
      if (value >= 1 && value <= LARGEST_MAX_GROUPS) {
        return value;
      }
    } catch (NumberFormatException e) {
      // reported below, like a number out of range
    }
    refuse("max_groups", text, expected, "");
    return DEFAULT_MAX_GROUPS;
  }

  private List<FieldPath> groupBy(@Nullable Signal signal) {
    List<FieldPath> paths = new ArrayList<>();
    List<Node> nodes = map.optionalList("group_by");
    for (int i = 0; i < nodes.size(); i++) {
      FieldPath path = path(nodes.get(i), map.path("group_by[" + i + "]"), signal, true);
      if (path == null) {
        continue;
      }
      if (paths.contains(path)) {
        report.add(
            nodes.get(i),
            map.path("group_by[" + i + "]"),
            "\"" + path.text() + "\" (expected: each field once)");
      }
      paths.add(path);
    }
    return paths;
  }

  private @Nullable FieldPath path(
      Node node, String key, @Nullable Signal signal, boolean forGroup) {
    if (!(node instanceof ScalarNode scalarNode)) {
      report.add(node, key, YamlMap.describe(node) + " (expected: a field)");
      return null;
    }
    if (signal == null) {
      return null;
    }
    String text = scalarNode.getValue();
    FieldPath path = FieldPath.parse(text, signal, forGroup);
    if (path == null) {
      List<String> names = FieldPath.names(signal, forGroup);
      report.add(
          node,
          key,
          "\""
              + text
              + "\" (expected: a field of "
              + signal.id()
              + ": "
              + String.join(", ", names)
              + ")"
              + Suggestion.of(text, names));
    }
    return path;
  }

  private void refuse(String key, String text, String expected, String suggestion) {
    report.add(
        map.node(key), map.path(key), "\"" + text + "\" (expected: " + expected + ")" + suggestion);
  }

  /** Reads the list of measures. */
  private final class MeasureReader {

    private final @Nullable Signal signal;
    private final List<Measure> fields = new ArrayList<>();
    private final Set<String> names = new HashSet<>();
    private boolean errorRatio;
    private boolean rate;

    MeasureReader(@Nullable Signal signal) {
      this.signal = signal;
    }

    void read() {
      List<Node> nodes = map.optionalList("measures");
      for (int i = 0; i < nodes.size(); i++) {
        String key = map.path("measures[" + i + "]");
        if (nodes.get(i) instanceof ScalarNode) {
          readWord((ScalarNode) nodes.get(i), key);
        } else {
          readField(YamlMap.of(report, key, nodes.get(i)));
        }
      }
    }

    private void readWord(ScalarNode node, String key) {
      String word = node.getValue();
      switch (word) {
        case "count" -> {
          return;
        }
        case "rate" -> {
          rate = true;
          return;
        }
        case "error_ratio" -> {
          errorRatio = true;
          if (signal == Signal.METRICS) {
            report.add(
                node, key, "\"error_ratio\" (expected: count or rate; data points have no errors)");
          }
          return;
        }
        default ->
            report.add(
                node,
                key,
                "\""
                    + word
                    + "\" (expected: count, rate, error_ratio, or field: with stats:)"
                    + Suggestion.of(word, List.of("count", "rate", "error_ratio")));
      }
    }

    private void readField(YamlMap entry) {
      String text = entry.requiredText("field", "a field with numbers");
      Node node = entry.node("field");
      FieldPath path =
          text == null || node == null ? null : path(node, entry.path("field"), signal, false);
      String name = entry.optionalText("name", "a name for documents");
      if (name == null && path != null) {
        String whole = path.text();
        name = whole.substring(whole.lastIndexOf('.') + 1);
      }
      if (name != null && !FIELD_NAME.matcher(name).matches()) {
        Node place = entry.has("name") ? entry.node("name") : node;
        report.add(
            place,
            entry.path("name"),
            "\"" + name + "\" (expected: letters, digits, _ and -, at most 64)");
      } else if (name != null && !names.add(name)) {
        Node place = entry.has("name") ? entry.node("name") : node;
        report.add(
            place, entry.path("name"), "\"" + name + "\" (expected: a name used once; set name:)");
      }
      EnumSet<Statistic> statistics = statistics(entry);
      entry.refuseOthers();
      if (path != null && name != null) {
        fields.add(new Measure(name, path, List.copyOf(statistics)));
      }
    }

    private EnumSet<Statistic> statistics(YamlMap entry) {
      EnumSet<Statistic> statistics = EnumSet.noneOf(Statistic.class);
      List<Node> nodes = entry.requiredList("stats");
      if (nodes.isEmpty() && entry.has("stats")) {
        report.add(entry.node("stats"), entry.path("stats"), "empty (expected: at least one)");
      }
      for (int i = 0; i < nodes.size(); i++) {
        Node node = nodes.get(i);
        String text = node instanceof ScalarNode scalarNode ? scalarNode.getValue() : "";
        Statistic statistic = Statistic.of(text);
        if (statistic != null) {
          statistics.add(statistic);
          continue;
        }
        List<String> ids = Statistic.ids();
        report.add(
            node,
            entry.path("stats[" + i + "]"),
            YamlMap.describe(node)
                + " (expected: one of "
                + String.join(", ", ids)
                + ")"
                + Suggestion.of(text, ids));
      }
      return statistics;
    }
  }
}
