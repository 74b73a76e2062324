package io.millrace.exporter.elasticsearch;

import io.millrace.api.telemetry.Attribute;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * The names seen in one JSON object: Elasticsearch refuses a document that has one twice. Used for
 * one object after the other. One thread at a time.
 *
 * <p>They are held as UTF-8, one behind the other, with no object for each: an attribute may come
 * as 7 bytes, and hundreds of thousands of them in one request.
 */
final class Names {
  /** So many are compared one by one; when there are more they are found by hash. */
  private static final int FEW = 16;

  private static final int FIRST_BYTES = 256;
  private static final int[] NONE = {};
  private static final long ODD = 0x9e37_79b9_7f4a_7c15L;

  /** Nobody can choose names so that their hashes are the same. */
  private static final long SEED = new SplittableRandom().nextLong();

  private final Utf8 utf8 = new Utf8();

  /** Where each name ends. */
  private int[] ends = new int[FEW];

  private int size;

  /** By hash, else at the next free place: the number of the name, from 1. Empty while few. */
  private int[] table = NONE;

  private @Nullable Names inner;

  /** Forgets all: another object begins. */
  void clear() {
    utf8.length = 0;
    size = 0;
    table = NONE;
  }

  /** Those of an object within this one; forgets what was there. */
  Names inner() {
    Names names = inner;
    if (names == null) {
      names = new Names();
      inner = names;
    }
    names.clear();
    return names;
  }

  /** Adds the name of an attribute; false when it is there already. */
  boolean add(Attribute attribute) throws IOException {
    int from = utf8.length;
    attribute.writeKeyTo(utf8);
    if (table.length == 0 ? isAmongFew(from) : isInTable(from)) {
      utf8.length = from;
      return false;
    }
    if (size == ends.length) {
      ends = Arrays.copyOf(ends, 2 * size);
    }
    ends[size++] = utf8.length;
    if (size == FEW || (size > FEW && 4L * size > 3L * table.length)) {
      table = new int[Integer.highestOneBit(size) * 4];
      for (int i = 0; i < size; i++) {
        putIntoTable(i);
      }
    } else if (size > FEW) {
      putIntoTable(size - 1);
    }
    return true;
  }

  /** Whether the name added last is one of these. */
  boolean isLastAmong(byte[][] some) {
    int from = start(size - 1);
    int count = utf8.length - from;
    for (byte[] name : some) {
      if (name.length == count
          && Arrays.equals(utf8.bytes, from, utf8.length, name, 0, name.length)) {
        return true;
      }
    }
    return false;
  }

  /** Begins a member by the name added last. */
  JsonWriter writeLast(JsonWriter to) throws IOException {
    return to.name(utf8.bytes, start(size - 1), utf8.length);
  }

  private int start(int name) {
    return name == 0 ? 0 : ends[name - 1];
  }

  private boolean isAmongFew(int from) {
    for (int i = 0; i < size; i++) {
      if (isSame(i, from)) {
        return true;
      }
    }
    return false;
  }

  private boolean isInTable(int from) {
    int place = place(from, utf8.length);
    while (table[place] != 0) {
      if (isSame(table[place] - 1, from)) {
        return true;
      }
      place = next(place);
    }
    return false;
  }

  private void putIntoTable(int name) {
    int place = place(start(name), ends[name]);
    while (table[place] != 0) {
      place = next(place);
    }
    table[place] = name + 1;
  }

  /** Whether a name is the one behind all of them. */
  private boolean isSame(int name, int from) {
    int start = start(name);
    return ends[name] - start == utf8.length - from
        && Arrays.equals(utf8.bytes, start, ends[name], utf8.bytes, from, utf8.length);
  }

  private int place(int from, int to) {
    long hash = SEED;
    for (int i = from; i < to; i++) {
      hash = (hash ^ utf8.bytes[i]) * ODD;
      hash ^= hash >>> 32;
    }
    return (int) hash & (table.length - 1);
  }

  private int next(int place) {
    return (place + 1) & (table.length - 1);
  }

  /** Bytes in memory that can be seen and taken back. */
  private static final class Utf8 extends OutputStream {
    private byte[] bytes = new byte[FIRST_BYTES];
    private int length;

    @Override
    public void write(int b) {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] from, int offset, int count) {
      if (bytes.length - length < count) {
        bytes = Arrays.copyOf(bytes, Math.max(length + count, bytes.length + bytes.length / 2));
      }
      System.arraycopy(from, offset, bytes, length, count);
      length += count;
    }
  }
}
