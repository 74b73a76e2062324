package io.millrace.api.telemetry;

import org.jspecify.annotations.Nullable;

/** One change of a message: something in place of a field, or after the last one. */
final class Patch {
  /** Start of what is added at the end. */
  static final int APPENDED = Integer.MAX_VALUE;

  /** What a short attribute has besides key and value: three tags and three lengths. */
  private static final int ATTRIBUTE_BYTES = 6;

  /** Where the replaced field begins and ends. */
  final int start;

  final int end;
  final int tag;

  /** The key when the field is an attribute. */
  byte @Nullable [] key;

  /** The attribute's value; null when it is removed. */
  @Nullable Value value;

  /** The encoded field when it is no attribute; null when it is removed. */
  byte @Nullable [] field;

  @Nullable Patch next;

  Patch(int start, int end, int tag) {
    this.start = start;
    this.end = end;
    this.tag = tag;
  }

  void writeTo(WireWriter out) {
    if (key != null && value != null) {
      KeyValues.write(out, tag, key, value);
    } else if (field != null) {
      out.raw(field, 0, field.length);
    }
  }

  /** How much longer the message becomes, about. */
  int growth() {
    int length = field == null ? 0 : field.length;
    if (key != null && value != null) {
      length = key.length + value.to - value.from + ATTRIBUTE_BYTES;
    }
    return length - (end - start);
  }
}
