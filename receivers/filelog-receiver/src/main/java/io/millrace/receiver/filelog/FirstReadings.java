package io.millrace.receiver.filelog;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * In which quarter of an hour what of a stream was first read, as it is to be stored: whoever reads
 * it again after a crash gives its records times of the same date. Guarded by its {@link Life}.
 *
 * <p>The last run reaches beyond what was handed over, so that not every batch needs a write: what
 * is handed over in its quarter of an hour is known beforehand, as far as it reaches. What lies
 * ahead was never read; it is given back when the quarter of an hour is over.
 */
final class FirstReadings {
  private static final int MAX_RUNS = 1024;
  private static final int BATCHES_AHEAD = 16;
  private static final long MIN_BYTES_AHEAD = 4 << 10;
  private static final long MAX_BYTES_AHEAD = 1 << 20;

  private final List<ReadRun> runs;
  private @Nullable ReadRun storedLast;
  private long handedOver;

  /**
   * Takes over what was stored.
   *
   * @param handedOver end of what was handed over, where nothing is stored
   */
  FirstReadings(List<ReadRun> stored, long handedOver) {
    this.runs = new ArrayList<>(stored);
    this.handedOver = stored.isEmpty() ? handedOver : stored.getLast().end();
  }

  /**
   * What is not in the file cannot have been handed over; returns the end of what may have been.
   */
  long limit(long fileBytes) {
    handedOver = Math.min(handedOver, fileBytes);
    return handedOver;
  }

  /**
   * The quarter of an hour for what is read now; the last one when there are so many already that
   * no more can be kept.
   */
  long quarterFor(long now) {
    ReadRun last = last();
    return last != null && runs.size() >= MAX_RUNS ? last.quarter() : now;
  }

  /**
   * Notes a batch that is about to be handed over, and stretches ahead where it has to.
   *
   * @param from where it begins
   * @param end where the next one begins
   * @param quarter when it was read
   * @return whether the storage knows that already
   */
  boolean note(long from, long end, long quarter) {
    handedOver = Math.max(handedOver, end);
    ReadRun last = last();
    boolean goesOn = last != null && last.quarter() == quarter;
    if (goesOn && last != null && end <= last.end()) {
      return isStored();
    }
    long ahead = Math.clamp(BATCHES_AHEAD * (end - from), MIN_BYTES_AHEAD, MAX_BYTES_AHEAD);
    if (goesOn) {
      runs.removeLast();
    } else {
      cut(from);
    }
    runs.add(new ReadRun(end + ahead, quarter));
    return false;
  }

  /** Whether something lies ahead that belongs to another quarter of an hour than this one. */
  boolean isPast(long quarter) {
    ReadRun last = last();
    return last != null && last.end() > handedOver && last.quarter() != quarter;
  }

  /** Gives back what lies ahead. */
  void giveBack() {
    cut(handedOver);
  }

  /** Whether the storage has all of it. */
  boolean isStored() {
    return Objects.equals(storedLast, last());
  }

  /** The runs behind a position; those before it are forgotten. */
  List<ReadRun> from(long position) {
    runs.removeIf(run -> run.end() <= position);
    return List.copyOf(runs);
  }

  /** Notes that the storage has these runs. */
  void saved(List<ReadRun> stored) {
    storedLast = stored.isEmpty() ? null : stored.getLast();
  }

  /** Nothing at or behind a place was read. */
  private void cut(long end) {
    while (runs.size() > 1 && runs.get(runs.size() - 2).end() >= end) {
      runs.removeLast();
    }
    ReadRun last = last();
    if (last != null && last.end() > end) {
      runs.set(runs.size() - 1, new ReadRun(end, last.quarter()));
    }
  }

  private @Nullable ReadRun last() {
    return runs.isEmpty() ? null : runs.getLast();
  }
}
