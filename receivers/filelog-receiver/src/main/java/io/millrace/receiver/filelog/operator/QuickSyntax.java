package io.millrace.receiver.filelog.operator;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads an RE2 expression as a {@link QuickPattern}, or gives up. One thread at a time.
 *
 * <p>Only what is known to mean the same is taken: characters of ASCII that can be seen, the
 * escapes {@code \t \n \r \f}, punctuation behind a backslash, {@code . \d \w \s \D \W \S}, and
 * classes of these without named ones.
 */
final class QuickSyntax {
  private static final int MAX_REPEATS = 200;
  private static final String LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
  private static final String DIGITS = "0123456789";
  private static final String SPACES = "\t\n\f\r ";

  private final String in;
  private final List<Part> parts = new ArrayList<>();
  private final List<Group> groups = new ArrayList<>();
  private final Deque<Integer> open = new ArrayDeque<>();
  private int at;

  private QuickSyntax(String in) {
    this.in = in;
  }

  /**
   * What an expression means.
   *
   * @param re2 an expression that RE2 accepts
   * @return null when it is not of the shape that is taken
   */
  static @Nullable Meaning read(String re2) {
    return new QuickSyntax(re2).meaning();
  }

  /**
   * An expression's pattern and its groups, in the order of their numbers.
   *
   * @param groups without the whole match
   */
  record Meaning(QuickPattern pattern, List<Group> groups) {
    Meaning {
      groups = List.copyOf(groups);
    }
  }

  /**
   * A group as two indexes of what {@link QuickPattern#find} returns.
   *
   * @param begin where the group begins
   * @param end where it ends
   */
  record Group(int begin, int end) {}

  private @Nullable Meaning meaning() {
    boolean atBegin = take("^");
    boolean atEnd = false;
    while (at < in.length()) {
      if (in.charAt(at) == '$' && at + 1 == in.length() && open.isEmpty()) {
        atEnd = true;
        at++;
      } else if (!group() && !repeated()) {
        return null;
      }
    }
    if (!open.isEmpty()) {
      return null;
    }
    List<PatternElement> elements = new ArrayList<>();
    for (int i = parts.size() - 1; i >= 0; i--) {
      CharacterSet follow = i + 1 == parts.size() ? null : elements.getFirst().starts();
      elements.addFirst(parts.get(i).element(follow));
    }
    return new Meaning(QuickPattern.of(elements, atBegin, atEnd), groups);
  }

  /** The beginning of a group, with its alternatives where there are any, or the end. */
  private boolean group() {
    if (take("(?:")) {
      open.push(-1);
      alternatives();
      return true;
    }
    if (take("(?P<") || take("(?<")) {
      at = in.indexOf('>', at) + 1;
      begin();
      return true;
    }
    if (take("(")) {
      begin();
      return at < in.length() && in.charAt(at) != '?';
    }
    if (!open.isEmpty() && take(")")) {
      int group = open.pop();
      if (group >= 0) {
        groups.set(group, new Group(groups.get(group).begin, parts.size()));
      }
      return at == in.length() || "*+?{".indexOf(in.charAt(at)) < 0;
    }
    return false;
  }

  private void begin() {
    open.push(groups.size());
    groups.add(new Group(parts.size(), parts.size()));
    alternatives();
  }

  /** Everything up to the end of the group, or nothing when that is of another kind. */
  private void alternatives() {
    int begin = at;
    List<List<CharacterSet>> all = new ArrayList<>();
    List<CharacterSet> current = new ArrayList<>();
    while (at < in.length() && in.charAt(at) != ')') {
      if (in.charAt(at) == '|' && !current.isEmpty()) {
        all.add(current);
        current = new ArrayList<>();
        at++;
        continue;
      }
      CharacterSet one = one();
      if (one == null) {
        all.clear();
        break;
      }
      current.add(one);
    }
    if (all.isEmpty() || current.isEmpty()) {
      at = begin;
      return;
    }
    all.add(current);
    parts.add(follow -> new PatternElement.OneOf(all));
  }

  /** A character or a class with its repetition. */
  private boolean repeated() {
    CharacterSet one = one();
    if (one == null) {
      return false;
    }
    int min = 1;
    int max = 1;
    boolean repeated = true;
    if (take("*")) {
      min = 0;
      max = Integer.MAX_VALUE;
    } else if (take("+")) {
      max = Integer.MAX_VALUE;
    } else if (take("?")) {
      min = 0;
    } else if (at < in.length() && in.charAt(at) == '{') {
      int[] times = times();
      if (times.length == 0) {
        return false;
      }
      min = times[0];
      max = times[1];
    } else {
      parts.add(follow -> new PatternElement.OneOf(List.of(List.of(one))));
      repeated = false;
    }
    if (repeated) {
      boolean lazy = take("?");
      int least = min;
      int most = max;
      parts.add(follow -> new PatternElement.Repeat(one, least, most, lazy, follow));
    }
    return !repeated || at == in.length() || "*+?{".indexOf(in.charAt(at)) < 0;
  }

  /** The least and the most of {@code {n}}, {@code {n,}} or {@code {n,m}}; nothing for others. */
  private int[] times() {
    int close = in.indexOf('}', at);
    if (close < 0 || close - at > 10) {
      return new int[0];
    }
    String times = in.substring(at, close + 1);
    if (!times.matches("\\{[0-9]{1,4}(,[0-9]{0,4})?\\}")) {
      return new int[0];
    }
    int comma = times.indexOf(',');
    int min = Integer.parseInt(times.substring(1, comma < 0 ? times.length() - 1 : comma));
    String upper = comma < 0 ? "" : times.substring(comma + 1, times.length() - 1);
    int max = comma < 0 ? min : upper.isEmpty() ? Integer.MAX_VALUE : Integer.parseInt(upper);
    if (min > MAX_REPEATS || (max > MAX_REPEATS && max != Integer.MAX_VALUE)) {
      return new int[0];
    }
    at = close + 1;
    return new int[] {min, max};
  }

  /** A character or a class; null when it is something else. */
  private @Nullable CharacterSet one() {
    char c = in.charAt(at);
    if (c == '.') {
      at++;
      return new Members().add("\n").negated();
    }
    if (c == '[') {
      return charClass();
    }
    if (c == '\\') {
      if (at + 1 == in.length()) {
        return null;
      }
      Members shorthand = shorthand(true);
      if (shorthand != null) {
        return shorthand.set();
      }
    } else if ("*+?(){}|^$]".indexOf(c) >= 0) {
      return null;
    }
    int literal = literal();
    return literal < 0 ? null : new Members().add(literal, literal).set();
  }

  /** A character as it is or behind a backslash; -1 when it is something else. */
  private int literal() {
    char c = in.charAt(at);
    if (c != '\\') {
      if (c > 0x7e || c < ' ') {
        return -1;
      }
      at++;
      return c;
    }
    int escaped = at + 1 < in.length() ? escaped() : -1;
    at += escaped < 0 ? 0 : 2;
    return escaped;
  }

  /** {@code \d}, {@code \w}, {@code \s}, and outside of a class their opposites. */
  private @Nullable Members shorthand(boolean outside) {
    char c = in.charAt(at + 1);
    Members members =
        switch (Character.toLowerCase(c)) {
          case 'd' -> new Members().add(DIGITS);
          case 'w' -> new Members().add(LETTERS + DIGITS + "_");
          case 's' -> new Members().add(SPACES);
          default -> null;
        };
    boolean opposite = Character.isUpperCase(c);
    if (members == null || (opposite && !outside)) {
      return null;
    }
    at += 2;
    return opposite ? members.negate() : members;
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

  private @Nullable CharacterSet charClass() {
    Members members = new Members();
    boolean negated = take("[^");
    at += negated ? 0 : 1;
    for (boolean first = true; at < in.length(); first = false) {
      if (in.charAt(at) == ']' && !first) {
        at++;
        return negated ? members.negated() : members.set();
      }
      if (!inClass(members, first)) {
        return null;
      }
    }
    return null;
  }

  /** A character, a range or a shorthand in a class. */
  private boolean inClass(Members members, boolean first) {
    if (in.startsWith("\\", at) && at + 1 < in.length()) {
      Members shorthand = shorthand(false);
      if (shorthand != null) {
        members.add(shorthand);
        return !in.startsWith("-", at) || in.startsWith("-]", at);
      }
    }
    if (in.startsWith("-", at) && !first && !in.startsWith("-]", at)) {
      return false;
    }
    int low = inClassLiteral();
    int high = low;
    if (low >= 0 && in.startsWith("-", at) && !in.startsWith("-]", at)) {
      at++;
      high = at < in.length() && in.charAt(at) != '-' ? inClassLiteral() : -1;
    }
    if (high < 0) {
      return false;
    }
    members.add(low, high);
    return true;
  }

  private int inClassLiteral() {
    boolean bracket = at < in.length() && (in.charAt(at) == '[' || in.charAt(at) == ']');
    return at >= in.length() || bracket ? -1 : literal();
  }

  private boolean take(String text) {
    if (!in.startsWith(text, at)) {
      return false;
    }
    at += text.length();
    return true;
  }

  /** Makes an element once it is known what comes behind it. */
  @FunctionalInterface
  private interface Part {
    PatternElement element(@Nullable CharacterSet follow);
  }

  /** A set of characters in the making. */
  private static final class Members {
    private final boolean[] ascii = new boolean[128];
    private boolean others;

    Members add(String characters) {
      characters.chars().forEach(c -> ascii[c] = true);
      return this;
    }

    Members add(int low, int high) {
      for (int c = low; c <= high; c++) {
        ascii[c] = true;
      }
      return this;
    }

    void add(Members more) {
      for (int c = 0; c < ascii.length; c++) {
        ascii[c] |= more.ascii[c];
      }
    }

    Members negate() {
      for (int c = 0; c < ascii.length; c++) {
        ascii[c] = !ascii[c];
      }
      others = !others;
      return this;
    }

    CharacterSet negated() {
      return negate().set();
    }

    CharacterSet set() {
      return CharacterSet.of(ascii, others);
    }
  }
}
