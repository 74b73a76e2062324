package io.millrace.benchmarks.load.track;

import java.time.Duration;
import java.util.function.LongSupplier;

/** Waits until nothing more arrives. */
final class Settling {
  private static final Duration POLL = Duration.ofMillis(50);

  private Settling() {}

  /**
   * Waits until as many have arrived as were sent, or nothing has for a while.
   *
   * @param missing how many have not arrived
   * @return how many have not
   */
  static long await(LongSupplier missing, Duration patience) throws InterruptedException {
    long last = missing.getAsLong();
    long since = System.nanoTime();
    while (last > 0 && System.nanoTime() - since < patience.toNanos()) {
      Thread.sleep(POLL);
      long now = missing.getAsLong();
      if (now != last) {
        since = System.nanoTime();
        last = now;
      }
    }
    return last;
  }
}
