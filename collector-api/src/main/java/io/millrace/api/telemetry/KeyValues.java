package io.millrace.api.telemetry;

import java.util.Arrays;

/** Reads and writes single {@code KeyValue} messages. */
final class KeyValues {
  private static final int KEY = 0x0a;
  private static final int VALUE = 0x12;

  private KeyValues() {}

  /** Whether the message in the range has this key. */
  static boolean hasKey(byte[] a, int from, int to, byte[] key) {
    if (regular(a, from, to)) {
      int length = a[from + 1];
      return length == key.length && Arrays.equals(a, from + 2, from + 2 + length, key, 0, length);
    }
    Fields field = lastKey(a, from, to);
    return Arrays.equals(field.a, field.from, field.to, key, 0, key.length);
  }

  static String key(byte[] a, int from, int to) {
    Fields field = lastKey(a, from, to);
    return Wire.text(field.a, field.from, field.to);
  }

  static byte[] keyBytes(byte[] a, int from, int to) {
    Fields field = lastKey(a, from, to);
    return Arrays.copyOfRange(field.a, field.from, field.to);
  }

  static Value value(byte[] a, int from, int to) {
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

  /** Whether the message is a short key, then a value up to the end: what every encoder writes. */
  static boolean regular(byte[] a, int from, int to) {
    if (to - from < 4 || a[from] != KEY || a[from + 1] < 0) {
      return false;
    }
    int at = from + 2 + a[from + 1];
    if (at + 1 >= to || a[at] != VALUE) {
      return false;
    }
    int length = a[at + 1];
    at += 2;
    if (length < 0) {
      if (at == to || a[at] < 0) {
        return false;
      }
      length = (length & 0x7f) | a[at] << 7;
      at++;
    }
    return at + length == to;
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
