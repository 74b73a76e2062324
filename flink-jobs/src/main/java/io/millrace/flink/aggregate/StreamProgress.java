package io.millrace.flink.aggregate;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What was seen of one stream: everything below a high-water mark, except the gaps. Items come in
 * order, so a gap is what an agent filtered, or put aside as dead letters; a replay fills it once.
 * At most {@value #MAX_GAPS} gaps are kept: beyond that the shortest is forgotten first (dead
 * letters are batches, filtered items are single), and what would fill it later counts as seen.
 *
 * <p>An item that is partly new, because a re-read grouped lines differently, is new. Items of one
 * range differ by their sub-index and come in its order. One thread at a time.
 */
final class StreamProgress {

  static final int MAX_GAPS = 1_024;

  private static final int VERSION = 1;
  private static final int HEADER = 5;

  private long highWater;
  private long lastStart;
  private long lastEnd;
  private long lastSub;

  /** Starts and ends in turn, ascending. */
  private long[] gaps;

  private int gapCount;
  private int forgotten;

  private StreamProgress(long highWater, long lastStart, long lastEnd, long lastSub, long[] gaps) {
    this.highWater = highWater;
    this.lastStart = lastStart;
    this.lastEnd = lastEnd;
    this.lastSub = lastSub;
    this.gaps = gaps;
    this.gapCount = gaps.length / 2;
  }

  /**
   * Reads what {@link #encode()} wrote.
   *
   * @param state version, high-water mark, last item's start, end and sub-index, then the gaps;
   *     null for a stream that was never seen
   */
  static StreamProgress decode(long @Nullable [] state) {
    if (state == null) {
      return new StreamProgress(0, -1, -1, -1, new long[0]);
    }
    if (state[0] != VERSION) {
      throw new IllegalStateException(
          "Version of a stream's progress: " + state[0] + " (expected: " + VERSION + ")");
    }
    return new StreamProgress(
        state[1], state[2], state[3], state[4], Arrays.copyOfRange(state, HEADER, state.length));
  }

  long[] encode() {
    long[] state = new long[HEADER + 2 * gapCount];
    state[0] = VERSION;
    state[1] = highWater;
    state[2] = lastStart;
    state[3] = lastEnd;
    state[4] = lastSub;
    System.arraycopy(gaps, 0, state, HEADER, 2 * gapCount);
    return state;
  }

  /** Takes note of an item. Returns whether it is new. */
  boolean admit(long start, long itemEnd, int sub) {
    long end = Math.max(itemEnd, start + 1);
    if (start >= highWater) {
      if (start > highWater) {
        addGap(highWater, start);
      }
      highWater = end;
    } else if (end > highWater) {
      fill(start, highWater);
      highWater = end;
    } else if (start == lastStart && end == lastEnd) {
      if (sub <= lastSub) {
        return false;
      }
    } else if (!fill(start, end)) {
      return false;
    }
    lastStart = start;
    lastEnd = end;
    lastSub = sub;
    return true;
  }

  /** How many gaps were forgotten since the last call. */
  int takeForgotten() {
    int count = forgotten;
    forgotten = 0;
    return count;
  }

  int gapCount() {
    return gapCount;
  }

  private void addGap(long start, long end) {
    if (gapCount == MAX_GAPS) {
      forgetShortest();
    }
    insert(gapCount, start, end);
  }

  /** Takes a range out of the gaps. Returns whether any of it was in one. */
  private boolean fill(long start, long end) {
    int index = firstEndingAfter(start);
    boolean filled = false;
    while (index < gapCount && gaps[2 * index] < end) {
      filled = true;
      long gapStart = gaps[2 * index];
      long gapEnd = gaps[2 * index + 1];
      if (gapStart < start && end < gapEnd) {
        gaps[2 * index + 1] = start;
        if (gapCount == MAX_GAPS) {
          forgetShortest();
          index = firstEndingAfter(start);
          insert(index, end, gapEnd);
        } else {
          insert(index + 1, end, gapEnd);
        }
        return true;
      }
      if (gapStart < start) {
        gaps[2 * index + 1] = start;
        index++;
      } else if (end < gapEnd) {
        gaps[2 * index] = end;
        return true;
      } else {
        remove(index);
      }
    }
    return filled;
  }

  private int firstEndingAfter(long position) {
    int low = 0;
    int high = gapCount;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (gaps[2 * middle + 1] > position) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return low;
  }

  private void insert(int index, long start, long end) {
    if (2 * gapCount == gaps.length) {
      gaps = Arrays.copyOf(gaps, Math.max(8, 2 * gaps.length));
    }
    System.arraycopy(gaps, 2 * index, gaps, 2 * index + 2, 2 * (gapCount - index));
    gaps[2 * index] = start;
    gaps[2 * index + 1] = end;
    gapCount++;
  }

  private void remove(int index) {
    System.arraycopy(gaps, 2 * index + 2, gaps, 2 * index, 2 * (gapCount - index - 1));
    gapCount--;
  }

  private void forgetShortest() {
    int shortest = 0;
    for (int i = 1; i < gapCount; i++) {
      if (length(i) < length(shortest)) {
        shortest = i;
      }
    }
    remove(shortest);
    forgotten++;
  }

  private long length(int index) {
    return gaps[2 * index + 1] - gaps[2 * index];
  }
}
