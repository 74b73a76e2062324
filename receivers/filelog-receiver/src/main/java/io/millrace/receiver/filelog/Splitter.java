package io.millrace.receiver.filelog;

/**
 * Says where a record ends. Thread-safe, without state.
 *
 * <p>The answer depends on nothing but the bytes from the record's start on, however many more are
 * visible: every reading of a file must find the same records.
 */
sealed interface Splitter permits LineSplitter, PatternSplitter, WholeSplitter {

  /**
   * Finds the end of the record that begins at {@code from}.
   *
   * @param scanned where to go on looking: {@code from}, or {@link Cut#scanned} of an earlier call
   *     for the same record
   * @param to end of the visible bytes
   * @param flush whether a boundary was set at {@code to}: a record that is open there ends there
   * @param cut takes the answer
   * @return whether the end was found; never when no byte is visible
   */
  boolean next(byte[] bytes, int from, int scanned, int to, boolean flush, Cut cut);

  /** With so many bytes visible behind a record's start, its end is always found. */
  int reach();
}
