package io.millrace.core.delivery;

/**
 * How many attempts may be under way at the same time: halved when the destination is overloaded,
 * one more after as many good answers as are allowed at once (additive increase, multiplicative
 * decrease), between 1 and a maximum. One thread at a time; times are those of {@link
 * System#nanoTime}.
 */
final class Congestion {
  private int max;
  private double limit;
  private int underWay;
  private long shrunkNanos;

  Congestion(long nowNanos) {
    shrunkNanos = nowNanos;
  }

  /** More attempts may be under way. */
  void widen(int attempts) {
    max += attempts;
    limit += attempts;
  }

  int limit() {
    return (int) limit;
  }

  boolean hasRoom() {
    return underWay < limit();
  }

  void begin() {
    underWay++;
  }

  /** An attempt ended and says nothing about the load. */
  void end() {
    underWay--;
  }

  /** An attempt went well: more may be tried, if this was as many as allowed. */
  void endWell() {
    if (underWay >= limit()) {
      limit = Math.min(max, limit + 1 / limit);
    }
    underWay--;
  }

  /**
   * An attempt met an overload. Those that began before the last one was heard of say nothing new.
   */
  void endOverloaded(long begunNanos, long nowNanos) {
    if (begunNanos - shrunkNanos >= 0) {
      limit = Math.max(1, Math.min(limit(), underWay) / 2);
      shrunkNanos = nowNanos;
    }
    underWay--;
  }
}
