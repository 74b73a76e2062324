package io.millrace.core.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.api.component.Plugin;
import io.millrace.api.config.DataSize;
import io.millrace.core.AgentOptions;
import io.millrace.core.config.Environment;
import io.millrace.core.config.SamplePlugin;
import io.millrace.core.graph.AgentConfig;
import io.millrace.core.state.DeadLetterSettings;
import io.millrace.core.state.StateException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands as a user types them; the components are those that the test class path offers. */
@NullMarked
final class CommandLineTest {
  private static final String VALID =
      """
      receivers: {r: {opaque: '${env:TOKEN}'}}
      exporters: {e: }
      service: {pipelines: {logs: {receivers: [r], exporters: [e]}}}
      """;

  @TempDir private Path directory;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private final List<AgentConfig> started = new ArrayList<>();
  private final List<AgentOptions> options = new ArrayList<>();

  private URLClassLoader application = new URLClassLoader(new URL[0]);

  @BeforeEach
  void files() throws IOException {
    Path services = Files.createDirectories(directory.resolve("classes/META-INF/services"));
    Files.writeString(services.resolve(Plugin.class.getName()), SamplePlugin.class.getName());
    application =
        new URLClassLoader(
            new URL[] {directory.resolve("classes").toUri().toURL()},
            CommandLineTest.class.getClassLoader());
    Files.writeString(directory.resolve("good.yaml"), VALID);
    Files.writeString(
        directory.resolve("bad.yaml"),
        """
        receivers: {r: {other: 5, opaqe: x}}
        exporters: {e: {timeout: soon}, kafkaa: }
        service: {pipelines: {logs: {receivers: [r], exporters: [f]}}}
        """);
  }

  @AfterEach
  void close() throws IOException {
    application.close();
  }

  @Test
  void validatesAGoodFile() {
    assertThat(run("validate", "--config", "good.yaml")).isZero();
    assertThat(out.toString())
        .isEqualToNormalizingNewlines(
            """
            The configuration is valid. Pipelines: logs
              logs: r acknowledges what every exporter has
            """);
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void validatesForABudget() {
    assertThat(run("validate", "good.yaml", "--memory", "256MiB")).isZero();
    assertThat(run("validate", "good.yaml", "--memory", "much")).isEqualTo(2);
  }

  @Test
  void printsEveryErrorOfABadFileAndExitsWithOne() {
    assertThat(run("validate", "bad.yaml")).isEqualTo(1);
    assertThat(out.toString()).isEmpty();
    assertThat(err.toString().lines())
        .containsExactly(
            "bad.yaml:1:24 receivers.r.other: 5 (expected: text; put it in quotes)",
            "bad.yaml:1:27 receivers.r.opaqe: unknown key (did you mean \"opaque\"?)",
            "bad.yaml:2:26 exporters.e.timeout: \"soon\" (expected: a duration such as 5s, 1m30s or"
                + " 200ms)",
            "bad.yaml:2:33 exporters.kafkaa: unknown type: \"kafkaa\" for id: \"kafkaa\" (expected:"
                + " debug, e, nop or otlp_grpc)",
            "bad.yaml:3:58 service.pipelines.logs.exporters: references exporter \"f\" which is not"
                + " configured (expected: e or kafkaa)",
            "Error: invalid configuration: 5 errors");
  }

  @Test
  void errorsShowWhereAValueComesFromAndNotTheValue() throws IOException {
    Files.writeString(directory.resolve("key"), "from a file\n");
    Files.writeString(
        directory.resolve("misplaced.yaml"),
        """
        receivers: {r: {opaque: '${env:PASSWORD}'}}
        exporters: {e: {timeout: '${env:PASSWORD}', sending_queue: {queue_size: 'x ${file:key}'}}}
        service: {pipelines: {logs: {receivers: [r], exporters: ['${PASSWORD}']}}}
        """);
    assertThat(run("validate", "misplaced.yaml")).isEqualTo(1);
    assertThat(err.toString()).doesNotContain("hunter2").doesNotContain("from a file");
    assertThat(err.toString().lines())
        .contains(
            "misplaced.yaml:2:26 exporters.e.timeout: \"${env:PASSWORD}\" (expected: a duration"
                + " such as 5s, 1m30s or 200ms)")
        .anyMatch(line -> line.contains("queue_size: \"x ${file:key}\" (expected: "))
        .anyMatch(line -> line.contains("references exporter \"${env:PASSWORD}\""));
  }

  @Test
  void printsTheConfigurationWithItsDefaultsAndWithoutSecrets() {
    assertThat(run("print-config", "good.yaml", "--set", "exporters.e.timeout=3s")).isZero();
    assertThat(out.toString())
        .isEqualTo(
            """
            receivers:
              r:
                opaque: '[REDACTED]'
                other: ''
            exporters:
              e:
                timeout: 3s
                retry_on_failure:
                  enabled: true
                  initial_interval: 5s
                  randomization_factor: 0.5
                  multiplier: 1.5
                  max_interval: 30s
                  max_elapsed_time: 0s
                  retry_codes: []
                  reject_codes: []
                sending_queue:
                  enabled: true
                  num_consumers: 10
                  queue_size: 1000
                  sizer: requests
                  block_on_overflow: false
                  wait_for_result: false
                  overflow: block
            service:
              telemetry:
                logs:
                  level: info
                  encoding: console
                metrics:
                  level: normal
                  readers:
                    - pull:
                        exporter:
                          prometheus:
                            host: localhost
                            port: 8888
              pipelines:
                logs:
                  receivers:
                    - r
                  processors: []
                  exporters:
                    - e
            """);
  }

  @Test
  void whatIsPrintedReadsBackTheSame() throws IOException {
    assertThat(run("print-config", "good.yaml", "--mode", "unredacted", "--format", "json"))
        .isZero();
    String json = out.toString();
    assertThat(json).contains("\"opaque\": \"s3cr3t: #\"");
    Files.writeString(directory.resolve("printed.yaml"), json);
    out.getBuffer().setLength(0);
    assertThat(run("print-config", "printed.yaml", "--mode", "UNREDACTED", "--format", "json"))
        .isZero();
    assertThat(out.toString()).isEqualTo(json);
  }

  @Test
  void listsComponents() {
    assertThat(run("components")).isZero();
    assertThat(out.toString())
        .contains(
            """
              - name: otlp_grpc
                aliases:
                  - otlp
                plugin: sample
                stability:
                  logs: alpha
                  metrics: alpha
                  profiles: alpha
                  traces: alpha
            """)
        .contains("traces-to-logs: development")
        .contains("extension: stable");
  }

  @Test
  void wrongCommandLinesExitWithTwo() {
    assertThat(run("run", "--bogus")).isEqualTo(2);
    assertThat(run("nope")).isEqualTo(2);
    assertThat(run()).isEqualTo(2);
    assertThat(run("validate")).isEqualTo(2);
    assertThat(run("run", "good.yaml", "--memory", "much")).isEqualTo(2);
    assertThat(run("print-config", "good.yaml", "--mode", "other")).isEqualTo(2);
    assertThat(run("components", "--plugins", "nowhere")).isEqualTo(2);
    assertThat(err.toString())
        .contains("Unknown option: '--bogus'")
        .contains("at least one config flag must be provided: --config FILE")
        .contains("--plugins: \"nowhere\" (expected: a directory)");
  }

  @Test
  void everyCommandHasHelpWithExamples() {
    for (String command :
        List.of(
            "run",
            "validate",
            "print-config",
            "components",
            "queue",
            "queue inspect",
            "queue verify",
            "queue export",
            "demo")) {
      out.getBuffer().setLength(0);
      assertThat(run((command + " --help").split(" "))).isZero();
      assertThat(out.toString()).contains("Usage: millrace " + command, "Examples:");
    }
  }

  @Test
  void featureGatesAreAcceptedWithAWarning() {
    assertThat(run("validate", "good.yaml", "--feature-gates=a,-b")).isZero();
    assertThat(err.toString())
        .contains("warning: --feature-gates: accepted without effect: there are no such gates");
  }

  @Test
  void showsTheVersion() {
    assertThat(run("--version")).isZero();
    assertThat(out.toString()).startsWith("millrace ").contains("Java 25");
  }

  @Test
  void runExitsWithOneWhenTheConfigurationIsWrong() {
    assertThat(run("run", "bad.yaml")).isEqualTo(1);
    assertThat(started).isEmpty();
  }

  @Test
  void runStartsTheAgentWithItsOptions() {
    assertThat(run("run", "good.yaml", "--state-dir", "state", "--memory", "40MiB")).isEqualTo(1);
    assertThat(started).hasSize(1);
    assertThat(options.getFirst().stateDirectory()).isEqualTo(directory.resolve("state"));
    assertThat(options.getFirst().memoryBudget()).isEqualTo(DataSize.ofMebibytes(10));
    assertThat(options.getFirst().ephemeral()).isFalse();
    assertThat(options.getFirst().logs().maxSize()).isEqualTo(DataSize.ofMebibytes(1024));
    assertThat(options.getFirst().logs().maxAge()).isZero();
    assertThat(options.getFirst().deadLetters()).isEqualTo(DeadLetterSettings.standard());
    assertThat(options.getFirst().abandonedState()).isEmpty();
    assertThat(err.toString().lines()).containsExactly("Error: state is locked");
    assertThat(run("run", "good.yaml", "--ephemeral")).isEqualTo(1);
    assertThat(options.getLast().ephemeral()).isTrue();
    assertThat(
            run(
                "run",
                "good.yaml",
                "--log-size=1MiB",
                "--log-age=90",
                "--dead-letter-size=2MiB",
                "--dead-letters-when-full=drop_oldest",
                "--abandon-state=receiver-r-logs"))
        .isEqualTo(1);
    assertThat(options.getLast().logs().maxSize()).isEqualTo(DataSize.ofMebibytes(1));
    assertThat(options.getLast().logs().maxAge()).isEqualTo(Duration.ofSeconds(90));
    assertThat(options.getLast().deadLetters())
        .isEqualTo(
            DeadLetterSettings.of(DataSize.ofMebibytes(2))
                .withWhenFull(DeadLetterSettings.WhenFull.DROP_OLDEST));
    assertThat(options.getLast().abandonedState()).containsExactly("receiver-r-logs");
  }

  private int run(String... arguments) {
    Terminal terminal =
        new Terminal(
            new PrintWriter(out, true),
            new PrintWriter(err, true),
            new Environment(Map.of("TOKEN", "s3cr3t: #", "PASSWORD", "hunter2secret"), directory),
            application);
    return Main.run(
        terminal,
        (config, components, agentOptions) -> {
          started.add(config);
          options.add(agentOptions);
          throw new StateException("state is locked", null);
        },
        arguments);
  }
}
