package io.millrace.core.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.api.component.ComponentId;
import io.millrace.api.config.Endpoint;
import io.millrace.api.telemetry.Signal;
import io.millrace.core.graph.AgentConfig;
import io.millrace.core.graph.PipelineConfig;
import io.millrace.core.graph.TelemetrySettings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@NullMarked
final class ConfigLoaderTest {
  @TempDir private Path directory;

  @Test
  void readsAWholeDocument() throws IOException {
    AgentConfig config = config(SampleDocument.VALID);
    assertThat(config.receivers().keySet())
        .containsExactly(ComponentId.parse("nop"), ComponentId.parse("otlp/a"));
    assertThat(SampleDocument.component(config.receivers(), "otlp/a").config())
        .isEqualTo(
            new SamplePlugin.Otlp(
                new SamplePlugin.Otlp.Protocols(
                    new SamplePlugin.Otlp.Grpc(new Endpoint("localhost", 4317)), null),
                "1MiB"));
    assertThat(SampleDocument.component(config.exporters(), "otlp/b").factory().type())
        .isEqualTo("otlp_grpc");
    assertThat(config.enabledExtensions()).containsExactly(ComponentId.parse("nop"));
    assertThat(config.pipelines())
        .containsExactly(
            new PipelineConfig(
                Signal.LOGS,
                "x",
                List.of(ComponentId.parse("nop"), ComponentId.parse("otlp/a")),
                List.of(ComponentId.parse("nop/p")),
                List.of(ComponentId.parse("otlp/b"))));
    assertThat(config.telemetry()).isEqualTo(TelemetrySettings.standard());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        // replaced text | with | message
        "service: | servce: | c.yaml:11:1 servce: unknown section (did you mean \"service\"?)",
        "extensions: | addons: | c.yaml:9:1 addons: unknown section (expected: receivers,"
            + " processors, exporters, connectors, extensions or service)",
        "otlp/a: | /a: | c.yaml:3:3 receivers./a: in \"/a\" id: the part before / should not be"
            + " empty",
        "otlp/a: | otlp/: | c.yaml:3:3 receivers.otlp/: in \"otlp/\" id: the part after / should"
            + " not be empty",
        "otlp/a: | ' nop ': | c.yaml:3:3 receivers. nop : duplicate name \"nop\" once spaces are"
            + " removed",
        "otlp/a: | oltp/a: | c.yaml:3:3 receivers.oltp/a: unknown type: \"oltp\" for id: \"oltp/a\""
            + " (expected: nop, nop_logs, otlp or r; did you mean \"otlp\"?)",
        "otlp/a: | jaeger: | c.yaml:3:3 receivers.jaeger: unknown type: \"jaeger\" for id:"
            + " \"jaeger\", which is a receiver known to the Collector, not in Millrace (expected:"
            + " nop, nop_logs, otlp or r)",
        "otlp/b: | logging: | c.yaml:8:3 exporters.logging: unknown type: \"logging\" for id:"
            + " \"logging\" (the logging exporter has been deprecated, use the debug exporter"
            + " instead)",
        "otlp/b: | kafka: | c.yaml:8:3 exporters.kafka: unknown type: \"kafka\" for id: \"kafka\","
            + " which is an exporter known to the Collector, not in Millrace (expected: debug, e,"
            + " nop or otlp_grpc)",
        "'h:1' | h | c.yaml:8:22 exporters.otlp/b.endpoint: \"h\" (expected: host:port)",
        "extensions: [nop] | extensions: [npo] | c.yaml:12:16 service.extensions: references"
            + " extension \"npo\" which is not configured (did you mean \"nop\"?)",
        "[nop, otlp/a] | [nop, otlp/b] | c.yaml:15:24 service.pipelines.logs/x.receivers:"
            + " references receiver \"otlp/b\" which is not configured (did you mean \"otlp/a\"?)",
        "[nop/p] | [nop/q] | c.yaml:16:20 service.pipelines.logs/x.processors: references processor"
            + " \"nop/q\" which is not configured (did you mean \"nop/p\"?)",
        "[nop/p] | [nop/p, nop/p] | c.yaml:16:27 service.pipelines.logs/x.processors: references"
            + " processor \"nop/p\" multiple times",
        "[otlp/b] | [kafka] | c.yaml:17:19 service.pipelines.logs/x.exporters: references exporter"
            + " \"kafka\" which is not configured (expected: nop or otlp/b)",
        "[otlp/b] | [] | c.yaml:17:7 service.pipelines.logs/x: must have at least one exporter",
        "receivers: [nop, otlp/a] | receivers: | c.yaml:15:7 service.pipelines.logs/x: must have at"
            + " least one receiver",
        "[otlp/b] | 5 | c.yaml:17:18 service.pipelines.logs/x.exporters: 5 (expected: a list of"
            + " component ids)",
        "[otlp/b] | {a: b} | c.yaml:17:18 service.pipelines.logs/x.exporters: a mapping (expected:"
            + " a list of component ids)",
        "logs/x: | log: | c.yaml:14:5 service.pipelines.log: unknown signal \"log\" (expected:"
            + " logs, metrics, traces or profiles; did you mean \"logs\"?)",
        "processors: [nop/p] | procesors: [nop/p] | c.yaml:16:7 service.pipelines.logs/x.procesors:"
            + " unknown key (did you mean \"processors\"?)",
        "extensions: [nop] | telemetri: {} | c.yaml:12:3 service.telemetri: unknown key (did you"
            + " mean \"telemetry\"?)",
      })
  void everyMistakeIsReportedAtItsPlace(String text, String replacement, String message)
      throws IOException {
    String yaml = SampleDocument.VALID.replace(text, replacement);
    assertThat(yaml).isNotEqualTo(SampleDocument.VALID);
    assertThat(load(yaml).errors()).extracting(Problem::toString).contains(message);
    assertThat(load(yaml).config()).isEmpty();
  }

  @Test
  void refusesComponentsThatDoNotHandleTheSignal() throws IOException {
    String yaml =
        SampleDocument.VALID
            .replace("nop/p:", "nop/p:\n  memory_limiter:")
            .replace("[nop/p]", "[memory_limiter, nop/p]")
            .replace("'h:1'", "'h:1', verbosity: detailed")
            .replace("logs/x:", "profiles/x:");
    assertThat(load(yaml).errors())
        .extracting(Problem::toString)
        .containsExactly(
            "c.yaml:17:36 service.pipelines.profiles/x.processors: processor \"nop/p\": telemetry"
                + " type is not supported: profiles (expected: a pipeline for logs, metrics or"
                + " traces)",
            "c.yaml:18:19 service.pipelines.profiles/x.exporters: exporter \"otlp/b\": telemetry"
                + " type is not supported: profiles (expected: a pipeline for logs, metrics or"
                + " traces)");
    String profiles = yaml.replace(", nop/p]", "]").replace(", verbosity: detailed", "");
    assertThat(load(profiles).errors()).isEmpty();
    assertThat(config(profiles).pipelines())
        .extracting(PipelineConfig::id)
        .containsExactly("profiles/x");
  }

  @Test
  void fiveMistakesAreFiveLines() throws IOException {
    LoadResult result =
        load(
            """
            receivers:
              otlp:
                protocols:
                  grpc: {endpont: 'localhost:1'}
            exporters:
              debug: {verbosity: verbose}
              otlp/b: {timeout: 5 seconds}
              snmp:
            service:
              pipelines:
                logs: {receivers: [otlp], exporters: [debg]}
            """);
    assertThat(result.errors())
        .extracting(Problem::toString)
        .containsExactly(
            "c.yaml:4:14 receivers.otlp.protocols.grpc.endpont: unknown key (did you mean"
                + " \"endpoint\"?)",
            "c.yaml:6:22 exporters.debug.verbosity: \"verbose\" (expected: basic, normal or"
                + " detailed)",
            "c.yaml:7:21 exporters.otlp/b.timeout: \"5 seconds\" (expected: a duration such as 5s,"
                + " 1m30s or 200ms)",
            "c.yaml:8:3 exporters.snmp: unknown type: \"snmp\" for id: \"snmp\" (expected: debug,"
                + " e, nop or otlp_grpc)",
            "c.yaml:11:43 service.pipelines.logs.exporters: references exporter \"debg\" which is"
                + " not configured (did you mean \"debug\"?)");
  }

  @Test
  void anEmptyFileIsNamed() throws IOException {
    assertThat(load("# nothing").errors()).hasToString("[c.yaml:1:1: empty configuration file]");
  }

  @Test
  void everythingThatIsMissingIsNamed() throws IOException {
    assertThat(load("processors:\n  nop:\n").errors())
        .extracting(Problem::toString)
        .containsExactly(
            "c.yaml:1:1 receivers: no receiver configuration specified in config (expected: at"
                + " least one receiver)",
            "c.yaml:1:1 exporters: no exporter configuration specified in config (expected: at"
                + " least one exporter)",
            "c.yaml:1:1 service.pipelines: service must have at least one pipeline");
  }

  @Test
  void aComponentForOtherSignalsIsNamed() throws IOException {
    assertThat(
            load("""
            receivers: {nop_logs: }
            exporters: {nop: }
            service: {pipelines: {traces: {receivers: [nop_logs], exporters: [nop]}}}
            """)
                .errors())
        .hasToString(
            "[c.yaml:3:44 service.pipelines.traces.receivers: receiver \"nop_logs\": telemetry type"
                + " is not supported: traces (expected: a pipeline for logs)]");
  }

  @Test
  void anIdOfAnExporterAndAConnectorIsAmbiguous() throws IOException {
    assertThat(
            load(SampleDocument.VALID.replace("extensions:\n  nop:\n", "connectors:\n  nop:\n"))
                .errors())
        .extracting(Problem::toString)
        .contains(
            "c.yaml:10:3 connectors.nop: ambiguous ID: Found both \"nop\" exporter and \"nop\""
                + " connector. Change one of the components' IDs to eliminate ambiguity (e.g."
                + " rename \"nop\" connector to \"nop/connector\")");
  }

  @Test
  void connectorsJoinPipelines() throws IOException {
    AgentConfig config =
        config(
            """
            receivers: {nop: }
            exporters: {nop: }
            connectors: {nop/c: }
            service:
              pipelines:
                traces: {receivers: [nop], exporters: [nop/c]}
                logs: {receivers: [nop/c], exporters: [nop]}
            """);
    assertThat(config.connectors()).containsKey(ComponentId.parse("nop/c"));
  }

  @Test
  void whatCannotBeExpandedIsReportedOnceBesideEverythingElse() throws IOException {
    assertThat(
            load(SampleDocument.VALID
                    .replace("'h:1'", "'${vault:x}'")
                    .replace("[nop/p]", "${env:1x}")
                    .replace("nop/p:", "nop/p: {x: 1}"))
                .errors())
        .extracting(Problem::toString)
        .containsExactly(
            "c.yaml:5:11 processors.nop/p.x: unknown key",
            "c.yaml:8:22 exporters.otlp/b.endpoint: scheme \"vault\" is not supported for uri"
                + " \"vault:x\" (expected: one of env, file, yaml)",
            "c.yaml:16:19 service.pipelines.logs/x.processors: environment variable \"1x\" has"
                + " invalid name (expected: must match regex ^[a-zA-Z_][a-zA-Z0-9_]*$)");
  }

  private AgentConfig config(String yaml) throws IOException {
    return SampleDocument.config(directory, yaml);
  }

  private LoadResult load(String yaml) throws IOException {
    return SampleDocument.load(directory, yaml);
  }
}
