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
 * again, and is good when it says the same. The time must be a record's first field or its last:
 * encoders write fields in ascending order or, as the Collector's does, backwards. One thread at a
 * time.
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
    if (to - from < TIME_BYTES) {
      return BROKEN;
    }
    int time = message[from] == PreparedRequest.TIME_TAG ? from : to - TIME_BYTES;
    if (message[time] != PreparedRequest.TIME_TAG) {
      return BROKEN;
    }
    long number = (long) LONG.get(message, time + 1) - LogRecords.EPOCH;
    int place = (int) (number & (stride - 1));
    boolean right =
        place < count
            && (equalsForm(message, place, from, to, time - from)
                || learns(number, place, Arrays.copyOfRange(message, from, to)));
    return right ? number : BROKEN;
  }

  /** Whether a record whose time stands {@code at} is the place's form but for the time. */
  private boolean equalsForm(byte[] message, int place, int from, int to, int at) {
    byte[] form = forms[place];
    int behind = at + TIME_BYTES;
    return form != null
        && form.length == to - from
        && form[at] == PreparedRequest.TIME_TAG
        && Arrays.equals(message, from, from + at, form, 0, at)
        && Arrays.equals(message, from + behind, to, form, behind, form.length);
  }

  private boolean learns(long number, int place, byte[] record) {
    if (!expected.meets(place, LogRecords.EPOCH + number, record)) {
      return false;
    }
    forms[place] = record;
    return true;
  }
}
