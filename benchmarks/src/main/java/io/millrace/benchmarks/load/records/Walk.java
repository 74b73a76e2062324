package io.millrace.benchmarks.load.records;

/** Finds the records in a message. One thread at a time. */
public interface Walk {
  /**
   * Visits every record.
   *
   * @throws IllegalArgumentException when the bytes are no such message
   */
  void over(byte[] message, int from, int to);

  /** Gets the records. */
  @FunctionalInterface
  interface Visitor {
    /**
     * A record.
     *
     * @param start where it begins
     * @param from where its content begins
     * @param to the end of its content
     */
    void record(int start, int from, int to);
  }
}
