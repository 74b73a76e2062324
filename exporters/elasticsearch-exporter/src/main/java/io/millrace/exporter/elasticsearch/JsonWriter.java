package io.millrace.exporter.elasticsearch;

import io.millrace.api.telemetry.Value;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Writes JSON as UTF-8, with commas set by itself and nothing checked. One thread at a time.
 *
 * <p>Made for documents that are written once and by the hundred thousand: no tree, one buffer, and
 * the telemetry's texts go into it byte by byte. Where it has a stream the buffer never grows: what
 * is full is handed on, be it in the middle of a text. Methods throw what the stream does.
 */
final class JsonWriter {
  private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
  private static final long NANOS_PER_SECOND = TimeUnit.SECONDS.toNanos(1);
  private static final long SECONDS_PER_DAY = TimeUnit.DAYS.toSeconds(1);
  private static final int SECOND_BYTES = "\"2026-11-21T01:02:03.".length();
  private static final int TIMESTAMP_BYTES = SECOND_BYTES + "123456789Z\"".length();
  private static final int REPLACEMENT = 0xfffd;

  /** How much of a text or a fragment is looked at in one go, in characters or bytes. */
  private static final int SLICE = 512;

  /** What one character takes at most. */
  private static final int MAX_ESCAPE_BYTES = 6;

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long ONES = 0x0101_0101_0101_0101L;
  private static final long HIGH_BITS = 0x8080_8080_8080_8080L;

  private final @Nullable OutputStream out;
  private final OutputStream escaping = new Escaping();
  private final char[] slice = new char[SLICE];

  /** The second written last, and what was written; items come in order mostly. */
  private long lastSecond = -1;

  private final byte[] lastSecondText = new byte[SECOND_BYTES];

  private byte[] buffer;
  private int length;
  private boolean comma;

  private JsonWriter(@Nullable OutputStream out, int capacity) {
    this.out = out;
    this.buffer = new byte[capacity];
  }

  /** A writer that holds all it writes. */
  static JsonWriter inMemory() {
    return new JsonWriter(null, SLICE);
  }

  /** A writer that holds about {@code capacity} bytes at most. */
  static JsonWriter to(OutputStream out, int capacity) {
    return new JsonWriter(out, Math.max(capacity, SLICE * MAX_ESCAPE_BYTES));
  }

  /** Hands on what is held. */
  void flush() throws IOException {
    if (out != null) {
      out.write(buffer, 0, length);
      length = 0;
    }
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

  JsonWriter beginObject() throws IOException {
    return begin('{');
  }

  JsonWriter endObject() throws IOException {
    return end('}');
  }

  JsonWriter beginArray() throws IOException {
    return begin('[');
  }

  JsonWriter endArray() throws IOException {
    return end(']');
  }

  /** Ends a line; the next one begins a new document. */
  void newLine() throws IOException {
    ensure(1);
    buffer[length++] = '\n';
    comma = false;
  }

  /** A name in ASCII that needs no escapes, as those of our own do not. */
  JsonWriter name(String name) throws IOException {
    plain(name);
    buffer[length++] = ':';
    comma = false;
    return this;
  }

  /** Any name. */
  JsonWriter anyName(String name) throws IOException {
    separate();
    string(name);
    return colon();
  }

  /** Any name by its UTF-8, which must be valid. */
  JsonWriter name(byte[] utf8, int from, int to) throws IOException {
    separate();
    quote();
    escape(utf8, from, to);
    quote();
    return colon();
  }

  /** Members that are JSON already, without braces. */
  void fragment(JsonWriter members) throws IOException {
    separate();
    raw(members.buffer, 0, members.length);
    comma = true;
  }

  void value(String text) throws IOException {
    separate();
    string(text);
    comma = true;
  }

  /** A text in ASCII that needs no escapes: an id. */
  void id(String text) throws IOException {
    plain(text);
    comma = true;
  }

  /** The text of a string. */
  void text(Value string) throws IOException {
    separate();
    quote();
    string.writeContentTo(escaping);
    quote();
    comma = true;
  }

  /** Bytes in base64. */
  void base64(Value bytes) throws IOException {
    separate();
    quote();
    try (OutputStream encoding = Base64.getEncoder().wrap(escaping)) {
      bytes.writeContentTo(encoding);
    }
    quote();
    comma = true;
  }

  void value(long number) throws IOException {
    separate();
    ascii(Long.toString(number));
    comma = true;
  }

  /** A number; as text where JSON has no such number. */
  void value(double number) throws IOException {
    separate();
    if (Double.isFinite(number)) {
      ascii(Double.toString(number));
    } else {
      string(Double.toString(number));
    }
    comma = true;
  }

  void value(boolean truth) throws IOException {
    separate();
    ascii(truth ? "true" : "false");
    comma = true;
  }

  void nothing() throws IOException {
    separate();
    ascii("null");
    comma = true;
  }

  /** {@code "2026-11-21T01:02:03.123456789Z"} of nanoseconds since 1970, unsigned. */
  void timestamp(long unixNanos) throws IOException {
    separate();
    long seconds = Long.divideUnsigned(unixNanos, NANOS_PER_SECOND);
    int nanos = (int) Long.remainderUnsigned(unixNanos, NANOS_PER_SECOND);
    ensure(TIMESTAMP_BYTES);
    if (seconds == lastSecond) {
      System.arraycopy(lastSecondText, 0, buffer, length, SECOND_BYTES);
      length += SECOND_BYTES;
    } else {
      second(seconds);
      System.arraycopy(buffer, length - SECOND_BYTES, lastSecondText, 0, SECOND_BYTES);
      lastSecond = seconds;
    }
    digits(nanos, 9);
    buffer[length++] = 'Z';
    buffer[length++] = '"';
    comma = true;
  }

  /** Opening quote to decimal point. */
  private void second(long seconds) {
    int ofDay = (int) (seconds % SECONDS_PER_DAY);
    buffer[length++] = '"';
    date((int) (seconds / SECONDS_PER_DAY));
    buffer[length++] = 'T';
    digits(ofDay / 3600, 2);
    buffer[length++] = ':';
    digits(ofDay / 60 % 60, 2);
    buffer[length++] = ':';
    digits(ofDay % 60, 2);
    buffer[length++] = '.';
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

  private JsonWriter begin(char bracket) throws IOException {
    separate();
    ensure(1);
    buffer[length++] = (byte) bracket;
    comma = false;
    return this;
  }

  private JsonWriter end(char bracket) throws IOException {
    ensure(1);
    buffer[length++] = (byte) bracket;
    comma = true;
    return this;
  }

  private JsonWriter colon() throws IOException {
    ensure(1);
    buffer[length++] = ':';
    comma = false;
    return this;
  }

  private void separate() throws IOException {
    if (comma) {
      ensure(1);
      buffer[length++] = ',';
    }
  }

  private void quote() throws IOException {
    ensure(1);
    buffer[length++] = '"';
  }

  /** A text in quotes; one check is enough for it and what stands around it. */
  private void plain(String text) throws IOException {
    ensure(text.length() + 4);
    if (comma) {
      buffer[length++] = ',';
    }
    buffer[length++] = '"';
    copy(text);
    buffer[length++] = '"';
  }

  private void ascii(String text) throws IOException {
    ensure(text.length());
    copy(text);
  }

  @SuppressWarnings("deprecation") // right for ASCII, and the one way that copies without a loop
  private void copy(String text) {
    int count = text.length();
    text.getBytes(0, count, buffer, length);
    length += count;
  }

  private void string(String text) throws IOException {
    quote();
    int count = text.length();
    for (int from = 0; from < count; ) {
      int to = Math.min(count, from + SLICE);
      if (to < count && Character.isSurrogatePair(text.charAt(to - 1), text.charAt(to))) {
        to--;
      }
      text.getChars(from, to, slice, 0);
      escape(slice, to - from);
      from = to;
    }
    quote();
  }

  private void escape(char[] text, int count) throws IOException {
    ensure(MAX_ESCAPE_BYTES * count);
    byte[] b = buffer;
    int at = length;
    for (int i = 0; i < count; i++) {
      char c = text[i];
      if (c < 0x80) {
        if (c >= ' ' && c != '"' && c != '\\') {
          b[at++] = (byte) c;
        } else {
          at = escaped(b, at, c);
        }
      } else {
        int point = c;
        if (Character.isSurrogate(c)) {
          boolean pair = i + 1 < count && Character.isSurrogatePair(c, text[i + 1]);
          point = pair ? Character.toCodePoint(c, text[++i]) : REPLACEMENT;
        }
        at = utf8(b, at, point);
      }
    }
    length = at;
  }

  private void escape(byte[] utf8, int from, int to) throws IOException {
    int at = from;
    while (true) {
      int next = nextEscape(utf8, at, to);
      raw(utf8, at, next);
      if (next == to) {
        return;
      }
      ensure(MAX_ESCAPE_BYTES);
      length = escaped(buffer, length, utf8[next]);
      at = next + 1;
    }
  }

  /** Where the next byte is that JSON forbids in a string; eight are looked at together. */
  private static int nextEscape(byte[] utf8, int from, int to) {
    int at = from;
    for (; at <= to - Long.BYTES; at += Long.BYTES) {
      long eight = (long) LONGS.get(utf8, at);
      long quotes = eight ^ ('"' * ONES);
      long backslashes = eight ^ ('\\' * ONES);
      // In each byte the high bit is that of a borrow, which is wrong only above one that is right.
      long controls = (eight - ' ' * ONES) & ~eight;
      long found = controls | ((quotes - ONES) & ~quotes) | ((backslashes - ONES) & ~backslashes);
      found &= HIGH_BITS;
      if (found != 0) {
        return at + (Long.numberOfTrailingZeros(found) >> 3);
      }
    }
    while (at < to && (utf8[at] < 0 || (utf8[at] >= ' ' && utf8[at] != '"' && utf8[at] != '\\'))) {
      at++;
    }
    return at;
  }

  private void raw(byte[] bytes, int from, int to) throws IOException {
    for (int at = from; at < to; ) {
      int count = Math.min(to - at, SLICE);
      ensure(count);
      System.arraycopy(bytes, at, buffer, length, count);
      length += count;
      at += count;
    }
  }

  private static int escaped(byte[] b, int from, int c) {
    int at = from;
    b[at++] = '\\';
    switch (c) {
      case '"', '\\' -> b[at++] = (byte) c;
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

  private void ensure(int more) throws IOException {
    if (buffer.length - length < more) {
      if (out == null) {
        buffer = Arrays.copyOf(buffer, Math.max(length + more, buffer.length * 2));
      } else {
        flush();
      }
    }
  }

  /** Takes a text's UTF-8. */
  private final class Escaping extends OutputStream {
    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] utf8, int from, int count) throws IOException {
      escape(utf8, from, from + count);
    }
  }
}
