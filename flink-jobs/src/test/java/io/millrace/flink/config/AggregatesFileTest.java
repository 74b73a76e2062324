package io.millrace.flink.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.api.telemetry.Signal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AggregatesFileTest {

  @Test
  void readsEveryKey() throws Exception {
    List<AggregateDefinition> definitions =
        AggregatesFile.parse(
            "a.yaml",
            """
            aggregates:
              - name: red
                signal: traces
                window: 10s
                group_by: [resource.attributes.service.name, 'attributes["http.route"]', span.name]
                max_groups: 7
                measures:
                  - count
                  - rate
                  - error_ratio
                  - field: duration_ms
                    stats: [p95, sum]
                  - {field: attributes.http.size, name: bytes, stats: [avg]}
              - name: values
                signal: metrics
                window: 1m
            """);

    assertThat(definitions)
        .containsExactly(
            new AggregateDefinition(
                "red",
                Signal.TRACES,
                10_000,
                0,
                List.of(
                    new FieldPath(FieldPath.Kind.RESOURCE_ATTRIBUTE, "service.name"),
                    new FieldPath(FieldPath.Kind.RECORD_ATTRIBUTE, "http.route"),
                    new FieldPath(FieldPath.Kind.SPAN_NAME, "")),
                7,
                true,
                true,
                List.of(
                    new Measure(
                        "duration_ms",
                        new FieldPath(FieldPath.Kind.DURATION_MS, ""),
                        List.of(Statistic.SUM, Statistic.P95)),
                    new Measure(
                        "bytes",
                        new FieldPath(FieldPath.Kind.RECORD_ATTRIBUTE, "http.size"),
                        List.of(Statistic.AVG)))),
            new AggregateDefinition(
                "values", Signal.METRICS, 60_000, 0, List.of(), 1000, false, false, List.of()));
  }

  @Test
  void namesTheFieldAfterTheLastPartOfItsPath() throws Exception {
    List<AggregateDefinition> definitions =
        AggregatesFile.parse(
            "a.yaml",
            """
            aggregates:
              - name: x
                signal: logs
                window: 1m
                measures:
                  - {field: attributes.http.request.size, stats: [sum]}
            """);

    assertThat(definitions.get(0).measures().get(0).name()).isEqualTo("size");
  }

  @Test
  void reportsAllMistakesAtOnceWithTheirPlaces() {
    assertThatThrownBy(
            () ->
                AggregatesFile.parse(
                    "a.yaml",
                    """
                    aggregates:
                      - name: Bad Name
                        signal: log
                        window: 90
                        windows: 1m
                      - name: x
                        signal: logs
                        window: 1m
                        group_by: [severty, span.name, severity, severity]
                        max_groups: 0
                        measures:
                          - cuont
                          - field: attributes.ms
                            stats: [p42, sum]
                          - field: attributes.other.ms
                            stats: []
                      - name: x
                        signal: metrics
                        measures: [error_ratio]
                    more: 1
                    """))
        .isInstanceOfSatisfying(
            AggregatesException.class,
            e ->
                assertThat(e.problems())
                    .containsExactly(
                        "a.yaml:2:11 aggregates[0].name: \"Bad Name\" (expected: lower-case"
                            + " letters, digits and dashes, at most 63)",
                        "a.yaml:3:13 aggregates[0].signal: \"log\" (expected: logs, metrics or"
                            + " traces), did you mean \"logs\"?",
                        "a.yaml:4:13 aggregates[0].window: \"90\" (expected: a duration between 1s"
                            + " and 1d such as 10s or 1m)",
                        "a.yaml:5:5 aggregates[0].windows: unknown key (expected: one of group_by,"
                            + " max_groups, measures, name, signal, window), did you mean"
                            + " \"window\"?",
                        "a.yaml:9:16 aggregates[1].group_by[0]: \"severty\" (expected: a field of"
                            + " logs: resource.attributes.<key>, attributes.<key>, scope.name,"
                            + " severity, severity_text, severity_number, event_name), did you mean"
                            + " \"severity\"?",
                        "a.yaml:9:25 aggregates[1].group_by[1]: \"span.name\" (expected: a field of"
                            + " logs: resource.attributes.<key>, attributes.<key>, scope.name,"
                            + " severity, severity_text, severity_number, event_name)",
                        "a.yaml:9:46 aggregates[1].group_by[3]: \"severity\" (expected: each field"
                            + " once)",
                        "a.yaml:10:17 aggregates[1].max_groups: \"0\" (expected: a whole number"
                            + " between 1 and 1000000)",
                        "a.yaml:12:9 aggregates[1].measures[0]: \"cuont\" (expected: count, rate,"
                            + " error_ratio, or field: with stats:), did you mean \"count\"?",
                        "a.yaml:14:17 aggregates[1].measures[1].stats[0]: \"p42\" (expected: one of"
                            + " count, sum, min, max, avg, p50, p75, p90, p95, p99), did you mean"
                            + " \"p50\"?",
                        "a.yaml:15:16 aggregates[1].measures[2].name: \"ms\" (expected: a name used"
                            + " once; set name:)",
                        "a.yaml:16:16 aggregates[1].measures[2].stats: empty (expected: at least"
                            + " one)",
                        "a.yaml:17:5 aggregates[2].window: missing (expected: a duration between 1s"
                            + " and 1d such as 10s or 1m)",
                        "a.yaml:17:11 aggregates[2].name: \"x\" (expected: a name no other"
                            + " aggregate has)",
                        "a.yaml:19:16 aggregates[2].measures[0]: \"error_ratio\" (expected: count"
                            + " or rate; data points have no errors)",
                        "a.yaml:20:1 more: unknown key (expected: one of aggregates)"));
  }

  @Test
  void reportsKeysGivenTwice() {
    assertThatThrownBy(
            () ->
                AggregatesFile.parse(
                    "a.yaml",
                    """
                    aggregates:
                      - name: x
                        signal: logs
                        window: 1m
                        window: 2m
                    """))
        .hasMessage("a.yaml:5:5 aggregates[0].window: given twice (expected: once)");
  }

  @Test
  void reportsAWrongShape() {
    assertThatThrownBy(() -> AggregatesFile.parse("a.yaml", "aggregates: {name: x}"))
        .hasMessage("a.yaml:1:13 aggregates: a mapping (expected: a list)");
    assertThatThrownBy(() -> AggregatesFile.parse("a.yaml", "- x"))
        .hasMessageStartingWith("a.yaml:1:1: a list (expected: keys with values)");
    assertThatThrownBy(() -> AggregatesFile.parse("a.yaml", "# nothing\n"))
        .hasMessage("a.yaml: empty (expected: aggregates: with a list)");
    assertThatThrownBy(() -> AggregatesFile.parse("a.yaml", "aggregates: []"))
        .hasMessage("a.yaml:1:13 aggregates: empty (expected: at least one aggregate)");
  }

  @Test
  void reportsWhatIsNotYaml() {
    assertThatThrownBy(() -> AggregatesFile.parse("a.yaml", "aggregates:\n  - [\n"))
        .isInstanceOf(AggregatesException.class)
        .hasMessageStartingWith("a.yaml:3:1: not YAML: ");
  }

  @Test
  void reportsAFileThatIsNotThere(@TempDir Path directory) {
    Path file = directory.resolve("none.yaml");
    assertThatThrownBy(() -> AggregatesFile.read(file))
        .isInstanceOf(AggregatesException.class)
        .hasMessageContaining("cannot be read");
  }

  @Test
  void readsAFile(@TempDir Path directory) throws Exception {
    Path file =
        Files.writeString(
            directory.resolve("a.yaml"), "aggregates: [{name: x, signal: logs, window: 1h}]");
    assertThat(AggregatesFile.read(file).get(0).windowMillis()).isEqualTo(3_600_000);
  }

  @Test
  void givesDefinitionsThatDifferDifferentIds() throws Exception {
    AggregateDefinition one =
        AggregatesFile.parse("a", "aggregates: [{name: x, signal: logs, window: 1h}]").get(0);
    AggregateDefinition other =
        AggregatesFile.parse(
                "a", "aggregates: [{name: x, signal: logs, window: 1h, measures: [rate]}]")
            .get(0);
    assertThat(one.id()).startsWith("x#").isNotEqualTo(other.id());
    assertThat(one.withLateness(5).id()).isNotEqualTo(one.id());
  }
}
