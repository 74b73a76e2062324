package io.millrace.core.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.api.component.DeliverySettings.Retry;
import java.time.Duration;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class BreakerTest {
  private static final long START = Long.MAX_VALUE - 1000; // What nanoTime says may overflow.
  private static final long SECOND = Duration.ofSeconds(1).toNanos();

  private final Breaker breaker = new Breaker(START);
  private final Backoff own =
      new Backoff(
          new Retry(true, Duration.ofSeconds(4), 0, 2, Duration.ofSeconds(20), Duration.ofHours(1)),
          RandomGenerator.getDefault(),
          START);

  @Test
  void opensAfterFailuresWithoutAnAnswerInBetween() {
    for (int i = 1; i < Breaker.THRESHOLD; i++) {
      assertThat(fail(START)).isFalse();
    }
    assertThat(breaker.answered()).isFalse();
    for (int i = 1; i < Breaker.THRESHOLD; i++) {
      assertThat(fail(START)).isFalse();
      assertThat(breaker.waitNanos(START)).isZero();
    }
    assertThat(fail(START)).isTrue();
    assertThat(breaker.isOpen()).isTrue();
    assertThat(breaker.waitNanos(START)).isEqualTo(4 * SECOND);
  }

  @Test
  void letsOneProbeThroughAtATimeWithOneBackoff() {
    open();
    long now = START + 4 * SECOND;
    assertThat(breaker.waitNanos(now)).isZero();
    assertThat(breaker.begin()).isTrue();
    assertThat(breaker.waitNanos(now)).isEqualTo(Long.MAX_VALUE);
    // One that was under way before: the probe goes on.
    assertThat(breaker.failed(false, own, now)).isFalse();
    assertThat(breaker.waitNanos(now)).isEqualTo(Long.MAX_VALUE);
    assertThat(breaker.failed(true, own, now)).isFalse();
    assertThat(breaker.waitNanos(now)).isEqualTo(8 * SECOND);
    breaker.begin();
    breaker.withdrawn();
    assertThat(breaker.waitNanos(now + 8 * SECOND)).isZero();
  }

  @Test
  void closesOnTheFirstAnswer() {
    open();
    breaker.begin();
    assertThat(breaker.answered()).isTrue();
    assertThat(breaker.isOpen()).isFalse();
    assertThat(breaker.waitNanos(START)).isZero();
    assertThat(breaker.begin()).isFalse();
  }

  @Test
  void neverAsksSoonerThanTheDestinationWishes() {
    breaker.pause(Duration.ofSeconds(30), START);
    breaker.pause(Duration.ofSeconds(10), START + SECOND);
    breaker.pause(null, START + SECOND);
    assertThat(breaker.waitNanos(START + SECOND)).isEqualTo(29 * SECOND);
    breaker.answered();
    assertThat(breaker.waitNanos(START + SECOND)).isEqualTo(29 * SECOND);
    open();
    assertThat(breaker.waitNanos(START + SECOND)).isEqualTo(29 * SECOND);
    breaker.pause(Duration.ofDays(3), START);
    assertThat(breaker.waitNanos(START)).isEqualTo(3600 * SECOND);
  }

  private void open() {
    for (int i = 0; i < Breaker.THRESHOLD; i++) {
      fail(START);
    }
  }

  private boolean fail(long now) {
    return breaker.failed(breaker.begin(), own, now);
  }
}
