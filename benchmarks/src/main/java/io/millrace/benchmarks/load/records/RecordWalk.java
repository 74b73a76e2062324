package io.millrace.benchmarks.load.records;

/**
 * Finds the log records in the bytes of an OTLP request of logs. Reads tags and lengths only. One
 * thread at a time.
 */
public final class RecordWalk implements Walk {
  private static final int RESOURCE_LOGS = 1;
  private static final int SCOPE_LOGS = 2;
  private static final int LOG_RECORDS = 2;

  private final Visitor visitor;
  private byte[] bytes = new byte[0];
  private int position;

  public RecordWalk(Visitor visitor) {
    this.visitor = visitor;
  }

  @Override
  public void over(byte[] message, int from, int to) {
    bytes = message;
    position = from;
    while (position < to) {
      if (stands(RESOURCE_LOGS, to)) {
        resourceLogs(end(to));
      }
    }
  }

  private void resourceLogs(int to) {
    while (position < to) {
      if (stands(SCOPE_LOGS, to)) {
        scopeLogs(end(to));
      }
    }
  }

  private void scopeLogs(int to) {
    while (position < to) {
      int start = position;
      if (stands(LOG_RECORDS, to)) {
        int end = end(to);
        visitor.record(start, position, end);
        position = end;
      }
    }
  }

  /** Reads a tag; skips its field unless it is a message of the number wanted. */
  private boolean stands(int wanted, int to) {
    int tag = varint(to);
    switch (tag & 7) {
      case 0 -> varint(to);
      case 1 -> position += 8;
      case 2 -> {
        if (tag >>> 3 == wanted) {
          return true;
        }
        position = end(to);
      }
      case 5 -> position += 4;
      default -> throw new IllegalArgumentException("wire type " + (tag & 7));
    }
    return false;
  }

  private int end(int to) {
    int length = varint(to);
    int end = position + length;
    if (length < 0 || end > to) {
      throw new IllegalArgumentException("a length beyond the end");
    }
    return end;
  }

  private int varint(int to) {
    int value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      if (position >= to) {
        throw new IllegalArgumentException("ends within a number");
      }
      byte each = bytes[position++];
      if (shift < 32) {
        value |= (each & 0x7f) << shift;
      }
      if (each >= 0) {
        return value;
      }
    }
    throw new IllegalArgumentException("a number without an end");
  }
}
