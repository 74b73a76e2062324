package io.millrace.benchmarks.load.records;

import io.millrace.benchmarks.fault.ledger.Spoil;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;

/**
 * Counts the records that arrive, and finds those that arrive twice or say something else than was
 * sent.
 *
 * <p>A record is read once with the generated classes; after that its bytes are what records at its
 * place must look like, and a comparison of bytes is enough. A record that looks otherwise is read
 * again, and is good when it says the same.
 *
 * <p>One thread adds; others may read the counts.
 */
public final class Tally {
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final int TIME_BYTES = 9;

  /** No agent lives to see so many records. */
  private static final long MAX_NUMBER = 1L << 36;

  private final Expectation expected;
  private final int count;
  private final int stride;
  private final byte[][] forms;
  private final Numbers arrived = new Numbers();
  private final Set<Spoil> spoils;
  private final RecordWalk walk = new RecordWalk(this::record);
  private byte[] message = new byte[0];
  private long good;
  private long twice;
  private long wrong;
  private volatile long records;
  private volatile long duplicated;
  private volatile long broken;

  /**
   * A count of none.
   *
   * @param spoils done wrong to what arrives, once each, to show that it is found
   */
  public Tally(Expectation expected, Set<Spoil> spoils) {
    this.expected = expected;
    this.count = expected.sent().count();
    this.stride = expected.sent().stride();
    this.forms = new byte[count][];
    this.spoils = spoils.isEmpty() ? EnumSet.noneOf(Spoil.class) : EnumSet.copyOf(spoils);
  }

  /** Adds the records of an OTLP request of logs. */
  public void add(byte[] request, int from, int to) {
    message = request;
    try {
      walk.over(request, from, to);
    } catch (IllegalArgumentException e) {
      wrong++;
    }
    records = good;
    duplicated = twice;
    broken = wrong;
  }

  /** Records that arrived, without those that came again. */
  public long records() {
    return records;
  }

  /** Arrivals of a record that was there already. */
  public long duplicated() {
    return duplicated;
  }

  /** Arrivals that are none of the records sent. */
  public long broken() {
    return broken;
  }

  /** How many records of a request have not arrived. To be asked by the thread that adds. */
  public int missing(long request) {
    int missing = 0;
    for (int i = 0; i < count; i++) {
      if (!arrived.contains(request * stride + i)) {
        missing++;
      }
    }
    return missing;
  }

  private void record(int start, int from, int to) {
    if (!spoils.isEmpty() && spoil(from, to)) {
      return;
    }
    take(from, to);
  }

  private void take(int from, int to) {
    if (to - from < TIME_BYTES || message[from] != PreparedRequest.TIME_TAG) {
      wrong++;
      return;
    }
    long number = (long) LONG.get(message, from + 1) - LogRecords.EPOCH;
    int place = (int) (number & (stride - 1));
    if (number < 0 || number >= MAX_NUMBER || place >= count || !looksRight(place, from, to)) {
      wrong++;
    } else if (arrived.add(number)) {
      good++;
    } else {
      twice++;
    }
  }

  private boolean looksRight(int place, int from, int to) {
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

  /** Does something wrong; true when the record is not to be taken any more. */
  private boolean spoil(int from, int to) {
    if (good < count) {
      // The first request makes the forms; what is altered there would not be one.
      return false;
    }
    if (spoils.remove(Spoil.LOST)) {
      return true;
    }
    if (spoils.remove(Spoil.DOUBLED)) {
      take(from, to);
      return false;
    }
    if (spoils.remove(Spoil.ALTERED)) {
      message[(from + to) / 2] ^= 1;
    }
    return false;
  }
}
