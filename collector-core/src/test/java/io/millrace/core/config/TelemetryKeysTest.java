package io.millrace.core.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.api.config.Endpoint;
import io.millrace.core.graph.AgentConfig;
import io.millrace.core.graph.TelemetrySettings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.event.Level;

/** What an agent tells of itself: {@code service::telemetry}. */
@NullMarked
final class TelemetryKeysTest {
  @TempDir private Path directory;

  @Test
  void telemetryIsRead() throws IOException {
    LoadResult result =
        load(
            SampleDocument.VALID.replace(
                "service:\n",
                """
                service:
                  telemetry:
                    logs: {level: WARN, encoding: json, sampling: {enabled: false}}
                    metrics:
                      level: detailed
                      address: ':8888'
                      readers:
                        - pull:
                            exporter:
                              prometheus: {host: 0.0.0.0, port: 9999, without_units: true}
                    resource: {service.name: mine, service.version: null, n: 5}
                """));
    assertThat(result.errors()).isEmpty();
    assertThat(result.config())
        .map(AgentConfig::telemetry)
        .contains(
            new TelemetrySettings(
                TelemetrySettings.MetricsLevel.DETAILED,
                new Endpoint("0.0.0.0", 9999),
                Level.WARN,
                TelemetrySettings.LogEncoding.JSON,
                Map.of("service.name", "mine", "n", "5")));
    assertThat(result.warnings())
        .extracting(Problem::toString)
        .containsExactly(
            "c.yaml:13:41 service.telemetry.logs.sampling: accepted without effect: repeats are"
                + " limited where they arise",
            "c.yaml:16:7 service.telemetry.metrics.address: accepted without effect: the Collector"
                + " ignores it since v0.123; use readers",
            "c.yaml:20:55"
                + " service.telemetry.metrics.readers[0].pull.exporter.prometheus.without_units:"
                + " accepted without effect: names carry no unit suffix");
  }

  @Test
  void declaredAttributesAreRead() throws IOException {
    AgentConfig config =
        config(
            SampleDocument.VALID.replace(
                "service:\n",
                "service:\n  telemetry: {metrics: {level: none}, resource: {attributes: [{name: a,"
                    + " value: b}]}}\n"));
    assertThat(config.telemetry().resource()).isEqualTo(Map.of("a", "b"));
    assertThat(config.telemetry().prometheus()).isNull();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{logs: {level: loud}} | c.yaml:12:29 service.telemetry.logs.level: \"loud\" (expected:"
            + " debug, info, warn, error, dpanic, panic or fatal)",
        "{logs: {output_paths: [/tmp/x.log]}} | c.yaml:12:36 service.telemetry.logs.output_paths: a"
            + " list (not supported: the agent's log goes to stderr)",
        "{metrics: {readers: []}} | c.yaml:12:34 service.telemetry.metrics.readers: an empty list"
            + " (expected: a reader, or level: none)",
        "{metrics: {readers: [{periodic: {}}]}} | c.yaml:12:46"
            + " service.telemetry.metrics.readers[0].periodic: a mapping (not supported: the"
            + " agent's metrics are pulled; configure pull.exporter.prometheus)",
        "{metrics: {readers: [{pull: {exporter: {otlp: }}}]}} | c.yaml:12:54"
            + " service.telemetry.metrics.readers[0].pull.exporter.otlp: unknown key (expected:"
            + " prometheus)",
        "{resource: {attributes: [{key: a}]}} | c.yaml:12:39"
            + " service.telemetry.resource.attributes[0]: no attribute (expected: a mapping of name"
            + " and value)",
        "{unknown: key} | c.yaml:12:15 service.telemetry.unknown: unknown key (expected: logs,"
            + " metrics, traces or resource)",
      })
  void mistakesInTelemetryAreReported(String keys, String message) throws IOException {
    assertThat(
            load(SampleDocument.VALID.replace(
                    "service:\n", "service:\n  telemetry: " + keys + "\n"))
                .errors())
        .extracting(Problem::toString)
        .contains(message);
  }

  private AgentConfig config(String yaml) throws IOException {
    return SampleDocument.config(directory, yaml);
  }

  private LoadResult load(String yaml) throws IOException {
    return SampleDocument.load(directory, yaml);
  }
}
