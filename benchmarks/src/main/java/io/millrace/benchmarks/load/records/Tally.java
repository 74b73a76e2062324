package io.millrace.benchmarks.load.records;

import io.millrace.benchmarks.fault.ledger.Spoil;
import java.util.EnumSet;
import java.util.Set;
import java.util.function.Function;

/**
 * Counts the records that arrive, and finds those that arrive twice or say something else than was
 * sent. Thread-safe; one thread adds.
 */
public final class Tally {
  /** No agent lives to see so many records. */
  private static final long MAX_NUMBER = 1L << 36;

  /** What is spoilt comes after the records that a reading learns from. */
  private static final long FIRST_SPOILT = 1_000;

  private final Reading reading;
  private final Numbers arrived = new Numbers();
  private final Set<Spoil> spoils;
  private final Walk walk;
  private byte[] message = new byte[0];
  private long good;
  private long twice;
  private long wrong;
  private volatile long records;
  private volatile long duplicated;
  private volatile long broken;

  /**
   * A count of records in OTLP requests.
   *
   * @param spoils done wrong to what arrives, once each, to show that it is found
   */
  public Tally(Reading reading, Set<Spoil> spoils) {
    this(reading, spoils, RecordWalk::new);
  }

  /** A count of records in messages of another kind. */
  @SuppressWarnings("this-escape") // the walk calls back only when something is added
  public Tally(Reading reading, Set<Spoil> spoils, Function<Walk.Visitor, Walk> walk) {
    this.reading = reading;
    this.spoils = spoils.isEmpty() ? EnumSet.noneOf(Spoil.class) : EnumSet.copyOf(spoils);
    this.walk = walk.apply(this::record);
  }

  /** Adds the records of a message. */
  public synchronized void add(byte[] request, int from, int to) {
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

  /** How many of so many numbers from one on have not arrived. */
  public synchronized int missing(long first, int count) {
    int missing = 0;
    for (int i = 0; i < count; i++) {
      if (!arrived.contains(first + i)) {
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
    long number = number(from, to);
    if (number < 0 || number >= MAX_NUMBER) {
      wrong++;
    } else if (arrived.add(number)) {
      good++;
    } else {
      twice++;
    }
  }

  private long number(int from, int to) {
    try {
      return reading.number(message, from, to);
    } catch (IndexOutOfBoundsException e) {
      // A length in the record leads beyond its message.
      return Reading.BROKEN;
    }
  }

  /** Does something wrong; true when the record is not to be taken any more. */
  private boolean spoil(int from, int to) {
    if (good < FIRST_SPOILT) {
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
