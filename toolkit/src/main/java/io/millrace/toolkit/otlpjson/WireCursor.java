package io.millrace.toolkit.otlpjson;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Goes through the fields of a message that is known to hold. One thread at a time. */
final class WireCursor {
  private final byte[] bytes;
  private final int end;
  private int next;
  private int tag;
  private int start;
  private int from;

  WireCursor(byte[] bytes, int from, int end) {
    this.bytes = bytes;
    this.next = from;
    this.end = end;
  }

  boolean next() {
    if (next >= end) {
      return false;
    }
    start = next;
    tag = (int) varint();
    switch (tag & 7) {
      case 0 -> {
        from = next;
        varint();
      }
      case 1 -> {
        from = next;
        next += 8;
      }
      case 2 -> {
        int length = (int) varint();
        from = next;
        next += length;
      }
      default -> {
        from = next;
        next += 4;
      }
    }
    return true;
  }

  int tag() {
    return tag;
  }

  /** Where the field begins, at its tag. */
  int start() {
    return start;
  }

  /** Where the value begins. */
  int from() {
    return from;
  }

  /** Where the field ends. */
  int to() {
    return next;
  }

  /** Reads a varint and steps over it; for the elements of a packed list. */
  long varint() {
    long value = 0;
    for (int shift = 0; ; shift += 7) {
      byte b = bytes[next++];
      value |= (long) (b & 0x7f) << shift;
      if (b >= 0) {
        return value;
      }
    }
  }

  /** Reads a little-endian number and steps over it; for the elements of a packed list. */
  long fixed(int length) {
    long value = 0;
    for (int i = 0; i < length; i++) {
      value |= (bytes[next++] & 0xffL) << (8 * i);
    }
    return value;
  }

  boolean atEnd() {
    return next >= end;
  }

  String text() {
    return new String(bytes, from, next - from, StandardCharsets.UTF_8);
  }

  byte[] content() {
    return Arrays.copyOfRange(bytes, from, next);
  }
}
