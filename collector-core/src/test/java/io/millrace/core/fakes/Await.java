package io.millrace.core.fakes;

import java.time.Duration;
import java.util.function.BooleanSupplier;

/** Waits for conditions. */
public final class Await {
  private static final Duration LIMIT = Duration.ofSeconds(20);

  private Await() {}

  /** Waits until a condition holds; fails with the description when it does not in good time. */
  public static void until(String description, BooleanSupplier condition) {
    long deadline = System.nanoTime() + LIMIT.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("did not come true within " + LIMIT + ": " + description);
      }
      try {
        Thread.sleep(Duration.ofMillis(2));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new AssertionError("interrupted while waiting: " + description, e);
      }
    }
  }
}
