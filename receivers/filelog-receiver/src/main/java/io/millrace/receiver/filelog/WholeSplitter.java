package io.millrace.receiver.filelog;

/** A record is what is there, up to the longest record: for bytes that are no text. Thread-safe. */
final class WholeSplitter implements Splitter {
  private final int maxBytes;

  WholeSplitter(int maxBytes) {
    this.maxBytes = maxBytes;
  }

  @Override
  public boolean next(byte[] bytes, int from, int scanned, int to, boolean flush, Cut cut) {
    int end = Math.min(to, from + maxBytes);
    if (end - from == maxBytes || (flush && end > from)) {
      cut.set(from, end, end);
      return true;
    }
    cut.scanned = to;
    return false;
  }

  @Override
  public int reach() {
    return maxBytes;
  }
}
