package io.millrace.receiver.filelog.operator;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An element of a {@link QuickPattern}: what it may match at a place, one way after the other, in
 * the order in which RE2 prefers them. Ends are indexes of bytes at which a character begins or the
 * text ends; -1 says that there is none. Immutable.
 */
abstract sealed class PatternElement {
  static final int NONE = -1;

  private PatternElement() {}

  /** The first end from a place on. */
  abstract int first(Run run, int at);

  /** The end that comes after {@code end}, which was the last one found from there. */
  abstract int next(Run run, int at, int end);

  /** What the element begins with; null when it may match nothing. */
  abstract @Nullable CharacterSet starts();

  /** A text that elements may look at so many times. One thread at a time. */
  static final class Run {
    final byte[] bytes;
    final int to;
    long left;

    Run(byte[] bytes, int to, long left) {
      this.bytes = bytes;
      this.to = to;
      this.left = left;
    }
  }

  /** Characters one after the other, or others instead. */
  static final class OneOf extends PatternElement {
    private final CharacterSet[][] alternatives;

    OneOf(List<List<CharacterSet>> alternatives) {
      this.alternatives =
          alternatives.stream()
              .map(each -> each.toArray(CharacterSet[]::new))
              .toArray(CharacterSet[][]::new);
    }

    @Override
    int first(Run run, int at) {
      for (int i = 0; i < alternatives.length; i++) {
        int end = end(run, at, i);
        if (end >= 0) {
          return end;
        }
      }
      return NONE;
    }

    @Override
    int next(Run run, int at, int end) {
      boolean passed = false;
      for (int i = 0; i < alternatives.length; i++) {
        int other = end(run, at, i);
        if (passed && other >= 0 && isNew(run, at, i, other)) {
          return other;
        }
        passed |= other == end;
      }
      return NONE;
    }

    /** Whether no alternative before this one ends there: what comes behind has failed then. */
    private boolean isNew(Run run, int at, int alternative, int end) {
      for (int i = 0; i < alternative; i++) {
        if (end(run, at, i) == end) {
          return false;
        }
      }
      return true;
    }

    private int end(Run run, int at, int alternative) {
      run.left--;
      int end = at;
      for (CharacterSet set : alternatives[alternative]) {
        if (end >= run.to || !set.has(run.bytes[end])) {
          return NONE;
        }
        end += CharacterSet.length(run.bytes[end]);
      }
      return end;
    }

    @Override
    CharacterSet starts() {
      CharacterSet starts = alternatives[0][0];
      for (CharacterSet[] alternative : alternatives) {
        starts = starts.or(alternative[0]);
      }
      return starts;
    }
  }

  /** Characters of a set, as many as there are or as few. */
  static final class Repeat extends PatternElement {
    private final CharacterSet set;
    private final int min;
    private final int max;
    private final boolean lazy;
    private final @Nullable CharacterSet follow;

    /**
     * Makes one.
     *
     * @param max {@link Integer#MAX_VALUE} when there is none
     * @param follow what must come behind; null when that is not known
     */
    Repeat(CharacterSet set, int min, int max, boolean lazy, @Nullable CharacterSet follow) {
      this.set = set;
      this.min = min;
      this.max = max;
      this.lazy = lazy;
      this.follow = follow;
    }

    @Override
    int first(Run run, int at) {
      int least = forward(run, at, min);
      if (least < 0) {
        return NONE;
      }
      if (lazy) {
        return leads(run, least) ? least : longer(run, at, least);
      }
      int most =
          max == Integer.MAX_VALUE
              ? set.end(run.bytes, least, run.to)
              : upTo(run, least, max - min);
      run.left -= most - at;
      return leads(run, most) ? most : shorter(run, least, most);
    }

    @Override
    int next(Run run, int at, int end) {
      return lazy ? longer(run, at, end) : shorter(run, forward(run, at, min), end);
    }

    /** A lazy repetition's next longer end behind which the rest may match. */
    private int longer(Run run, int at, int end) {
      int more = max == Integer.MAX_VALUE ? max : max - count(run, at, end);
      int longer = end;
      for (; more > 0 && longer < run.to && set.has(run.bytes[longer]); more--) {
        longer += CharacterSet.length(run.bytes[longer]);
        run.left--;
        if (leads(run, longer)) {
          return longer;
        }
      }
      return NONE;
    }

    /** A greedy repetition's next shorter end behind which the rest may match. */
    private int shorter(Run run, int least, int end) {
      int shorter = CharacterSet.lastOf(follow, run.bytes, least, end);
      run.left -= end - (shorter < 0 ? least : shorter);
      return shorter;
    }

    /** Whether what comes behind may begin there. */
    private boolean leads(Run run, int end) {
      return follow == null || (end < run.to && follow.has(run.bytes[end]));
    }

    /** Index behind so many characters of the set; -1 when there are fewer. */
    private int forward(Run run, int at, int characters) {
      int end = at;
      for (int i = 0; i < characters; i++) {
        if (end >= run.to || !set.has(run.bytes[end])) {
          return NONE;
        }
        end += CharacterSet.length(run.bytes[end]);
      }
      return end;
    }

    /** Index behind the characters of the set, but no more than so many. */
    private int upTo(Run run, int at, int characters) {
      int end = at;
      for (int i = 0; i < characters && end < run.to && set.has(run.bytes[end]); i++) {
        end += CharacterSet.length(run.bytes[end]);
      }
      return end;
    }

    private static int count(Run run, int from, int to) {
      int count = 0;
      for (int i = from; i < to; i += CharacterSet.length(run.bytes[i])) {
        count++;
      }
      return count;
    }

    @Override
    @Nullable CharacterSet starts() {
      return min == 0 ? null : set;
    }
  }
}
