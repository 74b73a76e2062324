package io.millrace.receiver.filelog.operator;

import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * An RE2 expression that {@code java.util.regex} decides with the same result and in far less time,
 * as long as it takes few steps; otherwise it says that it has not decided, and RE2 has to.
 * Immutable and thread-safe.
 *
 * <p>Only expressions of one shape are taken: characters and classes, each perhaps repeated, one
 * after the other, with groups around them that are not repeated, {@code ^} at the beginning and
 * {@code $} at the end; a group may also hold alternatives of characters and classes that are not
 * repeated. They are written anew for {@code java.util.regex}, so that nothing hangs on how the two
 * read {@code .}, {@code \s} or {@code $}; with repetitions of single characters alone both prefer
 * the same match.
 *
 * <p>Backtracking is bounded by counting how often a character is read. Between two reads a matcher
 * of this shape goes through its elements once at most, or takes back a repetition that was read
 * before, and no alternative is empty; so steps are at most the elements of the expression times
 * twice the reads and the length. Its depth is the number of elements, since repetitions of single
 * characters are loops.
 */
final class QuickPattern {
  /** An access log's line that is taken apart by eight groups needs three. */
  private static final int READS_PER_CHARACTER = 32;

  private static final int MORE_READS = 256;
  private static final int MAX_REPEATS = 200;
  private static final String SPACES = "\\t\\n\\f\\r\\x20";

  private final Pattern pattern;

  private QuickPattern(Pattern pattern) {
    this.pattern = pattern;
  }

  /**
   * The quick form of an expression; null when it has none.
   *
   * @param re2 an expression that RE2 accepts
   */
  static @Nullable QuickPattern of(String re2) {
    String java = new Translation(re2).translate();
    return java == null ? null : new QuickPattern(Pattern.compile(java, Pattern.UNIX_LINES));
  }

  /**
   * Looks for the first match. Groups have the numbers that they have in the expression.
   *
   * @return whether there is one, and where; null when it was not decided
   */
  @Nullable MatchResult find(String text) {
    Matcher matcher = pattern.matcher(new Counted(text));
    try {
      var _ = matcher.find();
      return matcher;
    } catch (Exhausted e) {
      return null;
    }
  }

  /** A text that can be read so many times. One thread at a time. */
  private static final class Counted implements CharSequence {
    private final String text;
    private long left;

    Counted(String text) {
      this.text = text;
      this.left = MORE_READS + (long) READS_PER_CHARACTER * text.length();
    }

    @Override
    public char charAt(int index) {
      if (--left < 0) {
        throw new Exhausted();
      }
      return text.charAt(index);
    }

    @Override
    public int length() {
      return text.length();
    }

    @Override
    public CharSequence subSequence(int start, int end) {
      return text.substring(start, end);
    }

    @Override
    public String toString() {
      return text;
    }
  }

  /** The text was read too often. */
  private static final class Exhausted extends RuntimeException {
    private static final long serialVersionUID = 1;

    private Exhausted() {
      super("too many steps", null, false, false);
    }
  }

  /** Writes an expression anew, or gives up. One thread at a time. */
  private static final class Translation {
    private final String in;
    private final StringBuilder out = new StringBuilder();
    private int at;
    private int open;

    Translation(String in) {
      this.in = in;
    }

    @Nullable String translate() {
      if (take("^")) {
        out.append("\\A");
      }
      while (at < in.length()) {
        if (in.charAt(at) == '$' && at + 1 == in.length() && open == 0) {
          out.append("\\z");
          at++;
        } else if (!group() && !repeated()) {
          return null;
        }
      }
      return open == 0 ? out.toString() : null;
    }

    /** The beginning of a group, with its alternatives where there are any, or the end. */
    private boolean group() {
      if (take("(?:")) {
        out.append("(?:");
        open++;
        alternatives();
        return true;
      }
      if (take("(?P<") || take("(?<")) {
        at = in.indexOf('>', at) + 1;
        out.append('(');
        open++;
        alternatives();
        return true;
      }
      if (take("(")) {
        out.append('(');
        open++;
        alternatives();
        return at < in.length() && in.charAt(at) != '?';
      }
      if (open > 0 && take(")")) {
        out.append(')');
        open--;
        return at == in.length() || "*+?{".indexOf(in.charAt(at)) < 0;
      }
      return false;
    }

    /** Everything up to the end of the group, or nothing when that is of another kind. */
    private void alternatives() {
      int begin = at;
      int written = out.length();
      int others = 0;
      int empty = at;
      while (at < in.length() && in.charAt(at) != ')') {
        if (in.charAt(at) == '|' && at > empty) {
          out.append('|');
          at++;
          others++;
          empty = at;
        } else if (!one()) {
          others = 0;
          break;
        }
      }
      if (others == 0 || at == empty) {
        at = begin;
        out.setLength(written);
      }
    }

    /** A character or a class with its repetition. */
    private boolean repeated() {
      int begin = out.length();
      if (!one()) {
        return false;
      }
      boolean repeated = false;
      if (at < in.length() && "*+?".indexOf(in.charAt(at)) >= 0) {
        out.append(in.charAt(at++));
        repeated = true;
      } else if (at < in.length() && in.charAt(at) == '{') {
        if (!times(out.substring(begin))) {
          return false;
        }
        repeated = true;
      }
      if (repeated && take("?")) {
        out.append('?');
      }
      return !repeated || at == in.length() || "*+?{".indexOf(in.charAt(at)) < 0;
    }

    /**
     * {@code {n}}, {@code {n,}}, which would be recursive and so is written apart, or {@code
     * {n,m}}.
     */
    private boolean times(String one) {
      int close = in.indexOf('}', at);
      if (close < 0 || close - at > 10) {
        return false;
      }
      String times = in.substring(at, close + 1);
      if (!times.matches("\\{[0-9]{1,4}(,[0-9]{0,4})?\\}")) {
        return false;
      }
      for (String number : times.substring(1, times.length() - 1).split(",", -1)) {
        if (!number.isEmpty() && Integer.parseInt(number) > MAX_REPEATS) {
          return false;
        }
      }
      boolean unbounded = times.endsWith(",}");
      out.append(unbounded ? times.replace(",", "") + one + "*" : times);
      at = close + 1;
      return true;
    }

    private boolean one() {
      char c = in.charAt(at);
      if (c == '.') {
        out.append('.');
        at++;
        return true;
      }
      if (c == '[') {
        return charClass();
      }
      if (c == '\\') {
        return at + 1 < in.length()
            && (shorthand(true) || (escaped() >= 0 && literal(escaped(), 2)));
      }
      return "*+?(){}|^$]".indexOf(c) < 0 && literal(c, 1);
    }

    private boolean literal(int c, int length) {
      if (c > 0x7e || (c < ' ' && length == 1)) {
        return false;
      }
      out.append(String.format("\\x%02x", c));
      at += length;
      return true;
    }

    /** {@code \d}, {@code \w}, {@code \s}, and outside of a class their opposites. */
    private boolean shorthand(boolean outside) {
      String written =
          switch (in.charAt(at + 1)) {
            case 'd' -> "\\d";
            case 'w' -> "\\w";
            case 's' -> outside ? "[" + SPACES + "]" : SPACES;
            case 'D' -> outside ? "\\D" : "";
            case 'W' -> outside ? "\\W" : "";
            case 'S' -> outside ? "[^" + SPACES + "]" : "";
            default -> "";
          };
      if (written.isEmpty()) {
        return false;
      }
      out.append(written);
      at += 2;
      return true;
    }

    /**
     * The character that a backslash and the one behind it stand for; -1 when it is something else.
     */
    private int escaped() {
      char c = in.charAt(at + 1);
      return switch (c) {
        case 't' -> '\t';
        case 'n' -> '\n';
        case 'r' -> '\r';
        case 'f' -> '\f';
        default -> c < ' ' || c > 0x7e || Character.isLetterOrDigit(c) ? -1 : c;
      };
    }

    private boolean charClass() {
      if (take("[^")) {
        out.append("[^");
      } else {
        out.append('[');
        at++;
      }
      for (boolean first = true; at < in.length(); first = false) {
        if (in.charAt(at) == ']' && !first) {
          out.append(']');
          at++;
          return true;
        }
        if (!inClass(first)) {
          return false;
        }
      }
      return false;
    }

    /** A character, a range or a shorthand in a class. */
    private boolean inClass(boolean first) {
      if (in.startsWith("\\", at) && at + 1 < in.length() && shorthand(false)) {
        return !in.startsWith("-", at) || in.startsWith("-]", at);
      }
      if (in.startsWith("-", at) && !first && !in.startsWith("-]", at)) {
        return false;
      }
      if (!inClassLiteral()) {
        return false;
      }
      if (in.startsWith("-", at) && !in.startsWith("-]", at)) {
        out.append('-');
        at++;
        return at < in.length() && in.charAt(at) != '-' && inClassLiteral();
      }
      return true;
    }

    private boolean inClassLiteral() {
      if (at >= in.length()) {
        return false;
      }
      char c = in.charAt(at);
      if (c == '\\') {
        return at + 1 < in.length() && escaped() >= 0 && literal(escaped(), 2);
      }
      return c != '[' && c != ']' && literal(c, 1);
    }

    private boolean take(String text) {
      if (!in.startsWith(text, at)) {
        return false;
      }
      at += text.length();
      return true;
    }
  }
}
