package io.millrace.receiver.filelog;

import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/** Lets a message about one thing through at most every five minutes. Thread-safe. */
final class RateLimitedLog {
  private static final long PERIOD_NANOS = 300_000_000_000L;
  private static final int MAX_THINGS = 10_000;

  private final LongSupplier nanoTime;
  private final ConcurrentHashMap<String, Long> last = new ConcurrentHashMap<>();

  RateLimitedLog(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /** Whether to say something about this thing now. */
  boolean permits(String thing) {
    long now = nanoTime.getAsLong();
    if (last.size() > MAX_THINGS) {
      last.values().removeIf(then -> now - then > PERIOD_NANOS);
    }
    boolean[] permitted = new boolean[1];
    last.compute(
        thing,
        (key, then) -> {
          permitted[0] = then == null || now - then > PERIOD_NANOS;
          return permitted[0] || then == null ? Long.valueOf(now) : then;
        });
    return permitted[0];
  }
}
