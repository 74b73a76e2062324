package io.millrace.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Random;
import org.junit.jupiter.api.Test;

class EditFuzzTest {

  @Test
  void bearsEveryInputThatIsKept() throws IOException {
    assertThat(Replay.of(Target.EDIT)).isGreaterThan(100);
  }

  @Test
  void bearsOtherProgramsOverTheSameRequests() throws IOException {
    Random random = new Random(9);
    int runs =
        Replay.changed(
            Target.EDIT,
            (input, run) -> {
              byte[] changed = input.clone();
              int programEnd =
                  Math.min(changed.length, 2 + (changed.length > 1 ? input[1] & 0xff : 0));
              for (int i = 2; i < programEnd; i++) {
                changed[i] = (byte) random.nextInt(256);
              }
              run.accept(changed);
            });
    assertThat(runs).isGreaterThan(100);
  }
}
