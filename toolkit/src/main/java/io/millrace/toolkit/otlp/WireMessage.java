package io.millrace.toolkit.otlp;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Reads the few small protobuf messages of answers field by field. One thread at a time. */
final class WireMessage {
  private static final int VARINT = 0;
  private static final int FIXED64 = 1;
  private static final int BYTES = 2;
  private static final int FIXED32 = 5;
  private static final int MAX_VARINT_BYTES = 10;

  private final byte[] bytes;
  private final int end;
  private int at;
  private int field;
  private long number;
  private int from;

  private WireMessage(byte[] bytes, int from, int end) {
    this.bytes = bytes;
    this.at = from;
    this.end = end;
  }

  static WireMessage of(byte[] bytes) {
    return new WireMessage(bytes, 0, bytes.length);
  }

  /**
   * Moves to the next field.
   *
   * @return its number; 0 at the end
   * @throws IOException when the message is damaged
   */
  int next() throws IOException {
    if (at == end) {
      return 0;
    }
    long tag = varint();
    field = (int) (tag >>> 3);
    switch ((int) tag & 7) {
      case VARINT -> number = varint();
      case FIXED64 -> skip(8);
      case FIXED32 -> skip(4);
      case BYTES -> {
        number = varint();
        from = at;
        skip(number);
      }
      default -> throw new IOException("damaged protobuf message");
    }
    if (field == 0) {
      throw new IOException("damaged protobuf message");
    }
    return field;
  }

  /** The value of a varint field. */
  long number() {
    return number;
  }

  /** The value of a field that holds a message. */
  WireMessage message() {
    return new WireMessage(bytes, from, at);
  }

  /** The value of a string field. */
  String text() {
    return new String(bytes, from, at - from, StandardCharsets.UTF_8);
  }

  /** The value of a bytes field. */
  byte[] content() {
    return Arrays.copyOfRange(bytes, from, at);
  }

  private void skip(long count) throws IOException {
    if (count < 0 || count > end - at) {
      throw new IOException("protobuf message cut short");
    }
    at += (int) count;
  }

  private long varint() throws IOException {
    long value = 0;
    for (int i = 0; i < MAX_VARINT_BYTES; i++) {
      if (at == end) {
        throw new IOException("protobuf message cut short");
      }
      byte b = bytes[at++];
      value |= (long) (b & 0x7f) << (7 * i);
      if (b >= 0) {
        return value;
      }
    }
    throw new IOException("damaged protobuf message");
  }

  /** Writes such messages. */
  static final class Writer {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    /** A varint field; absent when 0. */
    Writer number(int field, long value) {
      if (value != 0) {
        varint((long) field << 3);
        varint(value);
      }
      return this;
    }

    /** A string field; absent when empty. */
    Writer text(int field, String value) {
      return value.isEmpty() ? this : content(field, value.getBytes(StandardCharsets.UTF_8));
    }

    Writer content(int field, byte[] value) {
      varint((long) field << 3 | BYTES);
      varint(value.length);
      out.writeBytes(value);
      return this;
    }

    byte[] toBytes() {
      return out.toByteArray();
    }

    private void varint(long value) {
      long rest = value;
      while ((rest & ~0x7fL) != 0) {
        out.write((int) (rest & 0x7f) | 0x80);
        rest >>>= 7;
      }
      out.write((int) rest);
    }
  }
}
