package io.millrace.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class ProfilesFuzzTest {

  @Test
  void bearsEveryInputThatIsKept() throws IOException {
    assertThat(Replay.of(Target.PROFILES)).isGreaterThan(50);
  }

  @Test
  void bearsEveryBeginningOfShortInputs() throws IOException {
    int runs =
        Replay.changed(
            Target.PROFILES,
            (input, run) -> {
              if (input.length < 200) {
                for (int length = 1; length < input.length; length++) {
                  run.accept(Arrays.copyOf(input, length));
                }
              }
            });
    assertThat(runs).isGreaterThan(100);
  }
}
