package io.millrace.flink.config;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/** A mapping that is read key by key; what nobody asked for is a mistake. One thread at a time. */
final class YamlMap {

  private final YamlReport report;
  private final String path;
  private final Node self;
  private final Map<String, Node> values = new HashMap<>();
  private final Map<String, Node> keys = new HashMap<>();
  private final TreeSet<String> known = new TreeSet<>();

  private YamlMap(YamlReport report, String path, Node self) {
    this.report = report;
    this.path = path;
    this.self = self;
  }

  /** Reads a node; one that is no mapping is reported and reads as an empty mapping. */
  static YamlMap of(YamlReport report, String path, Node node) {
    YamlMap map = new YamlMap(report, path, node);
    if (!(node instanceof MappingNode mappingNode)) {
      report.add(node, path, describe(node) + " (expected: keys with values)");
      return map;
    }
    for (NodeTuple tuple : mappingNode.getValue()) {
      Node key = tuple.getKeyNode();
      if (!(key instanceof ScalarNode scalarNode)) {
        report.add(key, path, "a key that is no text (expected: a name)");
        continue;
      }
      String name = scalarNode.getValue();
      if (map.values.putIfAbsent(name, tuple.getValueNode()) != null) {
        report.add(key, map.path(name), "given twice (expected: once)");
      }
      map.keys.putIfAbsent(name, key);
    }
    return map;
  }

  boolean has(String key) {
    return values.containsKey(key);
  }

  @Nullable Node node(String key) {
    return values.get(key);
  }

  String path(String key) {
    return path.isEmpty() ? key : path + "." + key;
  }

  /** The text of a scalar; null, and reported, when it is missing or something else. */
  @Nullable String requiredText(String key, String expected) {
    known.add(key);
    if (!has(key)) {
      if (self instanceof MappingNode) {
        report.add(self, path(key), "missing (expected: " + expected + ")");
      }
      return null;
    }
    return optionalText(key, expected);
  }

  /** The text of a scalar; null when it is missing, or reported when it is something else. */
  @Nullable String optionalText(String key, String expected) {
    known.add(key);
    Node node = values.get(key);
    if (node == null) {
      return null;
    }
    if (!(node instanceof ScalarNode scalarNode) || node.getTag().equals(Tag.NULL)) {
      report.add(node, path(key), describe(node) + " (expected: " + expected + ")");
      return null;
    }
    return scalarNode.getValue();
  }

  /** The entries of a list; empty, and reported, when it is missing or something else. */
  List<Node> requiredList(String key) {
    if (!has(key) && self instanceof MappingNode) {
      report.add(self, path(key), "missing (expected: a list)");
    }
    return optionalList(key);
  }

  /** The entries of a list; empty when it is missing, or reported when it is something else. */
  List<Node> optionalList(String key) {
    known.add(key);
    Node node = values.get(key);
    if (node == null) {
      return List.of();
    }
    if (!(node instanceof SequenceNode sequenceNode)) {
      report.add(node, path(key), describe(node) + " (expected: a list)");
      return List.of();
    }
    return new ArrayList<>(sequenceNode.getValue());
  }

  /** Reports every key that was not asked for. */
  void refuseOthers() {
    for (Map.Entry<String, Node> entry : keys.entrySet()) {
      String key = entry.getKey();
      if (!known.contains(key)) {
        report.add(
            entry.getValue(),
            path(key),
            "unknown key (expected: one of "
                + String.join(", ", known)
                + ")"
                + Suggestion.of(key, known));
      }
    }
  }

  /** What a node is, for messages: its text in quotes, or its kind. */
  static String describe(Node node) {
    if (node instanceof ScalarNode scalarNode) {
      return node.getTag().equals(Tag.NULL) ? "empty" : "\"" + scalarNode.getValue() + "\"";
    }
    return node instanceof SequenceNode ? "a list" : "a mapping";
  }
}
