package io.millrace.benchmarks.load.records;

/**
 * Finds the documents in the body of a {@code _bulk} request: every other line. One thread at a
 * time.
 */
public final class BulkWalk implements Walk {
  private final Visitor visitor;

  public BulkWalk(Visitor visitor) {
    this.visitor = visitor;
  }

  @Override
  public void over(byte[] message, int from, int to) {
    int begin = from;
    boolean document = false;
    for (int i = from; i < to; i++) {
      if (message[i] == '\n') {
        if (document) {
          visitor.record(begin, begin, i);
        }
        document = !document;
        begin = i + 1;
      }
    }
    if (document || begin != to) {
      throw new IllegalArgumentException("ends within a document");
    }
  }
}
