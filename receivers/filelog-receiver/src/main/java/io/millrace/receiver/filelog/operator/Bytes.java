package io.millrace.receiver.filelog.operator;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Searching and trimming bytes. */
public final class Bytes {
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long LOW_BITS = 0x0101010101010101L;
  private static final long HIGH_BITS = 0x8080808080808080L;

  private Bytes() {}

  /** Index of the first such byte in [from, to); −1 when there is none. */
  public static int indexOf(byte[] bytes, byte wanted, int from, int to) {
    int i = from;
    long pattern = (wanted & 0xffL) * LOW_BITS;
    // Eight bytes at a time: a byte of the difference is 0 exactly where the wanted one stands, and
    // the lowest marked byte is never a false one.
    for (; i <= to - 8; i += 8) {
      long difference = (long) LONGS.get(bytes, i) ^ pattern;
      long zeros = (difference - LOW_BITS) & ~difference & HIGH_BITS;
      if (zeros != 0) {
        return i + (Long.numberOfTrailingZeros(zeros) >>> 3);
      }
    }
    for (; i < to; i++) {
      if (bytes[i] == wanted) {
        return i;
      }
    }
    return -1;
  }

  /** Whether all bytes in [from, to) are ASCII. */
  static boolean isAscii(byte[] bytes, int from, int to) {
    long bits = 0;
    int i = from;
    for (; i <= to - 8; i += 8) {
      bits |= (long) LONGS.get(bytes, i);
    }
    for (; i < to; i++) {
      bits |= bytes[i];
    }
    return (bits & HIGH_BITS) == 0;
  }

  /** Whether a byte is white space in the Collector's sense. */
  public static boolean isBlank(byte b) {
    return b == ' ' || b == '\n' || b == '\r' || b == '\t';
  }
}
