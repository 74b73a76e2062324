package io.millrace.api.telemetry;

import java.util.Arrays;

/**
 * Rewrites a request in which a field that comes once came again, so that readers need not care:
 * messages are merged as protobuf does (their contents joined), and of a oneof only the last value
 * stays. Regular encoders never produce such bytes.
 */
final class Normaliser {
  private final WireWriter out;

  private Normaliser(WireWriter out) {
    this.out = out;
  }

  /** The regular form of bytes that passed the walk of the {@link Door}. */
  static byte[] normalise(MessageType type, byte[] a, int from, int to) {
    WireWriter out = new WireWriter(to - from);
    new Normaliser(out).rewrite(type, a, from, to);
    return out.toBytes();
  }

  private void rewrite(MessageType type, byte[] a, int from, int to) {
    WireWriter[] merged = new WireWriter[32];
    int choice = lastChoice(type, a, from, to);
    Fields field = new Fields(a, from, to);
    while (field.next()) {
      int role = type.knows(field.tag) ? type.roles[field.tag] : MessageType.PLAIN;
      MessageType child = type.child(field.tag);
      if (role == MessageType.REPEATED && child != null) {
        int mark = out.begin(field.tag, field.to - field.from);
        rewrite(child, a, field.from, field.to);
        out.end(mark);
      } else if (role == MessageType.SINGLE || role == MessageType.CHOICE_MESSAGE) {
        if (role == MessageType.SINGLE || field.start >= choice) {
          int number = field.tag >>> 3;
          WireWriter whole = merged[number];
          if (whole == null) {
            whole = new WireWriter(field.to - field.from);
            merged[number] = whole;
          }
          whole.raw(a, field.from, field.to);
        }
      } else if (role != MessageType.CHOICE || field.start >= choice) {
        out.raw(a, field.start, field.to);
      }
    }
    for (int number = 0; number < merged.length; number++) {
      WireWriter whole = merged[number];
      int tag = Wire.tag(number, Wire.LEN);
      MessageType child = type.child(tag);
      if (whole != null && child != null) {
        byte[] content = whole.toBytes();
        int mark = out.begin(tag, content.length);
        rewrite(child, content, 0, content.length);
        out.end(mark);
      }
    }
    Arrays.fill(merged, null);
  }

  /** Where the value of a oneof begins that counts; a message goes on over its repetitions. */
  private static int lastChoice(MessageType type, byte[] a, int from, int to) {
    int begin = from;
    int tag = 0;
    Fields field = new Fields(a, from, to);
    while (field.next()) {
      int role = type.knows(field.tag) ? type.roles[field.tag] : MessageType.PLAIN;
      if (role == MessageType.CHOICE || (role == MessageType.CHOICE_MESSAGE && field.tag != tag)) {
        begin = field.start;
        tag = field.tag;
      }
    }
    return begin;
  }
}
