package io.millrace.api.telemetry;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Writes protobuf into a growing array. The length of a nested message is filled in when it ends; a
 * good guess of the length spares moving the message. One thread at a time.
 */
final class WireWriter {
  private static final int[] NONE = {};
  private static final int FIRST_NESTING = 8;

  byte[] a;
  int size;

  /**
   * How many bytes the tags and the lengths of the open messages reserved. Most writers write a
   * field or two.
   */
  private int[] reserved = NONE;

  private int open;

  WireWriter(int capacity) {
    a = new byte[Math.max(16, capacity)];
  }

  /**
   * Begins a nested message.
   *
   * @param guess about how long it will be
   * @return what {@link #end} or {@link #cancel} takes
   */
  int begin(int tag, int guess) {
    room(15);
    int mark = size;
    putVarint(tag);
    int bytes = Wire.varintSize(Math.max(0, guess));
    if (open == reserved.length) {
      reserved = Arrays.copyOf(reserved, Math.max(FIRST_NESTING, 2 * open));
    }
    reserved[open++] = bytes << 4 | (size - mark);
    size += bytes;
    return mark;
  }

  /** Ends the message begun last. */
  void end(int mark) {
    int bytes = reserved[--open] >> 4;
    int lengthAt = mark + (reserved[open] & 15);
    int from = lengthAt + bytes;
    int length = size - from;
    int needed = Wire.varintSize(length);
    if (needed != bytes) {
      room(needed);
      System.arraycopy(a, from, a, lengthAt + needed, length);
    }
    size = lengthAt;
    putVarint(length);
    size += length;
  }

  /** Takes back the message begun last. */
  void cancel(int mark) {
    open--;
    size = mark;
  }

  void raw(byte[] source, int from, int to) {
    int length = to - from;
    room(length);
    System.arraycopy(source, from, a, size, length);
    size += length;
  }

  /** Writes the tag and the length of a field whose content follows. */
  void head(int tag, int length) {
    room(20);
    putVarint(tag);
    putVarint(length);
  }

  void bytesField(int tag, byte[] source, int from, int to) {
    room(15 + to - from);
    putVarint(tag);
    putVarint(to - from);
    System.arraycopy(source, from, a, size, to - from);
    size += to - from;
  }

  /**
   * Writes a {@code KeyValue} that is a text, all of whose tags and lengths take one byte, which is
   * what most attributes are.
   */
  void shortText(int tag, byte[] key, int valueTag, byte[] utf8, int from, int to) {
    int length = to - from;
    room(8 + key.length + length);
    byte[] target = a;
    int at = size;
    target[at] = (byte) tag;
    target[at + 1] = (byte) (6 + key.length + length);
    target[at + 2] = 0x0a;
    target[at + 3] = (byte) key.length;
    at += 4;
    System.arraycopy(key, 0, target, at, key.length);
    at += key.length;
    target[at] = 0x12;
    target[at + 1] = (byte) (2 + length);
    target[at + 2] = (byte) valueTag;
    target[at + 3] = (byte) length;
    at += 4;
    System.arraycopy(utf8, from, target, at, length);
    size = at + length;
  }

  void textField(int tag, String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    bytesField(tag, utf8, 0, utf8.length);
  }

  void varintField(int tag, long value) {
    room(20);
    putVarint(tag);
    putVarint(value);
  }

  void fixed64Field(int tag, long value) {
    room(18);
    putVarint(tag);
    Wire.putFixed64(a, size, value);
    size += 8;
  }

  void fixed64(long value) {
    room(8);
    Wire.putFixed64(a, size, value);
    size += 8;
  }

  void fixed32Field(int tag, int value) {
    room(14);
    putVarint(tag);
    Wire.putFixed32(a, size, value);
    size += 4;
  }

  void varint(long value) {
    room(10);
    putVarint(value);
  }

  byte[] toBytes() {
    return size == a.length ? a : Arrays.copyOf(a, size);
  }

  /**
   * What was written as a chunk; hands the array over when little of it is unused. The writer must
   * not be used afterwards.
   */
  Chunk toChunk(int items) {
    byte[] bytes = a.length - size <= size >> 4 ? a : Arrays.copyOf(a, size);
    return new Chunk(bytes, 0, size, items);
  }

  void copyTo(OutputStream out) throws IOException {
    out.write(a, 0, size);
  }

  private void putVarint(long value) {
    long rest = value;
    while ((rest & ~0x7fL) != 0) {
      a[size++] = (byte) (rest | 0x80);
      rest >>>= 7;
    }
    a[size++] = (byte) rest;
  }

  private void room(int more) {
    if (a.length - size < more) {
      long wanted = Math.max((long) size + more, a.length + (long) (a.length >> 1));
      if (size + (long) more > Integer.MAX_VALUE - 8) {
        throw new IllegalStateException("Telemetry beyond 2 GiB in one batch");
      }
      a = Arrays.copyOf(a, (int) Math.min(wanted, Integer.MAX_VALUE - 8));
    }
  }
}
