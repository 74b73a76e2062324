package io.millrace.flink.config;

import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.Node;

/**
 * Reads the YAML file of aggregates, strictly: every mistake is reported, each with its place.
 *
 * <pre>{@code
 * aggregates:
 *   - name: errors-by-service
 *     signal: logs                       # logs, metrics or traces
 *     window: 1m
 *     group_by: [resource.attributes.service.name, severity]
 *     max_groups: 1000                   # the default
 *     measures:
 *       - count                          # always there
 *       - error_ratio                    # severity >= ERROR, span status ERROR
 *       - rate                           # events a second
 *       - field: attributes.duration_ms
 *         name: duration_ms              # the default is the last part of the path
 *         stats: [sum, min, max, avg, p50, p95, p99]
 * }</pre>
 */
public final class AggregatesFile {

  private AggregatesFile() {}

  /**
   * Reads a file.
   *
   * @throws AggregatesException with all mistakes, also when the file cannot be read
   */
  public static List<AggregateDefinition> read(Path file) throws AggregatesException {
    String text;
    try {
      text = Files.readString(file);
    } catch (MalformedInputException e) {
      throw new AggregatesException(List.of(file + ": not UTF-8 (expected: a YAML file in UTF-8)"));
    } catch (IOException e) {
      throw new AggregatesException(
          List.of(file + ": cannot be read: " + e + " (expected: a readable YAML file)"));
    }
    return parse(file.toString(), text);
  }

  /**
   * Reads a text.
   *
   * @param name stands before line and column in messages
   * @throws AggregatesException with all mistakes
   */
  public static List<AggregateDefinition> parse(String name, String text)
      throws AggregatesException {
    YamlReport report = new YamlReport(name);
    List<AggregateDefinition> definitions = new ArrayList<>();
    try {
      LoadSettings settings = LoadSettings.builder().setAllowDuplicateKeys(true).build();
      Optional<Node> root = new Compose(settings).composeString(text);
      if (root.isEmpty()) {
        report.add(Optional.empty(), "", "empty (expected: aggregates: with a list)");
      } else {
        read(YamlMap.of(report, "", root.get()), report, definitions);
      }
    } catch (MarkedYamlEngineException e) {
      report.add(e.getProblemMark(), "", "not YAML: " + e.getProblem());
    } catch (YamlEngineException e) {
      report.add(Optional.empty(), "", "not YAML: " + e.getMessage());
    }
    report.throwIfAny();
    return definitions;
  }

  private static void read(YamlMap root, YamlReport report, List<AggregateDefinition> definitions) {
    List<Node> nodes = root.requiredList("aggregates");
    if (nodes.isEmpty() && root.has("aggregates") && !report.hasProblems()) {
      report.add(root.node("aggregates"), "aggregates", "empty (expected: at least one aggregate)");
    }
    Set<String> names = new HashSet<>();
    for (int i = 0; i < nodes.size(); i++) {
      String path = "aggregates[" + i + "]";
      AggregateReader reader = new AggregateReader(report, YamlMap.of(report, path, nodes.get(i)));
      AggregateDefinition definition = reader.read();
      if (!definition.name().isEmpty() && !names.add(definition.name())) {
        report.add(
            reader.nameNode(),
            path + ".name",
            "\"" + definition.name() + "\" (expected: a name no other aggregate has)");
      }
      definitions.add(definition);
    }
    root.refuseOthers();
  }
}
