package io.millrace.api.telemetry;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;

/** Reads and writes single {@code KeyValue} messages. */
final class KeyValues {
  private static final int KEY = 0x0a;
  private static final int VALUE = 0x12;

  /** Of key and text, so that every length takes one byte. */
  private static final int MAX_SHORT = 120;

  private KeyValues() {}

  /** Whether the message in the range has this key. */
  static boolean hasKey(byte[] a, int from, int to, byte[] key) {
    int at = keyAt(a, from, to);
    if (at >= 0) {
      int length = a[at - 1];
      return length == key.length && Arrays.equals(a, at, at + length, key, 0, length);
    }
    Fields field = lastKey(a, from, to);
    return Arrays.equals(field.a, field.from, field.to, key, 0, key.length);
  }

  static String key(byte[] a, int from, int to) {
    Fields field = lastKey(a, from, to);
    return Wire.text(field.a, field.from, field.to);
  }

  /** Writes the key as valid UTF-8. */
  static void writeKey(byte[] a, int from, int to, OutputStream out) throws IOException {
    int at = keyAt(a, from, to);
    if (at >= 0) {
      Utf8.write(a, at, at + a[at - 1], out);
      return;
    }
    Fields field = lastKey(a, from, to);
    Utf8.write(field.a, field.from, field.to, out);
  }

  static byte[] keyBytes(byte[] a, int from, int to) {
    Fields field = lastKey(a, from, to);
    return Arrays.copyOfRange(field.a, field.from, field.to);
  }

  static Value value(byte[] a, int from, int to) {
    int keyAt = keyAt(a, from, to);
    if (keyAt >= 0) {
      boolean keyFirst = a[from] == KEY;
      int at = keyFirst ? keyAt + a[keyAt - 1] + 1 : from + 1;
      return new Value(a, a[at] < 0 ? at + 2 : at + 1, keyFirst ? to : keyAt - 2);
    }
    Fields field = new Fields(a, from, to);
    while (field.next()) {
      if (field.tag == VALUE) {
        return new Value(a, field.from, field.to);
      }
    }
    return Value.EMPTY;
  }

  static void write(WireWriter out, int tag, byte[] key, Value value) {
    int valueLength = value.to - value.from;
    int length =
        2 + Wire.varintSize(key.length) + key.length + Wire.varintSize(valueLength) + valueLength;
    out.head(tag, length);
    out.bytesField(KEY, key, 0, key.length);
    out.bytesField(VALUE, value.a, value.from, value.to);
  }

  static void write(
      WireWriter out, int tag, byte[] key, int valueTag, byte[] utf8, int from, int to) {
    int length = to - from;
    if (tag < 0x80 && length + key.length < MAX_SHORT) {
      out.shortText(tag, key, valueTag, utf8, from, to);
      return;
    }
    int valueLength = 1 + Wire.varintSize(length) + length;
    out.head(
        tag,
        2 + Wire.varintSize(key.length) + key.length + Wire.varintSize(valueLength) + valueLength);
    out.bytesField(KEY, key, 0, key.length);
    out.head(VALUE, valueLength);
    out.bytesField(valueTag, utf8, from, to);
  }

  /** Writes the message with another key and all else it has. */
  static void writeRenamed(WireWriter out, int tag, Fields keyValue, byte[] key) {
    int mark = out.begin(tag, keyValue.to - keyValue.from);
    out.bytesField(KEY, key, 0, key.length);
    Fields field = new Fields(keyValue.a, keyValue.from, keyValue.to);
    while (field.next()) {
      if (field.tag != KEY) {
        out.raw(field.a, field.start, field.to);
      }
    }
    out.end(mark);
  }

  /** Whether the message is nothing but a short key and a value: what every encoder writes. */
  static boolean regular(byte[] a, int from, int to) {
    return keyAt(a, from, to) >= 0;
  }

  /**
   * Where the key of a message begins that is a short key, then a value (what most encoders write),
   * or a value, then a short key (the Collector's, which writes from the end); -1 for any other.
   */
  private static int keyAt(byte[] a, int from, int to) {
    if (to - from < 4) {
      return -1;
    }
    if (a[from] == KEY) {
      int at = from + 2 + a[from + 1];
      return a[from + 1] >= 0 && at < to && a[at] == VALUE && valueEnd(a, at + 1, to) == to
          ? from + 2
          : -1;
    }
    if (a[from] == VALUE) {
      int at = valueEnd(a, from + 1, to);
      return at >= 0 && to - at >= 2 && a[at] == KEY && a[at + 1] >= 0 && at + 2 + a[at + 1] == to
          ? at + 2
          : -1;
    }
    return -1;
  }

  /** Where a value ends whose length, of one or two bytes, is at a place; -1 for longer ones. */
  private static int valueEnd(byte[] a, int at, int to) {
    if (at >= to) {
      return -1;
    }
    int length = a[at];
    if (length >= 0) {
      return at + 1 + length;
    }
    if (at + 1 >= to || a[at + 1] < 0) {
      return -1;
    }
    return at + 2 + ((length & 0x7f) | a[at + 1] << 7);
  }

  /** A cursor whose range is the key's: the last one written counts; an empty range without. */
  private static Fields lastKey(byte[] a, int from, int to) {
    Fields field = new Fields(a, from, to);
    int keyFrom = from;
    int keyTo = from;
    while (field.next()) {
      if (field.tag == KEY) {
        keyFrom = field.from;
        keyTo = field.to;
      }
    }
    field.from = keyFrom;
    field.to = keyTo;
    return field;
  }
}
