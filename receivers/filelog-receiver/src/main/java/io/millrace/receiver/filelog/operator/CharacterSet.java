package io.millrace.receiver.filelog.operator;

import org.jspecify.annotations.Nullable;

/**
 * A set of characters: any of ASCII, and all others or none of them. A character of UTF-8 is in it
 * exactly when its first byte is, and then so are its other bytes. Immutable.
 */
final class CharacterSet {
  private static final int ASCII = 128;
  private static final int NONE = -1;

  /** By byte, as a number from 0 to 255. */
  private final boolean[] members;

  /** The only byte that is not in the set, where there is one such. */
  private final int absent;

  private CharacterSet(boolean[] members) {
    this.members = members;
    int found = NONE;
    int count = 0;
    for (int i = 0; i < members.length; i++) {
      if (!members[i]) {
        found = i;
        count++;
      }
    }
    this.absent = count == 1 ? found : NONE;
  }

  /** The set of some of ASCII, and of all others when {@code others}. */
  static CharacterSet of(boolean[] ascii, boolean others) {
    boolean[] members = new boolean[256];
    for (int i = 0; i < members.length; i++) {
      members[i] = i < ASCII ? ascii[i] : others;
    }
    return new CharacterSet(members);
  }

  /** What is in either set. */
  CharacterSet or(CharacterSet other) {
    boolean[] union = members.clone();
    for (int i = 0; i < union.length; i++) {
      union[i] |= other.members[i];
    }
    return new CharacterSet(union);
  }

  /** Whether the character is in the set that begins with this byte. */
  boolean has(byte first) {
    return members[first & 0xff];
  }

  /** Index of the first byte in [from, to) that is not in the set; {@code to} when all are. */
  int end(byte[] bytes, int from, int to) {
    if (absent != NONE) {
      int found = Bytes.indexOf(bytes, (byte) absent, from, to);
      return found < 0 ? to : found;
    }
    boolean[] in = members;
    int i = from;
    while (i < to && in[bytes[i] & 0xff]) {
      i++;
    }
    return i;
  }

  /**
   * The last index in [from, to) at which a character begins, one of the set if there is one; -1
   * when there is none.
   */
  static int lastOf(@Nullable CharacterSet set, byte[] bytes, int from, int to) {
    for (int i = to - 1; i >= from; i--) {
      if ((bytes[i] & 0xc0) != 0x80 && (set == null || set.has(bytes[i]))) {
        return i;
      }
    }
    return -1;
  }

  /** How many bytes a character has that begins with this one. */
  static int length(byte first) {
    if (first >= 0) {
      return 1;
    }
    return (first & 0xe0) == 0xc0 ? 2 : (first & 0xf0) == 0xe0 ? 3 : 4;
  }
}
