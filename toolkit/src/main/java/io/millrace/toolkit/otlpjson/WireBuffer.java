package io.millrace.toolkit.otlpjson;

import java.util.Arrays;

/** Protobuf in the making. One thread at a time. */
final class WireBuffer {
  private byte[] bytes;
  private int size;

  WireBuffer(int capacity) {
    bytes = new byte[Math.max(64, capacity)];
  }

  /** Begins a message; answers what {@link #end} takes. */
  int begin(int tag) {
    varint(tag);
    room(1);
    return size++;
  }

  /** Ends the message: its length goes before it, for which it moves when it is long. */
  void end(int mark) {
    int length = size - mark - 1;
    int more = varintSize(length) - 1;
    if (more > 0) {
      room(more);
      System.arraycopy(bytes, mark + 1, bytes, mark + 1 + more, length);
    }
    size = mark;
    varint(length);
    size += length;
  }

  void lengthDelimited(int tag, byte[] content) {
    varint(tag);
    varint(content.length);
    room(content.length);
    System.arraycopy(content, 0, bytes, size, content.length);
    size += content.length;
  }

  void varint(long value) {
    room(10);
    long rest = value;
    while ((rest & ~0x7fL) != 0) {
      bytes[size++] = (byte) (rest | 0x80);
      rest >>>= 7;
    }
    bytes[size++] = (byte) rest;
  }

  /** Little-endian. */
  void fixed(long value, int length) {
    room(length);
    for (int i = 0; i < length; i++) {
      bytes[size++] = (byte) (value >>> (8 * i));
    }
  }

  byte[] toBytes() {
    return Arrays.copyOf(bytes, size);
  }

  private void room(int more) {
    if (bytes.length - size < more) {
      bytes = Arrays.copyOf(bytes, Math.max(size + more, Math.addExact(size, size >> 1)));
    }
  }

  private static int varintSize(int value) {
    return (38 - Integer.numberOfLeadingZeros(value | 1)) / 7;
  }
}
