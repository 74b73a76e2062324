package io.millrace.benchmarks.fault;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FaultOracleTest {

  @Test
  void saysHowItIsUsed() {
    assertThat(execute("--help")).isZero();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"--for=0s", "--for=soon", "--seed=x", "--spoil=rotten", "no-such-way", "-x"})
  void refusesWrongOptions(String argument) {
    assertThat(execute(argument)).isEqualTo(2);
  }

  private static int execute(String... arguments) {
    PrintStream nowhere =
        new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8);
    return FaultOracle.execute(null, nowhere, arguments);
  }
}
