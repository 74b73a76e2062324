package io.millrace.core.delivery;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Whether an attempt makes sense. After {@value #THRESHOLD} failures without an answer in between
 * it is open: one attempt at a time, with one back-off for all. The first answer closes it. What
 * the destination wishes holds for all, open or not. One thread at a time; times are those of
 * {@link System#nanoTime}.
 */
final class Breaker {
  static final int THRESHOLD = 5;

  private int failures;
  private boolean probing;
  private long pausedUntil;
  private long probeAt;

  /** The waits between probes; null while it is closed. */
  private @Nullable Backoff backoff;

  Breaker(long nowNanos) {
    pausedUntil = nowNanos;
  }

  boolean isOpen() {
    return backoff != null;
  }

  /** How long until an attempt makes sense; 0 for now, {@link Long#MAX_VALUE} when others know. */
  long waitNanos(long nowNanos) {
    if (probing) {
      return Long.MAX_VALUE;
    }
    long pause = Math.max(0, pausedUntil - nowNanos);
    return isOpen() ? Math.max(pause, probeAt - nowNanos) : pause;
  }

  /** An attempt begins; returns whether it is a probe, on which the others wait. */
  boolean begin() {
    probing = isOpen();
    return probing;
  }

  /** The destination answered; returns whether this closed the breaker. */
  boolean answered() {
    boolean closed = isOpen();
    failures = 0;
    probing = false;
    backoff = null;
    return closed;
  }

  /**
   * The destination failed.
   *
   * @param probe whether the attempt was one
   * @param own the back-off of what was attempted, from which the common one goes on
   * @return whether this opened the breaker
   */
  boolean failed(boolean probe, Backoff own, long nowNanos) {
    failures++;
    Backoff common = backoff;
    if (common != null) {
      if (probe) {
        probing = false;
        postpone(common, nowNanos);
      }
      return false;
    }
    if (failures < THRESHOLD) {
      return false;
    }
    common = own.endless();
    backoff = common;
    postpone(common, nowNanos);
    return true;
  }

  /** A probe ended without telling anything. */
  void withdrawn() {
    probing = false;
  }

  /** The destination wishes not to hear of us for a while. */
  void pause(@Nullable Duration wish, long nowNanos) {
    long until = nowNanos + Backoff.nanos(wish);
    if (until - pausedUntil > 0) {
      pausedUntil = until;
    }
  }

  private void postpone(Backoff common, long nowNanos) {
    Duration wait = common.next(null, nowNanos);
    probeAt = nowNanos + (wait == null ? 0 : wait.toNanos());
  }
}
