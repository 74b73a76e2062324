package io.millrace.toolkit.log;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongConsumer;

/** Lets one message of a kind pass per interval, and counts the others. Thread-safe. */
public final class LogLimit {
  private final Duration interval;
  private final Clock clock;
  private final AtomicReference<Instant> next = new AtomicReference<>(Instant.MIN);
  private final AtomicLong suppressed = new AtomicLong();

  /**
   * Makes a limit; the first message passes.
   *
   * @param interval least time between messages
   */
  public LogLimit(Duration interval, Clock clock) {
    this.interval = interval;
    this.clock = clock;
  }

  /**
   * Logs, or counts what is not logged.
   *
   * @param message does the logging; is told how many were suppressed since the last one
   */
  public void log(LongConsumer message) {
    Instant now = clock.instant();
    Instant due = next.get();
    if (!now.isBefore(due) && next.compareAndSet(due, now.plus(interval))) {
      message.accept(suppressed.getAndSet(0));
    } else {
      suppressed.incrementAndGet();
    }
  }
}
