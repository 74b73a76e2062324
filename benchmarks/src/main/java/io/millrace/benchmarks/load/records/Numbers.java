package io.millrace.benchmarks.load.records;

import java.util.Arrays;

/** A set of numbers that grow: a bit each. One thread at a time. */
final class Numbers {
  private long[] words = new long[1 << 16];

  /** Adds a number; false when it is there already. */
  boolean add(long number) {
    int word = (int) (number >>> 6);
    if (word >= words.length) {
      words = Arrays.copyOf(words, Math.max(word + 1, words.length * 2));
    }
    long bit = 1L << number;
    if ((words[word] & bit) != 0) {
      return false;
    }
    words[word] |= bit;
    return true;
  }

  boolean contains(long number) {
    int word = (int) (number >>> 6);
    return word < words.length && (words[word] & 1L << number) != 0;
  }
}
