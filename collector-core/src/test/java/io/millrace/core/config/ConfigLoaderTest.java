package io.millrace.core.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.api.component.ComponentId;
import io.millrace.api.component.DeliverySettings;
import io.millrace.api.component.DeliverySettings.Merge;
import io.millrace.api.component.DeliverySettings.Queue;
import io.millrace.api.component.DeliverySettings.Retry;
import io.millrace.api.component.DeliverySettings.Sizer;
import io.millrace.api.config.Endpoint;
import io.millrace.api.telemetry.Signal;
import io.millrace.core.graph.AgentConfig;
import io.millrace.core.graph.Configured;
import io.millrace.core.graph.Guarantees;
import io.millrace.core.graph.PipelineConfig;
import io.millrace.core.graph.TelemetrySettings;
import io.millrace.core.plugin.Components;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.event.Level;

@NullMarked
final class ConfigLoaderTest {
  private static final String VALID =
      """
      receivers:
        nop:
        otlp/a: {protocols: {grpc: }}
      processors:
        nop/p:
      exporters:
        nop:
        otlp/b: {endpoint: 'h:1'}
      extensions:
        nop:
      service:
        extensions: [nop]
        pipelines:
          logs/x:
            receivers: [nop, otlp/a]
            processors: [nop/p]
            exporters: [otlp/b]
      """;

  @TempDir private Path directory;

  @Test
  void readsAWholeDocument() throws IOException {
    AgentConfig config = config(VALID);
    assertThat(config.receivers().keySet())
        .containsExactly(ComponentId.parse("nop"), ComponentId.parse("otlp/a"));
    assertThat(component(config.receivers(), "otlp/a").config())
        .isEqualTo(
            new SamplePlugin.Otlp(
                new SamplePlugin.Otlp.Protocols(
                    new SamplePlugin.Otlp.Grpc(new Endpoint("localhost", 4317)), null),
                "1MiB"));
    assertThat(component(config.exporters(), "otlp/b").factory().type()).isEqualTo("otlp_grpc");
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
    String yaml = VALID.replace(text, replacement);
    assertThat(yaml).isNotEqualTo(VALID);
    assertThat(load(yaml).errors()).extracting(Problem::toString).contains(message);
    assertThat(load(yaml).config()).isEmpty();
  }

  @Test
  void refusesComponentsThatDoNotHandleTheSignal() throws IOException {
    String yaml =
        VALID
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
    assertThat(load(VALID.replace("extensions:\n  nop:\n", "connectors:\n  nop:\n")).errors())
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
  void theRuntimesKeysOfExportersAreBoundBesideTheirOwn() throws IOException {
    AgentConfig config =
        config(
            VALID.replace(
                "{endpoint: 'h:1'}",
                """

                    endpoint: h:1
                    timeout: 7s
                    retry_on_failure:
                      enabled: false
                      initial_interval: 1s
                      randomization_factor: 0.1
                      multiplier: 2
                      max_interval: 3s
                      max_elapsed_time: 4s
                      retry_codes: [400]
                      reject_codes: [GONE, 404]
                    sending_queue:
                      num_consumers: 2
                      queue_size: 3
                      sizer: bytes
                      block_on_overflow: true
                      wait_for_result: true
                      overflow: drop
                      batch:
                        flush_timeout: 5s
                        min_size: 6
                        max_size: 8
                """));
    Configured exporter = component(config.exporters(), "otlp/b");
    assertThat(exporter.config())
        .isEqualTo(new SamplePlugin.Debug(SamplePlugin.Verbosity.BASIC, new Endpoint("h", 1)));
    assertThat(exporter.delivery())
        .isEqualTo(
            new DeliverySettings(
                Duration.ofSeconds(7),
                new Retry(
                    false,
                    Duration.ofSeconds(1),
                    0.1,
                    2,
                    Duration.ofSeconds(3),
                    Duration.ofSeconds(4),
                    Set.of("400"),
                    Set.of("404", "GONE")),
                new Queue(
                    true,
                    2,
                    3,
                    Sizer.BYTES,
                    true,
                    true,
                    new Merge(Duration.ofSeconds(5), 6, 8, Sizer.BYTES),
                    DeliverySettings.Overflow.DROP)));
  }

  @Test
  void absentRuntimeKeysHaveTheExportersDefaults() throws IOException {
    AgentConfig config =
        config(VALID.replace("  otlp/b: {endpoint: 'h:1'}", "  otlp/b:\n  e:\n  debug:"));
    assertThat(component(config.exporters(), "otlp/b").delivery())
        .isEqualTo(DeliverySettings.standard());
    assertThat(component(config.exporters(), "e").delivery())
        .isEqualTo(DeliverySettings.standard().withTimeout(Duration.ofSeconds(1)));
    assertThat(component(config.exporters(), "debug").delivery())
        .isEqualTo(DeliverySettings.standard().withQueue(Queue.disabled()));
  }

  @Test
  void namingTheQueueTurnsItOn() throws IOException {
    AgentConfig config =
        config(
            VALID.replace(
                "  otlp/b:",
                "  debug: {sending_queue: {batch: }}\n  debug/off: {sending_queue: {enabled:"
                    + " false}}\n  otlp/b:"));
    DeliverySettings on = Objects.requireNonNull(component(config.exporters(), "debug").delivery());
    assertThat(on.queue())
        .isEqualTo(new Queue(true, 10, 1000, Sizer.REQUESTS, false, false, Merge.standard()));
    DeliverySettings off =
        Objects.requireNonNull(component(config.exporters(), "debug/off").delivery());
    assertThat(off.queue().enabled()).isFalse();
  }

  @Test
  void aQueueMayBeKeptByAnExtensionThatRuns() throws IOException {
    AgentConfig config = config(VALID.replace("'h:1'", "'h:1', sending_queue: {storage: nop}"));
    assertThat(component(config.exporters(), "otlp/b").queueStorage())
        .isEqualTo(ComponentId.parse("nop"));
    assertThat(component(config.exporters(), "nop").queueStorage()).isNull();
    assertThat(Guarantees.of(config))
        .containsExactly(
            "logs/x: nop acknowledges what every exporter has; otlp/a acknowledges what every"
                + " exporter has; exporter otlp/b has what is in its log on disk");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{sending_queue: {storage: other}} | c.yaml:8:3 exporters.otlp/b.sending_queue.storage:"
            + " \"other\" is no extension that runs (expected: it stands in service::extensions)",
        "{sending_queue: {queue_sise: 1}} | c.yaml:8:28 exporters.otlp/b.sending_queue.queue_sise:"
            + " unknown key (did you mean \"queue_size\"?)",
        "{sending_queue: {num_consumers: 0}} | c.yaml:8:43"
            + " exporters.otlp/b.sending_queue.num_consumers: 0 (expected: 1 or more)",
        "{sending_queue: {sizer: kilos}} | c.yaml:8:35 exporters.otlp/b.sending_queue.sizer:"
            + " \"kilos\" (expected: requests, items or bytes)",
        "{sending_queue: {batch: {min_size: 5, max_size: 4}}} | c.yaml:8:59"
            + " exporters.otlp/b.sending_queue.batch.max_size: 4 (expected: at least min_size,"
            + " which is 5)",
        "{sending_queue: {batch: {sizer: requests}}} | c.yaml:8:43"
            + " exporters.otlp/b.sending_queue.batch.sizer: \"requests\" (expected: items or"
            + " bytes)",
        "{sending_queue: {batch: {partition: {metadata_keys: [a]}}}} | c.yaml:8:47"
            + " exporters.otlp/b.sending_queue.batch.partition: a mapping (not supported: batches"
            + " are merged regardless of client metadata)",
        "{sending_queue: {overflow: spil}} | c.yaml:8:38 exporters.otlp/b.sending_queue.overflow:"
            + " \"spil\" (expected: block, spill, dead_letter or drop; did you mean \"spill\"?)",
        "{sending_queue: {enabled: false, overflow: spill}} | c.yaml:8:54"
            + " exporters.otlp/b.sending_queue.overflow: \"spill\" (expected: block, as the queue"
            + " is not enabled)",
        "{sending_queue: {storage: nop, overflow: drop}} | c.yaml:8:52"
            + " exporters.otlp/b.sending_queue.overflow: \"drop\" (expected: block, as storage"
            + " keeps the queue on disk)",
        "{timeout: -1s} | c.yaml:8:21 exporters.otlp/b.timeout: \"-1s\" (expected: 0s or more)",
        "{timout: 1s} | c.yaml:8:12 exporters.otlp/b.timout: unknown key (did you mean"
            + " \"timeout\"?)",
        "{retry_on_failure: {multiplier: 0.5}} | c.yaml:8:43"
            + " exporters.otlp/b.retry_on_failure.multiplier: 0.5 (expected: 1 or more)",
        "{retry_on_failure: {max_elapsed_time: 6s}} | c.yaml:8:30"
            + " exporters.otlp/b.retry_on_failure.max_interval: \"30s\" (expected: at most"
            + " max_elapsed_time, which is 6s)",
        "{retry_on_failure: {retry_codes: [400, GONNE]}} | c.yaml:8:50"
            + " exporters.otlp/b.retry_on_failure.retry_codes[1]: \"GONNE\" (expected: 400, 404 or"
            + " GONE; did you mean \"GONE\"?)",
        "{retry_on_failure: {retry_codes: [404], reject_codes: [400, 404]}} | c.yaml:8:71"
            + " exporters.otlp/b.retry_on_failure.reject_codes[1]: 404 stands in retry_codes"
            + " too (expected: in one of them)",
      })
  void mistakesInTheRuntimesKeysAreReported(String keys, String message) throws IOException {
    assertThat(load(VALID.replace("{endpoint: 'h:1'}", keys)).errors())
        .extracting(Problem::toString)
        .containsExactly(message);
  }

  @Test
  void telemetryIsRead() throws IOException {
    LoadResult result =
        load(
            VALID.replace(
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
            VALID.replace(
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
    assertThat(load(VALID.replace("service:\n", "service:\n  telemetry: " + keys + "\n")).errors())
        .extracting(Problem::toString)
        .contains(message);
  }

  @Test
  void whatCannotBeExpandedIsReportedOnceBesideEverythingElse() throws IOException {
    assertThat(
            load(VALID
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

  private static Configured component(Map<ComponentId, Configured> components, String id) {
    return Objects.requireNonNull(components.get(ComponentId.parse(id)));
  }

  private AgentConfig config(String yaml) throws IOException {
    LoadResult result = load(yaml);
    assertThat(result.errors()).isEmpty();
    return result.config().orElseThrow();
  }

  private LoadResult load(String yaml) throws IOException {
    Files.writeString(directory.resolve("c.yaml"), yaml);
    return new ConfigLoader(Components.of(List.of(new SamplePlugin())))
        .load(new LoadRequest(List.of("c.yaml"), List.of(), new Environment(Map.of(), directory)));
  }
}
