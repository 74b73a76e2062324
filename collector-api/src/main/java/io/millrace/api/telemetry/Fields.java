package io.millrace.api.telemetry;

/**
 * Goes through the fields of one message that passed the {@link Door}. One thread at a time; after
 * {@link #next()} the public fields describe the current field.
 */
final class Fields {
  byte[] a;
  private int end;

  /** The tag: field number and wire type. */
  int tag;

  /** Where the field begins, at its tag. */
  int start;

  /** Where the value begins: the payload of a length-delimited field. */
  int from;

  /** Where the value and so the field end. */
  int to;

  private int p;

  Fields(byte[] a, int from, int to) {
    this.a = a;
    this.p = from;
    this.end = to;
  }

  /** Begins anew with another range of the same array. */
  void reset(int newFrom, int newTo) {
    p = newFrom;
    end = newTo;
  }

  /** Begins anew with another message. */
  void reset(byte[] array, int newFrom, int newTo) {
    a = array;
    reset(newFrom, newTo);
  }

  boolean next() {
    int at = p;
    if (at >= end) {
      return false;
    }
    start = at;
    int t = a[at++];
    if (t < 0) {
      t = (int) Wire.varint(a, start);
      at = Wire.varintEnd(a, start);
    }
    tag = t;
    switch (t & 7) {
      case Wire.LEN -> {
        int length = a[at++];
        if (length < 0) {
          int second = a[at++];
          length = (length & 0x7f) | second << 7;
          if (second < 0) {
            length = (int) Wire.varint(a, at - 2);
            at = Wire.varintEnd(a, at - 2);
          }
        }
        from = at;
        at += length;
      }
      case Wire.VARINT -> {
        from = at;
        at = Wire.varintEnd(a, at);
      }
      case Wire.FIXED64 -> {
        from = at;
        at += 8;
      }
      default -> {
        from = at;
        at += 4;
      }
    }
    to = at;
    p = at;
    return true;
  }
}
