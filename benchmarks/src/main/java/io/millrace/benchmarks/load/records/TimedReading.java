package io.millrace.benchmarks.load.records;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Reads records whose number is their time: {@link LogRecords}.
 *
 * <p>A record is read once with the generated classes; after that its bytes are what records at its
 * place must look like, and a comparison of bytes is enough. A record that looks otherwise is read
 * again, and is good when it says the same. One thread at a time.
 */
public final class TimedReading implements Reading {
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final int TIME_BYTES = 9;

  private final Expectation expected;
  private final int count;
  private final int stride;
  private final byte[][] forms;

  public TimedReading(Expectation expected) {
    this.expected = expected;
    this.count = expected.sent().count();
    this.stride = expected.sent().stride();
    this.forms = new byte[count][];
  }

  @Override
  public long number(byte[] message, int from, int to) {
    if (to - from < TIME_BYTES || message[from] != PreparedRequest.TIME_TAG) {
      return BROKEN;
    }
    long number = (long) LONG.get(message, from + 1) - LogRecords.EPOCH;
    int place = (int) (number & (stride - 1));
    return place < count && looksRight(message, place, from, to) ? number : BROKEN;
  }

  private boolean looksRight(byte[] message, int place, int from, int to) {
    byte[] form = forms[place];
    if (form != null
        && Arrays.equals(message, from + TIME_BYTES, to, form, TIME_BYTES, form.length)) {
      return true;
    }
    byte[] record = Arrays.copyOfRange(message, from, to);
    if (!expected.meets(place, record)) {
      return false;
    }
    forms[place] = record;
    return true;
  }
}
