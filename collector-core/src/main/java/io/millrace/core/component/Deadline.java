package io.millrace.core.component;

import java.time.Duration;

/** A point in time until which something may take. Immutable. */
public final class Deadline {
  private final long nanoTime;

  private Deadline(long nanoTime) {
    this.nanoTime = nanoTime;
  }

  /** A deadline that far from now. */
  public static Deadline in(Duration duration) {
    return new Deadline(System.nanoTime() + duration.toNanos());
  }

  /** This deadline, or a later one that leaves at least so much time from now. */
  public Deadline atLeast(Duration duration) {
    return remainingNanos() < duration.toNanos() ? in(duration) : this;
  }

  /** Nanoseconds left; 0 when it is over. */
  public long remainingNanos() {
    return Math.max(0, nanoTime - System.nanoTime());
  }

  /**
   * Waits for a thread's end.
   *
   * @return whether it has ended
   */
  public boolean join(Thread thread) throws InterruptedException {
    return thread.join(Duration.ofNanos(Math.max(1_000_000, remainingNanos())));
  }
}
