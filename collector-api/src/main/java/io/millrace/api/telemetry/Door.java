package io.millrace.api.telemetry;

/**
 * Walks the structure of an OTLP request down to the leaves and counts its items. What passed can
 * be read without any further check. Work is linear in the number of bytes, memory in the nesting,
 * which is bounded like protobuf's own (100 messages below the request).
 *
 * <p>Refused: truncated or overlong values, field number 0, groups, wire types 6 and 7, packed
 * lists with a remainder; also requests that are little else than groups, scopes and metrics
 * without items, which cost a session fifty times their bytes and say nothing. Not looked at:
 * whether strings are UTF-8.
 */
final class Door {
  static final int MAX_DEPTH = 100;

  /** Messages around an item that have no other item in them: group, scope, metric and its data. */
  private static final int CONTAINERS_OF_AN_ITEM = 4;

  /** As many more may be empty. */
  static final int MAX_EMPTY_CONTAINERS = 1 << 16;

  private static final byte KEY = 1 << 3 | Wire.LEN;
  private static final byte VALUE = 2 << 3 | Wire.LEN;
  private static final byte STRING = 1 << 3 | Wire.LEN;
  private static final byte BOOL = 2 << 3 | Wire.VARINT;
  private static final byte INT = 3 << 3 | Wire.VARINT;
  private static final byte DOUBLE = 4 << 3 | Wire.FIXED64;

  private final byte[] a;
  private final int base;
  private int p;
  private int items;
  private int containers;
  private boolean irregular;

  private Door(byte[] a, int base) {
    this.a = a;
    this.base = base;
  }

  /** Checks one request and makes it regular; see {@link Normaliser}. */
  static Chunk enter(MessageType type, byte[] a, int from, int to)
      throws MalformedTelemetryException {
    Door door = new Door(a, from);
    door.walk(type, from, to, 0);
    door.requireItems();
    if (!door.irregular) {
      return new Chunk(a, from, to, door.items);
    }
    byte[] regular = Normaliser.normalise(type, a, from, to);
    Door again = new Door(regular, 0);
    again.walk(type, 0, regular.length, 0);
    return new Chunk(regular, 0, regular.length, again.items);
  }

  private void walk(MessageType type, int from, int end, int depth)
      throws MalformedTelemetryException {
    byte[] bytes = a;
    byte[] roles = type.roles;
    int seen = 0;
    int at = from;
    while (at < end) {
      int start = at;
      int tag = bytes[at++];
      if (tag < 0) {
        tag = longTag(start, end);
        at = p;
      }
      if (tag >>> 3 == 0) {
        throw malformed("Field number 0 in " + type, start);
      }
      int length = 0;
      switch (tag & 7) {
        case Wire.LEN -> {
          if (at == end) {
            throw malformed("Truncated length in " + type, start);
          }
          length = bytes[at++];
          if (length < 0) {
            length = longLength(at - 1, start, end);
            at = p;
          }
          if (length > end - at) {
            throw malformed("Truncated field of " + type, start);
          }
        }
        case Wire.VARINT -> {
          int last = Math.min(end, at + 10);
          do {
            if (at == last) {
              throw malformed(last == end ? "Truncated varint" : "Overlong varint", start);
            }
          } while (bytes[at++] < 0);
        }
        case Wire.FIXED64 -> at = fixed(at, 8, start, end);
        case Wire.FIXED32 -> at = fixed(at, 4, start, end);
        default -> throw malformed("Wire type " + (tag & 7) + " in " + type, start);
      }
      int role = tag < MessageType.TAGS && tag > 0 ? roles[tag] : MessageType.PLAIN;
      if (role != MessageType.PLAIN) {
        if (role < MessageType.PACKED_FIXED64) {
          int bit = type.bits[tag];
          irregular |= (seen & bit) != 0;
          seen |= bit;
          if (role != MessageType.CHOICE) {
            enter(type, tag, at, at + length, depth);
          }
        } else if (role == MessageType.PACKED_VARINT) {
          packedVarints(at, at + length);
        } else if ((length & 7) != 0) {
          throw malformed("Packed list with a remainder in " + type, start);
        }
      }
      at += length;
    }
  }

  private void enter(MessageType type, int tag, int from, int to, int depth)
      throws MalformedTelemetryException {
    MessageType child = type.children[tag];
    if (child == null
        || (child == MessageType.KEY_VALUE && depth < MAX_DEPTH - 1 && isOrdinary(from, to))) {
      return;
    }
    if (depth == MAX_DEPTH) {
      throw malformed("More than " + MAX_DEPTH + " messages nested", from);
    }
    if (child.item) {
      items++;
    } else if (child.container) {
      containers++;
    }
    walk(child, from, to, depth + 1);
  }

  private void requireItems() throws MalformedTelemetryException {
    long allowed = (long) CONTAINERS_OF_AN_ITEM * items + MAX_EMPTY_CONTAINERS;
    if (containers > allowed) {
      throw new MalformedTelemetryException(
          containers
              + " groups, scopes and metrics around "
              + items
              + " items (expected: at most "
              + allowed
              + ")",
          0);
    }
  }

  /**
   * Whether a key and a value are what encoders write most: the key, then a value that is a string
   * or a number, all of them short; or, as the Collector has it, the value, then the key. Most
   * messages of a request are such, and holding them against this form takes a fraction of walking
   * through them.
   */
  private boolean isOrdinary(int from, int to) {
    byte[] bytes = a;
    if (to - from < 6 || bytes[from + 1] < 0) {
      return false;
    }
    int second = from + 2 + bytes[from + 1];
    if (second + 2 > to || bytes[second + 1] != to - second - 2) {
      return false;
    }
    if (bytes[from] == KEY) {
      return bytes[second] == VALUE && isScalar(second + 2, to);
    }
    return bytes[from] == VALUE && bytes[second] == KEY && isScalar(from + 2, second);
  }

  /** Whether a value is nothing but a short string or a number. */
  private boolean isScalar(int from, int to) {
    byte[] bytes = a;
    if (to - from < 2) {
      return false;
    }
    return switch (bytes[from]) {
      case STRING -> bytes[from + 1] == to - from - 2;
      case BOOL, INT ->
          bytes[from + 1] >= 0 ? from + 2 == to : from + 3 == to && bytes[from + 2] >= 0;
      case DOUBLE -> from + 9 == to;
      default -> false;
    };
  }

  /** Reads a tag of more than one byte; leaves its end in {@link #p}. */
  private int longTag(int start, int end) throws MalformedTelemetryException {
    long tag = checkedVarint(start, start, end);
    if (tag >>> 32 != 0) {
      throw malformed("Tag of more than 32 bits", start);
    }
    return (int) tag;
  }

  private int fixed(int at, int size, int start, int end) throws MalformedTelemetryException {
    if (size > end - at) {
      throw malformed("Truncated number", start);
    }
    return at + size;
  }

  /** Reads a length of more than one byte; leaves its end in {@link #p}. */
  private int longLength(int at, int start, int end) throws MalformedTelemetryException {
    if (at + 1 < end && a[at + 1] >= 0) {
      p = at + 2;
      return (a[at] & 0x7f) | a[at + 1] << 7;
    }
    long length = checkedVarint(at, start, end);
    if (length < 0 || length > Integer.MAX_VALUE) {
      throw malformed("Length beyond the message", start);
    }
    return (int) length;
  }

  private long checkedVarint(int at, int start, int end) throws MalformedTelemetryException {
    int last = Math.min(end, at + 10);
    for (int i = at; i < last; i++) {
      if (a[i] >= 0) {
        p = i + 1;
        return Wire.varint(a, at);
      }
    }
    throw malformed(last == end ? "Truncated varint" : "Overlong varint", start);
  }

  private void packedVarints(int from, int to) throws MalformedTelemetryException {
    for (int at = from; at < to; at = p) {
      checkedVarint(at, at, to);
    }
  }

  private MalformedTelemetryException malformed(String what, int at) {
    return new MalformedTelemetryException(what, at - base);
  }
}
