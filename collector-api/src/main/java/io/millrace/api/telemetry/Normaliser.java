package io.millrace.api.telemetry;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Rewrites a request in which a field that comes once came again, so that readers need not care:
 * messages are merged as protobuf does (their contents joined), and of a oneof only the last value
 * stays. Regular encoders never produce such bytes.
 *
 * <p>A message that came in pieces is a list of ranges of the same array, never a copy, so that
 * memory stays linear in the number of bytes however deep the pieces nest.
 */
final class Normaliser {
  private final byte[] a;
  private final WireWriter out;

  /** The ranges of the messages being rewritten, outer ones first: pairs of positions. */
  private int[] ranges = new int[16];

  private int top;

  /** By nesting; made when needed. */
  private final @Nullable Fields[] cursors = new @Nullable Fields[Door.MAX_DEPTH + 1];

  /** For looks ahead, which end before the next one begins. */
  private final Fields ahead;

  private Normaliser(byte[] a, WireWriter out) {
    this.a = a;
    this.out = out;
    this.ahead = new Fields(a, 0, 0);
  }

  /** The regular form of bytes that passed the walk of the {@link Door}. */
  static byte[] normalise(MessageType type, byte[] a, int from, int to) {
    WireWriter out = new WireWriter(to - from);
    Normaliser normaliser = new Normaliser(a, out);
    normaliser.push(from, to);
    normaliser.rewrite(type, 0, 0);
    return out.toBytes();
  }

  /** Rewrites the message whose ranges begin at {@code base} and end at the top; takes them off. */
  private void rewrite(MessageType type, int base, int depth) {
    int end = top;
    int choice = lastChoice(type, base, end);
    Fields field = cursor(depth);
    int seen = 0;
    for (int range = base; range < end; range += 2) {
      field.reset(ranges[range], ranges[range + 1]);
      while (field.next()) {
        int role = type.knows(field.tag) ? type.roles[field.tag] : MessageType.PLAIN;
        MessageType child = type.child(field.tag);
        if (child == null) {
          if (role != MessageType.CHOICE || field.start >= choice) {
            out.raw(a, field.start, field.to);
          }
        } else if (role == MessageType.REPEATED) {
          push(field.from, field.to);
          message(child, field.tag, end, depth);
        } else if (role == MessageType.SINGLE) {
          int bit = type.bits[field.tag];
          if ((seen & bit) == 0) {
            seen |= bit;
            gather(field.tag, base, end, 0);
            message(child, field.tag, end, depth);
          }
        } else if (field.start == choice) {
          gather(field.tag, base, end, choice);
          message(child, field.tag, end, depth);
        }
      }
    }
    top = base;
  }

  /** Writes the message whose ranges begin at {@code base}. */
  private void message(MessageType type, int tag, int base, int depth) {
    int size = 0;
    for (int range = base; range < top; range += 2) {
      size += ranges[range + 1] - ranges[range];
    }
    int mark = out.begin(tag, size);
    rewrite(type, base, depth + 1);
    out.end(mark);
  }

  /** Pushes what the fields with a tag hold, from some place on; counted first, to have room. */
  private void gather(int tag, int base, int end, int from) {
    int pieces = 0;
    for (int range = base; range < end; range += 2) {
      ahead.reset(ranges[range], ranges[range + 1]);
      while (ahead.next()) {
        pieces += ahead.tag == tag && ahead.start >= from ? 1 : 0;
      }
    }
    room(2 * pieces);
    for (int range = base; range < end; range += 2) {
      ahead.reset(ranges[range], ranges[range + 1]);
      while (ahead.next()) {
        if (ahead.tag == tag && ahead.start >= from) {
          push(ahead.from, ahead.to);
        }
      }
    }
  }

  /** Where the value of a oneof begins that counts; a message goes on over its repetitions. */
  private int lastChoice(MessageType type, int base, int end) {
    int begin = 0;
    int tag = 0;
    for (int range = base; range < end; range += 2) {
      ahead.reset(ranges[range], ranges[range + 1]);
      while (ahead.next()) {
        int role = type.knows(ahead.tag) ? type.roles[ahead.tag] : MessageType.PLAIN;
        if (role == MessageType.CHOICE
            || (role == MessageType.CHOICE_MESSAGE && ahead.tag != tag)) {
          begin = ahead.start;
          tag = ahead.tag;
        }
      }
    }
    return begin;
  }

  private void push(int from, int to) {
    room(2);
    ranges[top++] = from;
    ranges[top++] = to;
  }

  private void room(int more) {
    if (ranges.length - top < more) {
      ranges = Arrays.copyOf(ranges, Math.max(top + more, top + (top >> 1)));
    }
  }

  private Fields cursor(int depth) {
    Fields cursor = cursors[depth];
    if (cursor == null) {
      cursor = new Fields(a, 0, 0);
      cursors[depth] = cursor;
    }
    return cursor;
  }
}
