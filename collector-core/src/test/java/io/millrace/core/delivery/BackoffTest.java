package io.millrace.core.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.api.component.DeliverySettings.Retry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class BackoffTest {
  private static final RandomGenerator MIDDLE = random(0.5);

  @Test
  void growsUpToItsLimit() {
    Backoff backoff = new Backoff(settings(true, Duration.ZERO), MIDDLE, 0);
    List<Duration> waits = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      Duration wait = backoff.next(null, 0);
      assertThat(wait).isNotNull();
      waits.add(wait);
    }
    assertThat(waits)
        .containsExactly(
            Duration.ofSeconds(4),
            Duration.ofSeconds(8),
            Duration.ofSeconds(16),
            Duration.ofSeconds(20),
            Duration.ofSeconds(20));
    backoff.progress();
    assertThat(backoff.next(null, 0)).isEqualTo(Duration.ofSeconds(4));
  }

  @Test
  void spreadsItsWaits() {
    assertThat(new Backoff(settings(true, Duration.ZERO), random(0), 0).next(null, 0))
        .isEqualTo(Duration.ofSeconds(3));
    assertThat(new Backoff(settings(true, Duration.ZERO), random(1), 0).next(null, 0))
        .isEqualTo(Duration.ofSeconds(5));
  }

  @Test
  void waitsAsLongAsTheDestinationWishes() {
    Backoff backoff = new Backoff(settings(true, Duration.ZERO), MIDDLE, 0);
    assertThat(backoff.next(Duration.ofSeconds(100), 0)).isEqualTo(Duration.ofSeconds(100));
    assertThat(backoff.next(Duration.ofSeconds(1), 0)).isEqualTo(Duration.ofSeconds(8));
  }

  @Test
  void givesUpOnlyWhenTold() {
    assertThat(new Backoff(settings(false, Duration.ZERO), MIDDLE, 0).next(null, 0)).isNull();
    Backoff limited = new Backoff(settings(true, Duration.ofSeconds(30)), MIDDLE, 0);
    assertThat(limited.next(null, Duration.ofSeconds(10).toNanos())).isNotNull();
    assertThat(limited.next(null, Duration.ofSeconds(25).toNanos())).isNull();
    Backoff endless = new Backoff(settings(true, Duration.ZERO), MIDDLE, 0);
    assertThat(endless.next(null, Duration.ofDays(365).toNanos())).isNotNull();
  }

  private static Retry settings(boolean enabled, Duration maxElapsedTime) {
    return new Retry(
        enabled, Duration.ofSeconds(4), 0.25, 2, Duration.ofSeconds(20), maxElapsedTime);
  }

  private static RandomGenerator random(double value) {
    return new RandomGenerator() {
      @Override
      public long nextLong() {
        throw new UnsupportedOperationException();
      }

      @Override
      public double nextDouble() {
        return value;
      }
    };
  }
}
