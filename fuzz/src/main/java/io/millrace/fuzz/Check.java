package io.millrace.fuzz;

import java.util.Objects;

/** Compares what is with what should be. */
final class Check {
  /** How much of long texts a message shows around their first difference. */
  private static final int SHOWN = 400;

  private Check() {}

  /** Fails unless both are equal. */
  static void same(String what, Object actual, Object expected) {
    if (Objects.equals(actual, expected)) {
      return;
    }
    String is = String.valueOf(actual);
    String should = String.valueOf(expected);
    int at = 0;
    while (at < Math.min(is.length(), should.length()) && is.charAt(at) == should.charAt(at)) {
      at++;
    }
    throw new AssertionError(
        what + ": ..." + around(is, at) + "...\n(expected: ..." + around(should, at) + "...)");
  }

  /** Fails unless it holds. */
  static void that(boolean holds, String what) {
    if (!holds) {
      throw new AssertionError(what);
    }
  }

  private static String around(String text, int at) {
    return text.substring(Math.max(0, at - SHOWN), Math.min(text.length(), at + SHOWN));
  }
}
