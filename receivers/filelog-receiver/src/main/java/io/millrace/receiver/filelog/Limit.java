package io.millrace.receiver.filelog;

import io.millrace.receiver.filelog.FilelogConfig.MaxLogSizeBehavior;

/**
 * How long a record may be. Immutable.
 *
 * <p>Where the rest of a longer one is left out, its end is looked for up to 8 MiB behind the
 * limit; then a new record begins, so that a file without a line end needs no endless memory.
 *
 * @param encoding tells where characters end
 * @param maxBytes longest text
 * @param behavior what to do with longer ones
 */
record Limit(TextEncoding encoding, int maxBytes, MaxLogSizeBehavior behavior) {
  private static final int LEFT_OUT_BYTES = 8 << 20;

  /** How far behind a record's start to look for its end. */
  int reach() {
    int slack = encoding.lineEndBytes();
    return maxBytes + slack + (behavior == MaxLogSizeBehavior.TRUNCATE ? LEFT_OUT_BYTES : 0);
  }

  /** Whether a record without an end in these many bytes is already known to be cut. */
  boolean exceeds(int visibleBytes) {
    return visibleBytes >= reach();
  }

  /** Answers with a record that ends naturally, or with what the limit leaves of it. */
  void apply(byte[] bytes, int from, int to, int end, Cut cut) {
    if (to - from <= maxBytes) {
      cut.set(from, to, end);
      return;
    }
    int last = encoding.wholeCharacters(bytes, from, from + maxBytes);
    cut.set(from, last, behavior == MaxLogSizeBehavior.SPLIT ? last : end);
  }
}
