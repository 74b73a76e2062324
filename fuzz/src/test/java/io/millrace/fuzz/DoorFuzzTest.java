package io.millrace.fuzz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.IOException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

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
    byte[] record = field(2, field(5, field(1, body)));
    byte[] records = Arrays.copyOf(record, record.length + (1 << 20));
    for (int i = record.length; i < records.length; i += 2) {
      records[i] = 0x12;
    }
    byte[] request = field(1, field(2, records));
    byte[] input = new byte[request.length + 2];
    input[1] = 77;
    System.arraycopy(request, 0, input, 2, request.length);
    assertThatCode(() -> DoorTarget.readsAndAllocatesLittle(input)).doesNotThrowAnyException();
  }

  private static byte[] field(int number, byte[] content) {
    int length = content.length;
    byte[] field = new byte[content.length + 5];
    field[0] = (byte) (number << 3 | 2);
    for (int i = 1; i < 5; i++) {
      field[i] = (byte) ((length & 0x7f) | (i < 4 ? 0x80 : 0));
      length >>= 7;
    }
    System.arraycopy(content, 0, field, 5, content.length);
    return field;
  }
}
