package io.millrace.receiver.filelog.operator;

/**
 * A text that is read from left to right as a time. Every method reads at the place where the one
 * before ended; those that do not find what they are to read throw an {@link OperatorException}.
 * One thread at a time.
 */
final class TimeText {
  private static final int NANO_DIGITS = 9;
  private static final int MAX_OFFSET_SECONDS = 18 * 3600;

  private final String text;
  private int at;

  TimeText(String text) {
    this.text = text;
  }

  /** What stands for itself; blanks match any number of blanks, also none at the end. */
  void literal(String expected) throws OperatorException {
    int i = 0;
    while (i < expected.length()) {
      if (expected.charAt(i) == ' ') {
        if (at < text.length() && text.charAt(at) != ' ') {
          throw wrong();
        }
        while (i < expected.length() && expected.charAt(i) == ' ') {
          i++;
        }
        skipAll(' ');
        continue;
      }
      if (!skip(expected.charAt(i))) {
        throw wrong();
      }
      i++;
    }
  }

  /** A number of so many digits. */
  int digits(int min, int max) throws OperatorException {
    int value = 0;
    int count = 0;
    while (count < max && at < text.length() && isDigit(text.charAt(at))) {
      value = value * 10 + text.charAt(at) - '0';
      at++;
      count++;
    }
    if (count < min) {
      throw wrong();
    }
    return value;
  }

  /** The value that was read, unless it is larger than the most there may be. */
  int upTo(int most, int value) throws OperatorException {
    if (value > most) {
      throw wrong();
    }
    return value;
  }

  /** Whether a point or comma and a digit come next. */
  boolean atFraction() {
    return at + 1 < text.length()
        && (text.charAt(at) == '.' || text.charAt(at) == ',')
        && isDigit(text.charAt(at + 1));
  }

  /** A fraction of a second, with all its digits, in nanoseconds; only {@link #atFraction}. */
  int fraction() {
    int end = at + 1;
    while (end < text.length() && isDigit(text.charAt(end))) {
      end++;
    }
    return nanos(end);
  }

  /** A fraction of a second, of exactly so many digits, in nanoseconds. */
  int fraction(int digits) throws OperatorException {
    int end = at + 1 + digits;
    if (!atFraction() || end > text.length()) {
      throw wrong();
    }
    for (int i = at + 1; i < end; i++) {
      if (!isDigit(text.charAt(i))) {
        throw wrong();
      }
    }
    return nanos(end);
  }

  /**
   * One of these names, or the beginning of one, in upper or lower case.
   *
   * @param maxLength how much of a name the text has
   * @return its place among the names
   */
  int name(String[] names, int maxLength) throws OperatorException {
    for (int i = 0; i < names.length; i++) {
      int length = Math.min(maxLength, names[i].length());
      if (text.regionMatches(true, at, names[i], 0, length)) {
        at += length;
        return i;
      }
    }
    throw wrong();
  }

  /** 0 for the first, 1 for the second of two words of the same length. */
  int either(String first, String second) throws OperatorException {
    boolean isFirst = text.startsWith(first, at);
    if (!isFirst && !text.startsWith(second, at)) {
      throw wrong();
    }
    at += first.length();
    return isFirst ? 0 : 1;
  }

  /**
   * {@code +07:00} and its like.
   *
   * @param form shows digits and colons
   * @return seconds to the east
   */
  int offset(String form) throws OperatorException {
    boolean negative = skip('-');
    if (!negative && !skip('+')) {
      throw wrong();
    }
    int seconds = 0;
    int unit = 3600;
    int i = 0;
    while (i < form.length()) {
      if (form.charAt(i) == ':') {
        literal(":");
        i++;
      } else {
        seconds += digits(2, 2) * unit;
        unit /= 60;
        i += 2;
      }
    }
    return negative ? -upTo(MAX_OFFSET_SECONDS, seconds) : upTo(MAX_OFFSET_SECONDS, seconds);
  }

  /** The abbreviation of a time zone: one to five capital letters. */
  String zoneName() throws OperatorException {
    int end = at;
    while (end < text.length() && text.charAt(end) >= 'A' && text.charAt(end) <= 'Z') {
      end++;
    }
    if (end - at < 1 || end - at > 5) {
      throw wrong();
    }
    String name = text.substring(at, end);
    at = end;
    return name;
  }

  /** Passes a character if it comes next. */
  boolean skip(char c) {
    if (at < text.length() && text.charAt(at) == c) {
      at++;
      return true;
    }
    return false;
  }

  /** Passes a character as often as it comes next. */
  void skipAll(char c) {
    while (skip(c)) {
      // passed
    }
  }

  /** Nothing more. */
  void end() throws OperatorException {
    if (at < text.length()) {
      throw wrong();
    }
  }

  /** Reads the digits of a fraction, behind its point, up to where they end. */
  private int nanos(int end) {
    int value = 0;
    for (int i = 1; i <= NANO_DIGITS; i++) {
      value = value * 10 + (at + i < end ? text.charAt(at + i) - '0' : 0);
    }
    at = end;
    return value;
  }

  private OperatorException wrong() {
    return new OperatorException("\"" + text + "\" does not have the layout of a time");
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }
}
