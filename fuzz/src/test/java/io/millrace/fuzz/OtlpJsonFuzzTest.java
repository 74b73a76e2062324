package io.millrace.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class OtlpJsonFuzzTest {

  @Test
  void bearsEveryInputThatIsKept() throws IOException {
    assertThat(Replay.of(Target.OTLP_JSON)).isGreaterThan(100);
  }
}
