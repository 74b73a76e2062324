package io.millrace.benchmarks.load;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.benchmarks.Home;
import io.millrace.benchmarks.load.plugin.AnonymousPlugin;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Short runs over the assembled agent, and wrongs that must be found. */
class BenchmarksIT {
  @TempDir Path directory;

  @ParameterizedTest
  @ValueSource(strings = {"S6", "S6h", "S9", "S3", "S4", "S12", "S12n"})
  void everythingArrivesAsItShould(String scenario) throws IOException {
    Run run = run("--rate", "5000", scenario);

    assertThat(run.code()).as(run.text()).isZero();
    JsonNode figures = run.figures().get(0);
    assertThat(figures.path("scenario").asText()).isEqualTo(scenario);
    assertThat(figures.path("agent").asText()).isEqualTo("millrace");
    assertThat(figures.path("recordsPerSecond").asDouble()).isPositive();
    assertThat(figures.path("recordsPerCpuSecond").asDouble()).isPositive();
    assertThat(figures.path("peakRssMiB").asDouble()).isPositive();
    assertThat(figures.path("readySeconds").asDouble()).isPositive();
    assertThat(figures.path("configHash").asText()).isNotEmpty();
  }

  @Test
  void aTopicThatHasMoreThanTheAgentCanHoldIsReadWithinItsMemory() throws IOException {
    Run run = run("S8b");

    assertThat(run.code()).as(run.text()).isZero();
    assertThat(run.figures().get(0).path("recordsPerSecond").asDouble()).isPositive();
  }

  @ParameterizedTest
  @ValueSource(strings = {"S6", "S3", "S12"})
  void wrongRecordsAreFound(String scenario) throws IOException {
    Run run = run("--rate", "5000", "--spoil", "lost,doubled,altered", scenario);

    assertThat(run.code()).as(run.text()).isEqualTo(1);
    JsonNode figures = run.figures().get(0);
    assertThat(figures.path("lost").asLong()).as("the lost and the altered one").isEqualTo(2);
    assertThat(figures.path("duplicated").asLong()).isEqualTo(1);
    assertThat(figures.path("broken").asLong()).isEqualTo(1);
    assertThat(run.text()).contains("WRONG").contains("THE RUN IS NOT VALID.");
  }

  @Test
  void theHarnessCanBeMeasuredAlone() throws IOException {
    Run run = run("harness");

    assertThat(run.code()).as(run.text()).isZero();
    assertThat(run.figures().get(0).path("recordsPerSecond").asDouble()).isPositive();
    assertThat(run.figures().get(0).path("harnessCpuShare").asDouble()).isPositive();
  }

  @Test
  void aPeerIsMeasuredInTurns() throws IOException {
    String command = Home.find().launcher() + " run --ephemeral {config}";
    Run run = run("--rate", "5000", "--turns", "1", "--peer", "twin=" + command, "S6p");

    assertThat(run.code()).as(run.text()).isZero();
    assertThat(run.figures()).hasSize(2);
    assertThat(run.figures().get(1).path("agent").asText()).isEqualTo("twin");
    assertThat(run.text()).contains("times what twin does per CPU-second");
  }

  @Test
  void anAgentThatDoesNotStartFailsTheRun() throws IOException {
    Run run = run("--turns", "1", "--peer", "broken=false", "S6p");

    assertThat(run.code()).as(run.text()).isEqualTo(1);
    assertThat(run.text()).contains("S6p broken HAS FAILED");
  }

  @Test
  void whatTheAgentCannotDoIsNamed() throws IOException {
    Run run = run("S1");

    assertThat(run.code()).as(run.text()).isEqualTo(1);
    assertThat(run.text()).contains("S1: not supported");
  }

  @Test
  void theAgentReadsEveryConfiguration() throws Exception {
    for (Scenario scenario : Scenarios.all()) {
      if (scenario.hasAgent()) {
        Process process = validation(scenario).start();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(process.waitFor()).as(scenario.name() + ": " + text).isZero();
      }
    }
  }

  private ProcessBuilder validation(Scenario scenario) throws IOException {
    Home home = Home.find();
    List<String> command = new ArrayList<>(List.of(home.launcher().toString(), "validate"));
    command.addAll(List.of("--config", home.config("load/" + scenario.config()).toString()));
    for (String addition : scenario.additions()) {
      command.addAll(List.of("--config", home.config("load/" + addition).toString()));
    }
    if (scenario.isAnonymous()) {
      AnonymousPlugin.packInto(directory);
      command.addAll(List.of("--plugins", directory.toString()));
    }
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    for (String port :
        List.of(
            "MILLRACE_HEALTH",
            "MILLRACE_METRICS",
            "MILLRACE_OTLP_GRPC",
            "MILLRACE_OTLP_HTTP",
            "SINK")) {
      builder.environment().put(port, "4317");
    }
    builder
        .environment()
        .putAll(Map.of("INPUT", "/tmp", "BROKERS", "127.0.0.1:9092", "TOPIC", "t"));
    return builder;
  }

  private record Run(int code, String text, JsonNode figures) {}

  private Run run(String... arguments) throws IOException {
    Path json = directory.resolve("figures.json");
    List<String> all = new ArrayList<>(List.of("--seconds", "2", "--warm-up", "1"));
    all.addAll(List.of("--json", json.toString()));
    all.addAll(List.of(arguments));
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    PrintStream out = new PrintStream(text, true, StandardCharsets.UTF_8);
    int code = Benchmarks.execute(out, all.toArray(String[]::new));
    JsonNode figures = new ObjectMapper().readTree(json.toFile());
    return new Run(code, text.toString(StandardCharsets.UTF_8), figures);
  }
}
