package io.millrace.receiver.filelog;

import io.millrace.receiver.filelog.operator.Bytes;
import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.StandardCharsets;
import java.nio.charset.UnsupportedCharsetException;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** How the bytes of a file are text: where lines end, where characters do. Immutable. */
final class TextEncoding {
  private static final String RAW = "nop";

  private final @Nullable Charset charset;
  private final byte[] newline;
  private final byte[] carriageReturn;
  private final byte[][] blanks;
  private final boolean bytewise;

  private TextEncoding(@Nullable Charset charset) {
    this.charset = charset;
    Charset lines = charset == null ? StandardCharsets.US_ASCII : charset;
    this.newline = "\n".getBytes(lines);
    this.carriageReturn = "\r".getBytes(lines);
    this.blanks =
        charset == null
            ? new byte[0][]
            : new byte[][] {" ".getBytes(lines), "\t".getBytes(lines), carriageReturn, newline};
    this.bytewise = charset != null && newline.length == 1 && newline[0] == '\n';
  }

  /**
   * The encoding of a name.
   *
   * @throws IllegalArgumentException when there is none; the message says what is wrong
   */
  static TextEncoding of(String name) {
    String lower = name.toLowerCase(Locale.ROOT).trim();
    return switch (lower) {
      case RAW -> new TextEncoding(null);
      case "", "utf8", "utf-8", "utf8-raw" -> new TextEncoding(StandardCharsets.UTF_8);
      case "ascii" -> new TextEncoding(StandardCharsets.US_ASCII);
      case "utf-16", "utf16", "utf-32", "utf32" ->
          throw new IllegalArgumentException(
              "\"" + name + "\" (expected: " + lower + "le or " + lower + "be)");
      case "utf16le" -> new TextEncoding(StandardCharsets.UTF_16LE);
      case "utf16be" -> new TextEncoding(StandardCharsets.UTF_16BE);
      default -> new TextEncoding(charset(name, lower));
    };
  }

  static boolean isRaw(String name) {
    return name.toLowerCase(Locale.ROOT).trim().equals(RAW);
  }

  static void check(String name, Consumer<String> problem) {
    try {
      of(name);
    } catch (IllegalArgumentException e) {
      problem.accept(String.valueOf(e.getMessage()));
    }
  }

  /** Whether bodies are bytes, not text. */
  boolean raw() {
    return charset == null;
  }

  /** Whether a record's bytes are its text in UTF-8 as they are. */
  boolean utf8() {
    return StandardCharsets.UTF_8.equals(charset);
  }

  /** Bytes of a line end without its carriage return. */
  int newlineBytes() {
    return newline.length;
  }

  /** Bytes of the longest line end. */
  int lineEndBytes() {
    return newline.length + carriageReturn.length;
  }

  /**
   * Where the first newline stands.
   *
   * @param origin index at which a character begins, at or before {@code from}
   * @return its index; −1 when there is none that lies wholly below {@code to}
   */
  int indexOfNewline(byte[] bytes, int origin, int from, int to) {
    if (newline.length == 1) {
      return Bytes.indexOf(bytes, newline[0], from, to);
    }
    int unit = newline.length;
    for (int i = aligned(origin, from); i + unit <= to; i += unit) {
      if (Arrays.equals(bytes, i, i + unit, newline, 0, unit)) {
        return i;
      }
    }
    return -1;
  }

  /** Index of the end of the text before a newline at {@code newline}: without the return. */
  int withoutReturn(byte[] bytes, int from, int newlineAt) {
    int at = newlineAt - carriageReturn.length;
    boolean returns =
        at >= from && Arrays.equals(bytes, at, newlineAt, carriageReturn, 0, carriageReturn.length);
    return returns ? at : newlineAt;
  }

  /** Index behind the line end that begins at {@code at}; {@code at} when none does. */
  int afterLineEnd(byte[] bytes, int at, int to) {
    int next = startsWith(bytes, at, to, carriageReturn) ? at + carriageReturn.length : at;
    return startsWith(bytes, next, to, newline) ? next + newline.length : at;
  }

  /**
   * The largest index up to {@code to} at which no character is cut; {@code to} itself where a
   * whole character would not fit, and where the encoding does not tell.
   */
  int wholeCharacters(byte[] bytes, int from, int to) {
    if (newline.length > 1) {
      int end = from + (to - from) / newline.length * newline.length;
      return end > from ? end : to;
    }
    if (!utf8()) {
      return to;
    }
    int lead = to - 1;
    while (lead > from && lead > to - 4 && (bytes[lead] & 0xc0) == 0x80) {
      lead--;
    }
    if (lead <= from) {
      return to;
    }
    int first = bytes[lead] & 0xff;
    int length = first < 0xc0 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf8 ? 4 : 1;
    return lead + length > to ? lead : to;
  }

  /** Index of the first character that is no white space; {@code to} when all are. */
  int trimmedStart(byte[] bytes, int from, int to) {
    int start = from;
    if (bytewise) {
      while (start < to && Bytes.isBlank(bytes[start])) {
        start++;
      }
      return start;
    }
    while (start + newline.length <= to && isBlank(bytes, start)) {
      start += newline.length;
    }
    return start;
  }

  /** Index behind the last character that is no white space; {@code from} when all are. */
  int trimmedEnd(byte[] bytes, int from, int to) {
    int end = to;
    if (bytewise) {
      while (end > from && Bytes.isBlank(bytes[end - 1])) {
        end--;
      }
      return end;
    }
    while (end - newline.length >= from && isBlank(bytes, end - newline.length)) {
      end -= newline.length;
    }
    return end;
  }

  /** The text of bytes; what is malformed becomes U+FFFD. */
  String decode(byte[] bytes, int from, int to) {
    Charset text = charset == null ? StandardCharsets.ISO_8859_1 : charset;
    return new String(bytes, from, to - from, text);
  }

  /** How many bytes a text takes. */
  int lengthOf(String text) {
    return text.getBytes(charset == null ? StandardCharsets.ISO_8859_1 : charset).length;
  }

  private boolean isBlank(byte[] bytes, int at) {
    for (byte[] blank : blanks) {
      if (Arrays.equals(bytes, at, at + newline.length, blank, 0, blank.length)) {
        return true;
      }
    }
    return false;
  }

  private int aligned(int origin, int from) {
    int over = (from - origin) % newline.length;
    return over == 0 ? from : from + newline.length - over;
  }

  private static boolean startsWith(byte[] bytes, int at, int to, byte[] what) {
    return at + what.length <= to
        && Arrays.equals(bytes, at, at + what.length, what, 0, what.length);
  }

  private static Charset charset(String name, String lower) {
    Charset charset;
    try {
      charset = Charset.forName(lower);
    } catch (IllegalCharsetNameException | UnsupportedCharsetException e) {
      throw new IllegalArgumentException(
          "\"" + name + "\" (expected: utf-8, nop, ascii, utf-16le, utf-16be or another IANA name)",
          e);
    }
    if (!charset.canEncode() || ByteBuffer.wrap("\n".getBytes(charset)).remaining() > 4) {
      throw new IllegalArgumentException(
          "\"" + name + "\" cannot be read line by line (expected: an encoding without a state)");
    }
    return charset;
  }
}
