package io.millrace.api.telemetry;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Reads single protobuf values from bytes that passed the {@link Door}. */
final class Wire {
  static final int VARINT = 0;
  static final int FIXED64 = 1;
  static final int LEN = 2;
  static final int FIXED32 = 5;
  static final byte[] NOTHING = {};

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle INTS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  private static final char[] HEX = "0123456789abcdef".toCharArray();

  private Wire() {}

  static int tag(int field, int wireType) {
    return field << 3 | wireType;
  }

  static long varint(byte[] a, int at) {
    int p = at;
    long value = 0;
    for (int shift = 0; ; shift += 7) {
      byte b = a[p++];
      value |= (long) (b & 0x7f) << shift;
      if (b >= 0) {
        return value;
      }
    }
  }

  static int varintEnd(byte[] a, int at) {
    int p = at;
    while (a[p++] < 0) {}
    return p;
  }

  static long fixed64(byte[] a, int at) {
    return (long) LONGS.get(a, at);
  }

  static int fixed32(byte[] a, int at) {
    return (int) INTS.get(a, at);
  }

  static void putFixed64(byte[] a, int at, long value) {
    LONGS.set(a, at, value);
  }

  static void putFixed32(byte[] a, int at, int value) {
    INTS.set(a, at, value);
  }

  static int zigzag32(long value) {
    int n = (int) value;
    return (n >>> 1) ^ -(n & 1);
  }

  static long zigzag(int value) {
    return (value << 1 ^ value >> 31) & 0xffff_ffffL;
  }

  static int varintSize(long value) {
    return (70 - Long.numberOfLeadingZeros(value | 1)) / 7;
  }

  static String text(byte[] a, int from, int to) {
    return from == to ? "" : new String(a, from, to - from, StandardCharsets.UTF_8);
  }

  /** Lower-case hex; empty when every byte is 0. */
  static String id(byte[] a, int from, int to) {
    char[] digits = new char[2 * (to - from)];
    int any = 0;
    for (int i = from, d = 0; i < to; i++) {
      any |= a[i];
      digits[d++] = HEX[a[i] >> 4 & 15];
      digits[d++] = HEX[a[i] & 15];
    }
    return any == 0 ? "" : new String(digits);
  }
}
