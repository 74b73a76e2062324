package io.millrace.core.component;

import java.time.Duration;

/**
 * Says whether to log again: the first time, when the text has changed, and then once in a while.
 * Thread-safe.
 */
public final class LogLimiter {
  private static final long INTERVAL_NANOS = Duration.ofSeconds(30).toNanos();

  private String lastText = "";
  private long lastNanos;
  private long suppressed;

  /**
   * Asks to log.
   *
   * @return how many were suppressed since the last one that was logged, or -1 to suppress this one
   */
  public synchronized long permit(String text) {
    long now = System.nanoTime();
    if (text.equals(lastText) && now - lastNanos < INTERVAL_NANOS) {
      suppressed++;
      return -1;
    }
    long before = suppressed;
    lastText = text;
    lastNanos = now;
    suppressed = 0;
    return before;
  }

  /** Forgets: the next one is logged. */
  public synchronized void reset() {
    lastText = "";
    suppressed = 0;
  }
}
