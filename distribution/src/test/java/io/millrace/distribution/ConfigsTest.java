package io.millrace.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.core.cli.Main;
import io.millrace.core.cli.Terminal;
import io.millrace.core.config.Environment;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every configuration that comes with Millrace is valid as it stands. */
class ConfigsTest {

  static List<Path> configurations() throws IOException {
    try (Stream<Path> files = Files.list(Compose.ROOT.resolve("configs"))) {
      return files.filter(file -> file.toString().endsWith(".yaml")).sorted().toList();
    }
  }

  @ParameterizedTest
  @MethodSource("configurations")
  void isValidWithItsDefaults(Path configuration) {
    assertThat(problems(configuration, Map.of())).isEmpty();
  }

  @Test
  void isValidWithTheEnvironmentOfTheComposeFile() throws IOException {
    Map<String, String> environment = Compose.read().service("millrace").environment();
    assertThat(problems(Compose.ROOT.resolve("configs/demo.yaml"), environment)).isEmpty();
  }

  @Test
  void refusesProfilesAtEveryComponentThatCannotPassThemOn(@TempDir Path directory)
      throws IOException {
    Path file = directory.resolve("agent.yaml");
    Files.writeString(
        file,
        """
        receivers: {otlp: {protocols: {grpc: }}, kafka: , filelog: {include: [/x]}}
        processors: {batch: , memory_limiter: {check_interval: 1s, limit_mib: 9}, attributes: {actions: [{key: a, action: delete}]}}
        exporters:
          otlp: {endpoint: h:1}
          otlphttp: {endpoint: http://h:1, encoding: json}
          file: {path: /x}
          debug: {verbosity: detailed}
          kafka:
          elasticsearch: {endpoint: http://h:1}
        service:
          pipelines:
            profiles/a:
              receivers: [otlp, kafka, filelog]
              processors: [memory_limiter, batch, attributes]
              exporters: [otlp, otlphttp, file, debug, kafka, elasticsearch]
        """);
    List<String> refused = new ArrayList<>();
    for (String line : problems(file, Map.of()).lines().toList()) {
      int at = line.indexOf(": telemetry type is not supported: profiles (expected: ");
      if (at > 0) {
        refused.add(line.substring(line.indexOf("agent.yaml"), at));
      }
    }
    assertThat(refused)
        .containsExactly(
            "agent.yaml:13:25 service.pipelines.profiles/a.receivers: receiver \"kafka\"",
            "agent.yaml:13:32 service.pipelines.profiles/a.receivers: receiver \"filelog\"",
            "agent.yaml:14:36 service.pipelines.profiles/a.processors: processor \"batch\"",
            "agent.yaml:14:43 service.pipelines.profiles/a.processors: processor \"attributes\"",
            "agent.yaml:15:25 service.pipelines.profiles/a.exporters: exporter \"otlphttp\"",
            "agent.yaml:15:35 service.pipelines.profiles/a.exporters: exporter \"file\"",
            "agent.yaml:15:48 service.pipelines.profiles/a.exporters: exporter \"kafka\"",
            "agent.yaml:15:55 service.pipelines.profiles/a.exporters: exporter"
                + " \"elasticsearch\"");
  }

  private static String problems(Path configuration, Map<String, String> variables) {
    StringWriter err = new StringWriter();
    Terminal terminal =
        new Terminal(
            new PrintWriter(new StringWriter()),
            new PrintWriter(err, true),
            new Environment(variables, Compose.ROOT),
            Main.class.getClassLoader());
    int code =
        Main.run(
            terminal,
            (config, components, options) -> {
              throw new IllegalStateException("validate starts nothing");
            },
            "validate",
            "--config",
            configuration.toString());
    return code == 0 ? "" : "exit code " + code + "\n" + err;
  }
}
