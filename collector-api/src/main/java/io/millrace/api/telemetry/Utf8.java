package io.millrace.api.telemetry;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** Tells valid UTF-8 from the rest, and makes valid what is not. */
final class Utf8 {
  /** How many bytes of invalid text become a {@code String} at a time. */
  static final int PART_BYTES = 4096;

  private Utf8() {}

  /** Whether a range is UTF-8 as Unicode defines it: shortest forms, no surrogates. */
  static boolean isValid(byte[] a, int from, int to) {
    int at = from;
    while (at + 8 <= to && (Wire.fixed64(a, at) & 0x8080_8080_8080_8080L) == 0) {
      at += 8;
    }
    while (at < to) {
      int first = a[at++];
      if (first >= 0) {
        continue;
      }
      int more = more(first & 0xff);
      if (more == 0 || to - at < more) {
        return false;
      }
      if (!secondFits(first & 0xff, a[at] & 0xff)) {
        return false;
      }
      for (int i = 1; i < more; i++) {
        if ((a[at + i] & 0xc0) != 0x80) {
          return false;
        }
      }
      at += more;
    }
    return true;
  }

  /**
   * Writes a range as valid UTF-8: as it is, or with U+FFFD wherever {@code String} reads one. That
   * is done in parts, so that no copy is as long as the text.
   */
  static void write(byte[] a, int from, int to, OutputStream out) throws IOException {
    if (isValid(a, from, to)) {
      out.write(a, from, to - from);
      return;
    }
    for (int at = from; at < to; ) {
      int end = partEnd(a, at, to);
      out.write(Wire.text(a, at, end).getBytes(StandardCharsets.UTF_8));
      at = end;
    }
  }

  /** Where a part ends that reads alone as it does within the text. */
  private static int partEnd(byte[] a, int from, int to) {
    if (to - from <= PART_BYTES) {
      return to;
    }
    int end = from + PART_BYTES;
    for (int i = end; i > end - 4; i--) {
      if ((a[i] & 0xc0) != 0x80) {
        return i;
      }
    }
    // No character has four such bytes: the last of them is invalid, whatever stands before it.
    return end;
  }

  /** How many bytes follow a first byte; 0 when it is none. */
  private static int more(int first) {
    if (first >= 0xc2 && first <= 0xdf) {
      return 1;
    }
    if (first >= 0xe0 && first <= 0xef) {
      return 2;
    }
    return first >= 0xf0 && first <= 0xf4 ? 3 : 0;
  }

  private static boolean secondFits(int first, int second) {
    return switch (first) {
      case 0xe0 -> second >= 0xa0 && second <= 0xbf;
      case 0xed -> second >= 0x80 && second <= 0x9f;
      case 0xf0 -> second >= 0x90 && second <= 0xbf;
      case 0xf4 -> second >= 0x80 && second <= 0x8f;
      default -> second >= 0x80 && second <= 0xbf;
    };
  }
}
