package io.millrace.fuzz;

/**
 * The choices that an input makes, byte by byte; zeros once it is used up. One thread at a time.
 */
final class Program {
  private static final String[] KEYS = {
    "a", "b", "x", "", "service.name", "http.request.method", "schl\u00fcssel", "new"
  };

  private final byte[] bytes;
  private final int end;
  private int at;

  Program(byte[] bytes, int from, int to) {
    this.bytes = bytes;
    this.at = from;
    this.end = to;
  }

  boolean isOver() {
    return at >= end;
  }

  /** 0 to {@code bound - 1}. */
  int choice(int bound) {
    return isOver() ? 0 : (bytes[at++] & 0xff) % bound;
  }

  boolean truth() {
    return choice(2) == 1;
  }

  /** Small, large, negative. */
  long number() {
    long small = choice(256);
    return switch (choice(4)) {
      case 0 -> small;
      case 1 -> -small;
      case 2 -> small << 55;
      default -> small << 28;
    };
  }

  double fraction() {
    return choice(8) == 0 ? Double.NaN : number() / 8.0;
  }

  String key() {
    return KEYS[choice(KEYS.length)];
  }

  String text() {
    int length = choice(256);
    return length > 240 ? "gr\u00fc\u00dfe \ud83d\ude00".repeat(length) : "t".repeat(length & 15);
  }

  /** Hex digits of so many bytes, or none. */
  String hex(int bytes) {
    return truth() ? "" : String.format("%02x", choice(256)).repeat(bytes);
  }
}
