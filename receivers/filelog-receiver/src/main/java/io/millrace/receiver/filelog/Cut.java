package io.millrace.receiver.filelog;

/**
 * Where a record was found in a buffer; reused from record to record. One thread at a time.
 *
 * <p>All are indexes: the text is [from, to) before white space is trimmed, {@code end} is where
 * the next record begins. {@code scanned} is where to go on looking when no end was found.
 */
final class Cut {
  int from;
  int to;
  int end;
  int scanned;

  void set(int from, int to, int end) {
    this.from = from;
    this.to = to;
    this.end = end;
  }
}
