package io.millrace.receiver.filelog.operator;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A text as the bytes it stands in: a range of an array that is valid UTF-8. It becomes a {@code
 * String} when somebody asks. Good for as long as the array is not written to, which for a line of
 * a file is until its record was made. One thread at a time.
 */
public final class Text {
  private final byte[] bytes;
  private final int from;
  private final int to;
  private @Nullable String string;

  private Text(byte[] bytes, int from, int to) {
    this.bytes = bytes;
    this.from = from;
    this.to = to;
  }

  /** The text of a range; it is the caller who knows that it is valid UTF-8. */
  static Text of(byte[] bytes, int from, int to) {
    return new Text(bytes, from, to);
  }

  /** The text of a range; what is malformed becomes U+FFFD. */
  public static Text decode(byte[] bytes, int from, int to) {
    if (Bytes.isAscii(bytes, from, to)) {
      return new Text(bytes, from, to);
    }
    return of(new String(bytes, from, to - from, StandardCharsets.UTF_8));
  }

  /** The text of a string, in which a half of a pair of surrogates becomes a question mark. */
  public static Text of(String string) {
    byte[] utf8 = string.getBytes(StandardCharsets.UTF_8);
    Text text = new Text(utf8, 0, utf8.length);
    text.string = string;
    return text;
  }

  /** The array that the text is a part of; not to be written to. */
  public byte[] bytes() {
    return bytes;
  }

  /** Where the text begins in the array. */
  public int from() {
    return from;
  }

  /** Where the text ends in the array. */
  public int to() {
    return to;
  }

  /** How many bytes the text has. */
  public int length() {
    return to - from;
  }

  @Override
  public String toString() {
    String known = string;
    if (known == null) {
      known = new String(bytes, from, to - from, StandardCharsets.UTF_8);
      string = known;
    }
    return known;
  }
}
