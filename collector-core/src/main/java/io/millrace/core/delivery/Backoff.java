package io.millrace.core.delivery;

import io.millrace.api.component.DeliverySettings;
import java.time.Duration;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The waits between attempts: exponential with jitter, never shorter than the destination wishes,
 * as the Collector's. A wish of more than an hour counts as an hour. One thread at a time.
 */
final class Backoff {
  private static final Duration LONGEST_WISH = Duration.ofHours(1);

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
    wait = Math.max(wait, nanos(wish));
    intervalNanos =
        Math.min(intervalNanos * settings.multiplier(), (double) settings.maxInterval().toNanos());
    return wait > remainingNanos(nowNanos) ? null : Duration.ofNanos(wait);
  }

  /** Something went through: the next wait is short again. */
  void progress() {
    intervalNanos = settings.initialInterval().toNanos();
  }

  /** How long it has been since the first attempt. */
  Duration elapsed(long nowNanos) {
    return Duration.ofNanos(nowNanos - startNanos);
  }

  /** How long it may still take; {@link Long#MAX_VALUE} for ever. */
  long remainingNanos(long nowNanos) {
    long limit = settings.maxElapsedTime().toNanos();
    return limit == 0 ? Long.MAX_VALUE : Math.max(0, limit - (nowNanos - startNanos));
  }

  /** Waits that go on from here and never give up. */
  Backoff endless() {
    DeliverySettings.Retry without =
        new DeliverySettings.Retry(
            true,
            settings.initialInterval(),
            settings.randomizationFactor(),
            settings.multiplier(),
            settings.maxInterval(),
            Duration.ZERO);
    Backoff endless = new Backoff(without, random, startNanos);
    endless.intervalNanos = intervalNanos;
    return endless;
  }

  /** A destination's wish as far as it is heeded. */
  static long nanos(@Nullable Duration wish) {
    if (wish == null || wish.isNegative()) {
      return 0;
    }
    return (wish.compareTo(LONGEST_WISH) > 0 ? LONGEST_WISH : wish).toNanos();
  }
}
