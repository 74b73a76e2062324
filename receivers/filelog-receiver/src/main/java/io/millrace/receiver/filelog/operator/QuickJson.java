package io.millrace.receiver.filelog.operator;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads a JSON object from a text's bytes: texts without escapes stay parts of them, names that
 * repeat are made once. What is not plain JSON (RFC 8259), or in any way near to a limit of
 * Jackson's, it leaves to Jackson. One thread at a time, for one text.
 */
final class QuickJson {
  /** Names may be that long for Jackson; texts may be longer. */
  private static final int MAX_BYTES = 50_000;

  private static final int MAX_DEPTH = 30;
  private static final int MAX_NUMBER_BYTES = 500;

  /** A long holds as many digits whatever they are, and a double all whole numbers of fifteen. */
  private static final int LONG_DIGITS = 18;

  private static final int EXACT_DIGITS = 15;
  private static final double[] POWERS = {
    1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15
  };

  /** What stands for itself in a text. */
  private static final CharacterSet PLAIN = plain();

  private final byte[] bytes;
  private final int to;
  private final boolean wholeNumbers;
  private final NameCache names;
  private int at;

  private QuickJson(Text text, boolean wholeNumbers, NameCache names) {
    this.bytes = text.bytes();
    this.at = text.from();
    this.to = text.to();
    this.wholeNumbers = wholeNumbers;
    this.names = names;
  }

  /**
   * Reads an object.
   *
   * @param wholeNumbers whether numbers without fraction and exponent are {@code Long}
   * @return null when Jackson has to decide what the text is
   */
  static @Nullable Members read(Text text, boolean wholeNumbers, NameCache names) {
    if (text.length() > MAX_BYTES) {
      return null;
    }
    QuickJson json = new QuickJson(text, wholeNumbers, names);
    try {
      if (json.next() != '{') {
        return null;
      }
      Members object = json.object(MAX_DEPTH);
      json.skipBlanks();
      return json.at == json.to ? object : null;
    } catch (Undecided e) {
      return null;
    }
  }

  private Members object(int depth) {
    Members object = new Members();
    at++;
    if (next() == '}') {
      at++;
      return object;
    }
    while (true) {
      expect('"');
      int end = PLAIN.end(bytes, at, to);
      if (end == to || bytes[end] != '"') {
        throw new Undecided();
      }
      String name = names.of(bytes, at, end);
      at = end + 1;
      next();
      expect(':');
      Values.put(object, name, value(depth));
      if (next() == '}') {
        at++;
        return object;
      }
      expect(',');
      next();
    }
  }

  private List<@Nullable Object> array(int depth) {
    List<@Nullable Object> array = new ArrayList<>();
    at++;
    if (next() == ']') {
      at++;
      return array;
    }
    while (true) {
      array.add(value(depth));
      if (next() == ']') {
        at++;
        return array;
      }
      expect(',');
    }
  }

  private @Nullable Object value(int depth) {
    if (depth == 0) {
      throw new Undecided();
    }
    return switch (next()) {
      case '"' -> text();
      case '{' -> object(depth - 1);
      case '[' -> array(depth - 1);
      case 't' -> word("true", true);
      case 'f' -> word("false", false);
      case 'n' -> word("null", null);
      default -> number();
    };
  }

  private @Nullable Object word(String word, @Nullable Object value) {
    for (int i = 0; i < word.length(); i++) {
      expect(word.charAt(i));
    }
    return value;
  }

  private Object number() {
    int begin = at;
    boolean negative = bytes[at] == '-';
    at += negative ? 1 : 0;
    int wholeBegin = at;
    long value = digits(0);
    int digits = at - wholeBegin;
    if (digits == 0 || (digits > 1 && bytes[wholeBegin] == '0')) {
      throw new Undecided();
    }
    byte behind = at < to ? bytes[at] : 0;
    if (behind != '.' && behind != 'e' && behind != 'E') {
      if (digits > LONG_DIGITS) {
        throw new Undecided();
      }
      long whole = negative ? -value : value;
      return wholeNumbers ? (Object) whole : (Object) (double) whole;
    }
    int decimals = 0;
    if (behind == '.') {
      at++;
      int fractionBegin = at;
      value = digits(value);
      decimals = at - fractionBegin;
      if (decimals == 0) {
        throw new Undecided();
      }
    }
    boolean exponent = at < to && (bytes[at] == 'e' || bytes[at] == 'E');
    if (!exponent && digits + decimals <= EXACT_DIGITS) {
      // Both are exact, so this is rounded once, as it must be.
      double quotient = value / POWERS[decimals];
      return negative ? -quotient : quotient;
    }
    if (exponent) {
      at++;
      at += at < to && (bytes[at] == '+' || bytes[at] == '-') ? 1 : 0;
      int exponentBegin = at;
      digits(0);
      if (at == exponentBegin) {
        throw new Undecided();
      }
    }
    if (at - begin > MAX_NUMBER_BYTES) {
      throw new Undecided();
    }
    return Double.parseDouble(new String(bytes, begin, at - begin, StandardCharsets.ISO_8859_1));
  }

  /** Reads digits behind others; what does not fit is wrong, so count them. */
  private long digits(long before) {
    long value = before;
    while (at < to && bytes[at] >= '0' && bytes[at] <= '9') {
      value = value * 10 + (bytes[at] - '0');
      at++;
    }
    return value;
  }

  private Object text() {
    int begin = at + 1;
    int end = PLAIN.end(bytes, begin, to);
    if (end < to && bytes[end] == '"') {
      at = end + 1;
      return Text.of(bytes, begin, end);
    }
    StringBuilder text = new StringBuilder();
    while (end < to && bytes[end] == '\\') {
      text.append(new String(bytes, begin, end - begin, StandardCharsets.UTF_8));
      at = end + 1;
      text.append(escaped());
      begin = at;
      end = PLAIN.end(bytes, begin, to);
    }
    if (end == to || bytes[end] != '"') {
      throw new Undecided();
    }
    at = end + 1;
    return text.append(new String(bytes, begin, end - begin, StandardCharsets.UTF_8)).toString();
  }

  /** The character that an escape stands for, from behind its backslash on. */
  private char escaped() {
    byte kind = at < to ? bytes[at] : 0;
    at++;
    return switch (kind) {
      case '"', '\\', '/' -> (char) kind;
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case 'u' -> {
        int value = 0;
        for (int i = 0; i < 4; i++, at++) {
          int digit = at < to && bytes[at] >= 0 ? Character.digit((char) bytes[at], 16) : -1;
          if (digit < 0) {
            throw new Undecided();
          }
          value = value << 4 | digit;
        }
        yield (char) value;
      }
      default -> throw new Undecided();
    };
  }

  /** The next byte that is no white space, which is not taken. */
  private byte next() {
    skipBlanks();
    if (at == to) {
      throw new Undecided();
    }
    return bytes[at];
  }

  private void skipBlanks() {
    while (at < to && Bytes.isBlank(bytes[at])) {
      at++;
    }
  }

  private void expect(char wanted) {
    if (at == to || bytes[at] != wanted) {
      throw new Undecided();
    }
    at++;
  }

  private static CharacterSet plain() {
    boolean[] plain = new boolean[128];
    for (int c = ' '; c < plain.length; c++) {
      plain[c] = c != '"' && c != '\\';
    }
    return CharacterSet.of(plain, true);
  }

  /** The text is not what is read here. */
  private static final class Undecided extends RuntimeException {
    private static final long serialVersionUID = 1;

    private Undecided() {
      super("not plain JSON", null, false, false);
    }
  }
}
