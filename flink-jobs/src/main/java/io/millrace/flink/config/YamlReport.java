package io.millrace.flink.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.nodes.Node;

/** Collects the mistakes in one file. One thread at a time. */
final class YamlReport {

  private final String file;
  private final List<Entry> entries = new ArrayList<>();

  YamlReport(String file) {
    this.file = file;
  }

  void add(@Nullable Node node, String key, String message) {
    add(node == null ? Optional.empty() : node.getStartMark(), key, message);
  }

  void add(Optional<Mark> mark, String key, String message) {
    int line = mark.map(m -> m.getLine() + 1).orElse(0);
    int column = mark.map(m -> m.getColumn() + 1).orElse(0);
    String place = line == 0 ? file : file + ":" + line + ":" + column;
    entries.add(new Entry(line, column, place + (key.isEmpty() ? "" : " " + key) + ": " + message));
  }

  boolean hasProblems() {
    return !entries.isEmpty();
  }

  void throwIfAny() throws AggregatesException {
    if (entries.isEmpty()) {
      return;
    }
    entries.sort((a, b) -> a.line != b.line ? a.line - b.line : a.column - b.column);
    List<String> problems = new ArrayList<>();
    for (Entry entry : entries) {
      problems.add(entry.text);
    }
    throw new AggregatesException(problems);
  }

  private record Entry(int line, int column, String text) {}
}
