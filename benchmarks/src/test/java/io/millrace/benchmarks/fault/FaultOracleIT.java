package io.millrace.benchmarks.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.benchmarks.Home;
import io.millrace.benchmarks.fault.scenario.Stage;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A short storm over the assembled agent, and wrongs that the ledger must find. */
class FaultOracleIT {
  private static Stage stage;

  @BeforeAll
  static void openStage() throws Exception {
    stage = new Stage(Home.find(), System.out);
  }

  @AfterAll
  static void closeStage() throws Exception {
    stage.close();
  }

  /** A seed that has found something wrong stays here, with the scenarios that showed it. */
  @ParameterizedTest
  @CsvSource({"3, otlp-log-otlp file-kafka-elasticsearch", "102, fan-out"})
  void theContractHolds(String seed, String scenarios) {
    List<String> arguments = new ArrayList<>(List.of("--seed", seed, "--for", "15s"));
    arguments.addAll(List.of(scenarios.split(" ")));

    Run run = run(arguments.toArray(String[]::new));

    assertThat(run.code()).as(run.text()).isZero();
    assertThat(run.text())
        .contains("The contract held.")
        .contains("Repeat with: benchmarks/faults --seed " + seed + " --for 15s " + scenarios);
  }

  @ParameterizedTest
  @ValueSource(strings = {"otlp-log-otlp", "file-kafka-elasticsearch"})
  void wrongRecordsAreFound(String scenario) {
    Run run = run("--seed", "1", "--for", "1s", "--spoil", "lost,doubled,altered", scenario);

    assertThat(run.code()).as(run.text()).isEqualTo(1);
    assertThat(run.text())
        .contains(": lost ")
        .contains(": twice: ")
        .contains(": altered: ")
        .contains("THE CONTRACT DID NOT HOLD.");
  }

  private record Run(int code, String text) {}

  private static Run run(String... arguments) {
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    int code =
        FaultOracle.execute(stage, new PrintStream(text, true, StandardCharsets.UTF_8), arguments);
    return new Run(code, text.toString(StandardCharsets.UTF_8));
  }
}
