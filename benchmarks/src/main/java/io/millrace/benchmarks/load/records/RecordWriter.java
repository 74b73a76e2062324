package io.millrace.benchmarks.load.records;

/**
 * Writes numbered records to where the agent reads them by itself, never more than so many ahead of
 * what has arrived. Thread-safe.
 */
public interface RecordWriter extends Background {
  /** Writes from now on, or at another rate, in records a second. */
  void write(double rate);

  /** Writes no more; how many records there are in all. */
  long stop() throws InterruptedException;

  /** Bytes of a message that holds records. */
  int messageBytes();

  /** Bytes of a record, on average. */
  double recordBytes();
}
