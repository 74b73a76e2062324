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
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
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
