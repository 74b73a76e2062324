package io.millrace.core.delivery;

import io.millrace.api.component.DeliverySettings;
import java.time.Duration;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The waits between attempts: exponential with jitter, never shorter than the destination wishes,
 * as the Collector's. One thread at a time.
 */
final class Backoff {
  private final DeliverySettings.Retry settings;
  private final RandomGenerator random;
  private final long startNanos;
  private double intervalNanos;

  /** Begins with the first attempt, at {@code nowNanos}. */
  Backoff(DeliverySettings.Retry settings, RandomGenerator random, long nowNanos) {
    this.settings = settings;
    this.random = random;
    this.startNanos = nowNanos;
    this.intervalNanos = (double) settings.initialInterval().toNanos();
  }

  /**
   * The wait before the next attempt.
   *
   * @param wish the destination's; null for none
   * @return null to give up
   */
  @Nullable Duration next(@Nullable Duration wish, long nowNanos) {
    if (!settings.enabled()) {
      return null;
    }
    double spread = settings.randomizationFactor() * intervalNanos;
    long wait = (long) (intervalNanos - spread + random.nextDouble() * 2 * spread);
    if (wish != null) {
      wait = Math.max(wait, wish.toNanos());
    }
    intervalNanos =
        Math.min(intervalNanos * settings.multiplier(), (double) settings.maxInterval().toNanos());
    long limit = settings.maxElapsedTime().toNanos();
    boolean tooLate = limit > 0 && nowNanos - startNanos + wait > limit;
    return tooLate ? null : Duration.ofNanos(wait);
  }

  /** Something went through: the next wait is short again. */
  void progress() {
    intervalNanos = settings.initialInterval().toNanos();
  }
}
