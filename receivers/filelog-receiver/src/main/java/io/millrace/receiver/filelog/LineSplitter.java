package io.millrace.receiver.filelog;

/** A record is a line. Thread-safe, without state. */
final class LineSplitter implements Splitter {
  private final TextEncoding encoding;
  private final Limit limit;

  LineSplitter(TextEncoding encoding, Limit limit) {
    this.encoding = encoding;
    this.limit = limit;
  }

  @Override
  public boolean next(byte[] bytes, int from, int scanned, int to, boolean flush, Cut cut) {
    int visible = Math.min(to, from + limit.reach());
    int newline = encoding.indexOfNewline(bytes, from, scanned, visible);
    if (newline >= 0) {
      int textEnd = encoding.withoutReturn(bytes, from, newline);
      limit.apply(bytes, from, textEnd, newline + encoding.newlineBytes(), cut);
      return true;
    }
    if (limit.exceeds(visible - from) || (flush && to > from)) {
      limit.apply(bytes, from, visible, visible, cut);
      return true;
    }
    cut.scanned = Math.max(scanned, visible - (encoding.newlineBytes() - 1));
    return false;
  }

  @Override
  public int reach() {
    return limit.reach();
  }
}
