package io.millrace.core.component;

import java.time.Duration;
import java.util.HashSet;
import java.util.Set;

/**
 * Says whether to log again: each text once in an interval, and only a few texts in each. Thread-
 * safe.
 */
public final class LogLimiter {
  private static final long INTERVAL_NANOS = Duration.ofSeconds(30).toNanos();
  private static final int MAX_PER_INTERVAL = 5;

  private final Set<String> texts = new HashSet<>();
  private long intervalStart = System.nanoTime();
  private int permitted;
  private long suppressed;

  /**
   * Asks to log.
   *
   * @return how many were suppressed since the last one that was permitted, or -1 to suppress this
   *     one
   */
  public synchronized long permit(String text) {
    long now = System.nanoTime();
    if (now - intervalStart >= INTERVAL_NANOS) {
      intervalStart = now;
      permitted = 0;
      texts.clear();
    }
    if (permitted >= MAX_PER_INTERVAL || !texts.add(text)) {
      suppressed++;
      return -1;
    }
    permitted++;
    long before = suppressed;
    suppressed = 0;
    return before;
  }

  /** Forgets the texts: what comes again is news. */
  public synchronized void reset() {
    texts.clear();
  }
}
