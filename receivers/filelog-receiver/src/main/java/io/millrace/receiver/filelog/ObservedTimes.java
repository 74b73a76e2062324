package io.millrace.receiver.filelog;

import io.millrace.receiver.filelog.operator.QuarterHour;
import java.util.List;

/**
 * The observed times of records. What an earlier process may have handed over is observed in the
 * quarter of an hour in which that one read it, as near to now as that allows; all else is observed
 * now. One thread at a time.
 */
final class ObservedTimes {
  private List<ReadRun> runs = List.of();
  private long knownTo;
  private long quarter;
  private long now;

  // The run that was looked up last.
  private long runStart;
  private long runEnd;
  private long inRun;

  /**
   * Goes to another life.
   *
   * @param first when what of it was read before
   * @param end of what may have been read before
   */
  void enter(List<ReadRun> first, long end) {
    runs = first;
    knownTo = first.isEmpty() ? 0 : end;
    runEnd = runStart;
  }

  /** Sets when reading takes place, nanoseconds since 1970, and its quarter of an hour. */
  void set(long unixNanos, long ofQuarter) {
    quarter = ofQuarter;
    now = QuarterHour.nearest(ofQuarter, unixNanos);
    runEnd = runStart;
  }

  /** The quarter of an hour of what was not read before. */
  long quarter() {
    return quarter;
  }

  /** End of what may have been read before. */
  long knownTo() {
    return knownTo;
  }

  /** The observed time of the record that starts at a place, nanoseconds since 1970. */
  long at(long start) {
    if (start >= knownTo) {
      return now;
    }
    if (start < runStart || start >= runEnd) {
      find(start);
    }
    return inRun;
  }

  private void find(long start) {
    runStart = 0;
    for (ReadRun run : runs) {
      runEnd = run.end();
      inRun = QuarterHour.nearest(run.quarter(), now);
      if (start < runEnd) {
        return;
      }
      runStart = runEnd;
    }
  }
}
