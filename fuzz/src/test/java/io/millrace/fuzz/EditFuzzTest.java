package io.millrace.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.api.telemetry.Batch;
import io.millrace.api.telemetry.Signal;
import java.io.IOException;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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

  /**
   * Requests that are nothing but what costs most for its bytes: so many of the smallest groups,
   * scopes, metrics or items, or of one in another, with an item to change at the end.
   */
  @ParameterizedTest
  @CsvSource({
    "LOGS, '', 0a00, 0a0412021200",
    "LOGS, '', 0a0412021200, ''",
    "LOGS, 0a, 1200, 12021200",
    "LOGS, 0a, 12021200, ''",
    "LOGS, 0a12, 1200, ''",
    "TRACES, 0a12, 1200, ''",
    "METRICS, '', 0a08120612042a020a00, ''",
    "METRICS, 0a, 1200, 120612042a020a00",
    "METRICS, 0a, 120612042a020a00, ''",
    "METRICS, 0a12, 1200, 12042a020a00",
    "METRICS, 0a12, 12022a00, 12042a020a00",
    "METRICS, 0a12, 12042a020a00, ''",
    "METRICS, 0a12122a, 0a00, ''",
    "METRICS, 0a12123a, 0a00, ''",
    "METRICS, 0a12124a, 0a00, ''",
    "METRICS, 0a121252, 0a00, ''",
    "METRICS, 0a12125a, 0a00, ''"
  })
  void allocatesLittleForTheSmallest(Signal signal, String around, String unit, String last)
      throws Exception {
    byte[] request = Bytes.within(around, unit.repeat(20_000) + last);
    Batch batch = Batch.read(signal, request);
    assertThat(batch.itemCount()).isPositive();
    EditTarget.stampsWithLittle(batch);
  }
}
