package io.millrace.core.state;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Reads the JSON that {@link Json} writes, value by value, from bytes that may end anywhere. One
 * thread at a time.
 */
final class JsonCursor {
  private final byte[] bytes;
  private final int limit;
  private int at;

  JsonCursor(byte[] bytes, int limit) {
    this.bytes = bytes;
    this.limit = limit;
  }

  /** Takes a character that must come. */
  JsonCursor take(char expected) throws IOException {
    skipBlanks();
    if (at >= limit || bytes[at] != expected) {
      throw malformed("'" + expected + "'");
    }
    at++;
    return this;
  }

  /** Takes a character if it comes. */
  boolean tryTake(char expected) {
    skipBlanks();
    if (at < limit && bytes[at] == expected) {
      at++;
      return true;
    }
    return false;
  }

  /** The name of a field, and what separates it from its value. */
  String name() throws IOException {
    String name = text();
    take(':');
    return name;
  }

  String text() throws IOException {
    take('"');
    int from = at;
    while (at < limit && bytes[at] != '"' && bytes[at] != '\\') {
      at++;
    }
    if (at < limit && bytes[at] == '"') {
      return new String(bytes, from, at++ - from, StandardCharsets.UTF_8);
    }
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    text.write(bytes, from, at - from);
    while (at < limit && bytes[at] != '"') {
      if (bytes[at] == '\\') {
        text.writeBytes(escaped().getBytes(StandardCharsets.UTF_8));
      } else {
        text.write(bytes[at++]);
      }
    }
    take('"');
    return text.toString(StandardCharsets.UTF_8);
  }

  /** The bytes between the quotes of a text without escapes, such as base64. */
  ByteBuffer plainText() throws IOException {
    take('"');
    int from = at;
    while (at < limit && bytes[at] != '"') {
      at++;
    }
    int to = at;
    take('"');
    return ByteBuffer.wrap(bytes, from, to - from);
  }

  long number() throws IOException {
    skipBlanks();
    int from = at;
    while (at < limit && (bytes[at] == '-' || (bytes[at] >= '0' && bytes[at] <= '9'))) {
      at++;
    }
    try {
      return Long.parseLong(new String(bytes, from, at - from, StandardCharsets.US_ASCII));
    } catch (NumberFormatException e) {
      throw malformed("a number");
    }
  }

  private String escaped() throws IOException {
    if (at + 1 >= limit) {
      throw malformed("an escape");
    }
    char kind = (char) bytes[at + 1];
    at += 2;
    return switch (kind) {
      case 'n' -> "\n";
      case 'r' -> "\r";
      case 't' -> "\t";
      case 'b' -> "\b";
      case 'f' -> "\f";
      case 'u' -> unicode();
      default -> String.valueOf(kind);
    };
  }

  private String unicode() throws IOException {
    if (at + 4 > limit) {
      throw malformed("four hexadecimal digits");
    }
    String digits = new String(bytes, at, 4, StandardCharsets.US_ASCII);
    at += 4;
    try {
      return String.valueOf((char) Integer.parseInt(digits, 16));
    } catch (NumberFormatException e) {
      throw malformed("four hexadecimal digits");
    }
  }

  private void skipBlanks() {
    while (at < limit && (bytes[at] == ' ' || bytes[at] == '\t' || bytes[at] == '\r')) {
      at++;
    }
  }

  private IOException malformed(String expected) {
    return new IOException(
        "No JSON of a dead letter at byte " + at + " (expected: " + expected + ")");
  }
}
