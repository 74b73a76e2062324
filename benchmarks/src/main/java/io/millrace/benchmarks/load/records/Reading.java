package io.millrace.benchmarks.load.records;

/** Tells the number of a record that has arrived, and whether it says what it must. */
public interface Reading {
  /** The answer for a record that is none of those sent. */
  long BROKEN = -1;

  /**
   * The number of the record whose fields stand there, or {@link #BROKEN}.
   *
   * @param message holds the bytes of an OTLP log record, without its tag and length
   */
  long number(byte[] message, int from, int to);
}
