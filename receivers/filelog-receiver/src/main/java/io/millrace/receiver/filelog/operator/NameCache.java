package io.millrace.receiver.filelog.operator;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Names that were read, by their bytes: they repeat from line to line. Where two have the same
 * place, the later one has it. Thread-safe: what stands in a place is immutable, and a thread that
 * does not see it reads the name anew.
 */
final class NameCache {
  private static final int PLACES = 1 << 10;
  private static final int MAX_BYTES = 64;

  private final @Nullable Name[] places = new @Nullable Name[PLACES];

  /** The name that is a range of valid UTF-8. */
  String of(byte[] bytes, int from, int to) {
    if (to - from > MAX_BYTES) {
      return new String(bytes, from, to - from, StandardCharsets.UTF_8);
    }
    int hash = 0;
    for (int i = from; i < to; i++) {
      hash = 31 * hash + bytes[i];
    }
    int place = (hash ^ hash >>> 16) & (PLACES - 1);
    Name name = places[place];
    if (name == null || !name.is(bytes, from, to)) {
      name = new Name(Arrays.copyOfRange(bytes, from, to));
      places[place] = name;
    }
    return name.string;
  }

  private static final class Name {
    private final byte[] utf8;
    private final String string;

    private Name(byte[] utf8) {
      this.utf8 = utf8;
      this.string = new String(utf8, StandardCharsets.UTF_8);
    }

    private boolean is(byte[] bytes, int from, int to) {
      return Arrays.equals(utf8, 0, utf8.length, bytes, from, to);
    }
  }
}
