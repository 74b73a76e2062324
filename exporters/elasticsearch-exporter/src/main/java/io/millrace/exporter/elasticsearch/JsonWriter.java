package io.millrace.exporter.elasticsearch;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;

/**
 * Writes JSON as UTF-8, with commas set by itself and nothing checked. One thread at a time.
 *
 * <p>Made for documents that are written once and by the hundred thousand: no tree, no string but
 * those of the telemetry, one buffer.
 */
final class JsonWriter {
  private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
  private static final long NANOS_PER_SECOND = TimeUnit.SECONDS.toNanos(1);
  private static final long SECONDS_PER_DAY = TimeUnit.DAYS.toSeconds(1);
  private static final int REPLACEMENT = 0xfffd;

  private byte[] buffer;
  private int length;
  private boolean comma;

  JsonWriter(int capacity) {
    buffer = new byte[capacity];
  }

  /** Bytes held. */
  int size() {
    return length;
  }

  /** Writes what is held and forgets it. */
  void drainTo(OutputStream out) throws IOException {
    out.write(buffer, 0, length);
    length = 0;
  }

  /** A copy of what is held; the writer is as new afterwards. */
  byte[] take() {
    byte[] bytes = Arrays.copyOf(buffer, length);
    clear();
    return bytes;
  }

  void clear() {
    length = 0;
    comma = false;
  }

  JsonWriter beginObject() {
    return begin('{');
  }

  JsonWriter endObject() {
    return end('}');
  }

  JsonWriter beginArray() {
    return begin('[');
  }

  JsonWriter endArray() {
    return end(']');
  }

  /** Ends a line; the next one begins a new document. */
  void newLine() {
    ensure(1);
    buffer[length++] = '\n';
    comma = false;
  }

  JsonWriter name(String name) {
    separate();
    string(name);
    ensure(1);
    buffer[length++] = ':';
    comma = false;
    return this;
  }

  /** A value that is JSON already; for members of an object without the braces. */
  void fragment(byte[] json) {
    separate();
    ensure(json.length);
    System.arraycopy(json, 0, buffer, length, json.length);
    length += json.length;
    comma = true;
  }

  void value(String text) {
    separate();
    string(text);
    comma = true;
  }

  void value(long number) {
    separate();
    ascii(Long.toString(number));
    comma = true;
  }

  /** A number; as text where JSON has no such number. */
  void value(double number) {
    separate();
    if (Double.isFinite(number)) {
      ascii(Double.toString(number));
    } else {
      string(Double.toString(number));
    }
    comma = true;
  }

  void value(boolean truth) {
    separate();
    ascii(truth ? "true" : "false");
    comma = true;
  }

  void nothing() {
    separate();
    ascii("null");
    comma = true;
  }

  /** {@code "2026-11-21T01:02:03.123456789Z"} of nanoseconds since 1970, unsigned. */
  void timestamp(long unixNanos) {
    separate();
    long seconds = Long.divideUnsigned(unixNanos, NANOS_PER_SECOND);
    int nanos = (int) Long.remainderUnsigned(unixNanos, NANOS_PER_SECOND);
    int ofDay = (int) (seconds % SECONDS_PER_DAY);
    ensure(32);
    buffer[length++] = '"';
    date((int) (seconds / SECONDS_PER_DAY));
    buffer[length++] = 'T';
    digits(ofDay / 3600, 2);
    buffer[length++] = ':';
    digits(ofDay / 60 % 60, 2);
    buffer[length++] = ':';
    digits(ofDay % 60, 2);
    buffer[length++] = '.';
    digits(nanos, 9);
    buffer[length++] = 'Z';
    buffer[length++] = '"';
    comma = true;
  }

  /** Days since 1970 to a date of the Gregorian calendar, with years that begin in March. */
  private void date(int epochDay) {
    int z = epochDay + 719_468;
    int era = z / 146_097;
    int dayOfEra = z - era * 146_097;
    int yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365;
    int dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
    int shifted = (5 * dayOfYear + 2) / 153;
    int month = shifted < 10 ? shifted + 3 : shifted - 9;
    digits(yearOfEra + era * 400 + (month <= 2 ? 1 : 0), 4);
    buffer[length++] = '-';
    digits(month, 2);
    buffer[length++] = '-';
    digits(dayOfYear - (153 * shifted + 2) / 5 + 1, 2);
  }

  private void digits(int number, int count) {
    int rest = number;
    for (int i = length + count - 1; i >= length; i--) {
      buffer[i] = (byte) ('0' + rest % 10);
      rest /= 10;
    }
    length += count;
  }

  private JsonWriter begin(char bracket) {
    separate();
    ensure(1);
    buffer[length++] = (byte) bracket;
    comma = false;
    return this;
  }

  private JsonWriter end(char bracket) {
    ensure(1);
    buffer[length++] = (byte) bracket;
    comma = true;
    return this;
  }

  private void separate() {
    if (comma) {
      ensure(1);
      buffer[length++] = ',';
    }
  }

  private void ascii(String text) {
    int count = text.length();
    ensure(count);
    for (int i = 0; i < count; i++) {
      buffer[length++] = (byte) text.charAt(i);
    }
  }

  private void string(String text) {
    int count = text.length();
    ensure(6 * count + 2);
    byte[] b = buffer;
    int at = length;
    b[at++] = '"';
    for (int i = 0; i < count; i++) {
      char c = text.charAt(i);
      if (c >= ' ' && c < 0x80) {
        if (c == '"' || c == '\\') {
          b[at++] = '\\';
        }
        b[at++] = (byte) c;
      } else if (c < ' ') {
        at = control(b, at, c);
      } else {
        int point = c;
        if (Character.isSurrogate(c)) {
          boolean pair =
              Character.isHighSurrogate(c)
                  && i + 1 < count
                  && Character.isLowSurrogate(text.charAt(i + 1));
          point = pair ? Character.toCodePoint(c, text.charAt(++i)) : REPLACEMENT;
        }
        at = utf8(b, at, point);
      }
    }
    b[at++] = '"';
    length = at;
  }

  private static int control(byte[] b, int from, char c) {
    int at = from;
    b[at++] = '\\';
    switch (c) {
      case '\n' -> b[at++] = 'n';
      case '\r' -> b[at++] = 'r';
      case '\t' -> b[at++] = 't';
      default -> {
        b[at++] = 'u';
        b[at++] = '0';
        b[at++] = '0';
        b[at++] = HEX[c >> 4];
        b[at++] = HEX[c & 0xf];
      }
    }
    return at;
  }

  private static int utf8(byte[] b, int from, int point) {
    int at = from;
    if (point < 0x800) {
      b[at++] = (byte) (0xc0 | (point >> 6));
    } else {
      if (point < 0x10000) {
        b[at++] = (byte) (0xe0 | (point >> 12));
      } else {
        b[at++] = (byte) (0xf0 | (point >> 18));
        b[at++] = (byte) (0x80 | ((point >> 12) & 0x3f));
      }
      b[at++] = (byte) (0x80 | ((point >> 6) & 0x3f));
    }
    b[at++] = (byte) (0x80 | (point & 0x3f));
    return at;
  }

  private void ensure(int more) {
    if (buffer.length - length < more) {
      buffer = Arrays.copyOf(buffer, Math.max(length + more, buffer.length * 2));
    }
  }
}
