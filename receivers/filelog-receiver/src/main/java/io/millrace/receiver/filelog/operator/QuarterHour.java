package io.millrace.receiver.filelog.operator;

/**
 * Quarters of an hour since 1970, by number. The date that goes with a moment depends on nothing
 * finer: in every zone of today midnight is where one begins.
 */
public final class QuarterHour {
  private static final long NANOS = 900_000_000_000L;

  private QuarterHour() {}

  /** Number of the quarter that a moment is in. */
  public static long of(long unixNanos) {
    return Math.floorDiv(unixNanos, NANOS);
  }

  /** First moment of a quarter, nanoseconds since 1970. */
  public static long start(long quarter) {
    return quarter * NANOS;
  }

  /** The moment of a quarter that is nearest to another moment, nanoseconds since 1970. */
  public static long nearest(long quarter, long unixNanos) {
    long start = start(quarter);
    return Math.clamp(unixNanos, start, start + NANOS - 1);
  }
}
