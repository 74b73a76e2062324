package io.millrace.fuzz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.IOException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DoorFuzzTest {

  @Test
  void bearsEveryInputThatIsKept() throws IOException {
    assertThat(Replay.of(Target.DOOR)).isGreaterThan(100);
  }

  @Test
  void bearsEveryBeginningOfShortInputs() throws IOException {
    int runs =
        Replay.changed(
            Target.DOOR,
            (input, run) -> {
              if (input.length < 200) {
                for (int length = 2; length < input.length; length++) {
                  run.accept(Arrays.copyOf(input, length));
                }
              }
            });
    assertThat(runs).isGreaterThan(100);
  }

  @Test
  void bearsAHugeRequest() {
    // One record with a body of 4 MiB, then as many empty ones as there is room for in another MiB.
    byte[] body = new byte[4 << 20];
    Arrays.fill(body, (byte) 'x');
    byte[] record = Bytes.field(2, Bytes.field(5, Bytes.field(1, body)));
    byte[] records = Arrays.copyOf(record, record.length + (1 << 20));
    for (int i = record.length; i < records.length; i += 2) {
      records[i] = 0x12;
    }
    byte[] request = Bytes.field(1, Bytes.field(2, records));
    byte[] input = new byte[request.length + 2];
    input[1] = 77;
    System.arraycopy(request, 0, input, 2, request.length);
    assertThatCode(() -> DoorTarget.readsAndAllocatesLittle(input)).doesNotThrowAnyException();
  }

  /** Messages that come once, in pieces: what is remembered of each is more than its bytes. */
  @ParameterizedTest
  @CsvSource({
    "0a, 0a020a00",
    "0a12, 0a00",
    "'', 0a040a000a00",
    "0a12, 12042a002a00",
    "0a12122a2a0a, 2a00",
    "0a12122a2a0a, 2a040a002a00"
  })
  void bearsManyPieces(String around, String unit) {
    byte[] request = Bytes.within(around, unit.repeat(20_000));
    byte[] input = new byte[request.length + 2];
    System.arraycopy(request, 0, input, 2, request.length);
    assertThatCode(() -> DoorTarget.readsAndAllocatesLittle(input)).doesNotThrowAnyException();
  }
}
