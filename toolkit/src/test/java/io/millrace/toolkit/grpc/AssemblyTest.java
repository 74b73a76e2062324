package io.millrace.toolkit.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.toolkit.net.ByteBudget;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class AssemblyTest {
  private final ByteBudget budget = new ByteBudget(100);

  @Test
  void putsTheFramesOfAMessageIntoOneArrayOfItsLength() {
    Assembly message = begun(frame(0, 0, 0, 0, 4, 1));

    ByteBuf first = added(message, frame(0, 0, 0, 0, 4, 1));
    ByteBuf second = added(message, frame(2, 3, 4));

    assertThat(message.isFull()).isTrue();
    assertThat(second.array()).isSameAs(first.array()).containsExactly(0, 0, 0, 0, 4, 1, 2, 3, 4);
    assertThat(first.arrayOffset() + first.readerIndex()).isZero();
    assertThat(second.readableBytes()).isEqualTo(3);
  }

  @Test
  void holdsAllOfAMessageWhoseLastFrameGoesBeyondIt() {
    Assembly message = begun(frame(0, 0, 0, 0, 2, 1));
    ByteBuf first = added(message, frame(0, 0, 0, 0, 2, 1));

    assertThat(message.add(frame(2, 0, 0))).isNull();
    assertThat(message.isFull()).isTrue();
    assertThat(first.array()).containsExactly(0, 0, 0, 0, 2, 1, 2);
  }

  @Test
  void countsWhatWasAnnouncedUntilItIsThere() {
    Assembly message = begun(frame(0, 0, 0, 0, 4, 1));
    assertThat(budget.used()).isEqualTo(9);

    added(message, frame(0, 0, 0, 0, 4, 1));
    added(message, frame(2, 3, 4));

    assertThat(budget.used()).isZero();
  }

  @Test
  void countsNothingForAMessageThatIsGivenUp() {
    begun(frame(0, 0, 0, 0, 4)).close();

    assertThat(budget.used()).isZero();
  }

  @Test
  void beginsNoneForWhichThereIsNoRoom() {
    begun(frame(0, 0, 0, 0, 4));

    assertThat(Assembly.begin(frame(0, 0, 0, 0, 95), budget)).isNull();
    assertThat(budget.used()).isEqualTo(9);
  }

  @Test
  void beginsNoneThatIsTooLongOrDoesNotSayHowLongItIs() {
    assertThat(Assembly.begin(frame(0, 0, 16, 0, 0), budget)).isNull();
    assertThat(Assembly.begin(frame(0, 255, 255, 255, 255), budget)).isNull();
    assertThat(Assembly.begin(frame(0, 0, 0, 0), budget)).isNull();
    assertThat(Assembly.begin(frame(0, 0, 0, 0, 1, 7, 7), budget)).isNull();
    assertThat(budget.used()).isZero();
  }

  private Assembly begun(ByteBuf first) {
    return there(Assembly.begin(first, budget));
  }

  private static ByteBuf added(Assembly message, ByteBuf frame) {
    return there(message.add(frame));
  }

  private static <T> T there(@Nullable T value) {
    assertThat(value).isNotNull();
    return Objects.requireNonNull(value);
  }

  private static ByteBuf frame(int... bytes) {
    ByteBuf frame = Unpooled.buffer();
    for (int each : bytes) {
      frame.writeByte(each);
    }
    return frame;
  }
}
