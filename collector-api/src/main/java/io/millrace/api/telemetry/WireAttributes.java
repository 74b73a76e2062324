package io.millrace.api.telemetry;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/** The {@code KeyValue} fields with one tag in a message. Immutable. */
final class WireAttributes implements Attributes {
  static final Attributes NONE = new WireAttributes(Wire.NOTHING, 0, 0, 0x0a);

  private final byte[] a;
  private final int from;
  private final int to;
  private final int tag;

  WireAttributes(byte[] a, int from, int to, int tag) {
    this.a = a;
    this.from = from;
    this.to = to;
    this.tag = tag;
  }

  @Override
  public int size() {
    int size = 0;
    Fields field = new Fields(a, from, to);
    while (field.next()) {
      if (field.tag == tag) {
        size++;
      }
    }
    return size;
  }

  @Override
  public @Nullable Value get(AttributeKey key) {
    return find(key.utf8);
  }

  @Override
  public @Nullable Value get(String key) {
    return find(key.getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public Iterator<Attribute> iterator() {
    return new Cursor();
  }

  private @Nullable Value find(byte[] key) {
    Fields field = new Fields(a, from, to);
    while (field.next()) {
      if (field.tag == tag && KeyValues.hasKey(a, field.from, field.to, key)) {
        return KeyValues.value(a, field.from, field.to);
      }
    }
    return null;
  }

  /** One {@code KeyValue}. */
  static final class Entry implements Attribute {
    private final byte[] array;
    private final int from;
    private final int to;

    Entry(byte[] array, int from, int to) {
      this.array = array;
      this.from = from;
      this.to = to;
    }

    @Override
    public String key() {
      return KeyValues.key(array, from, to);
    }

    @Override
    public void writeKeyTo(OutputStream out) throws IOException {
      KeyValues.writeKey(array, from, to, out);
    }

    @Override
    public Value value() {
      return KeyValues.value(array, from, to);
    }

    @Override
    public String toString() {
      return key() + "=" + value();
    }
  }

  private final class Cursor implements Iterator<Attribute> {
    private final Fields field = new Fields(a, from, to);
    private boolean ready = advance();

    private boolean advance() {
      while (field.next()) {
        if (field.tag == tag) {
          return true;
        }
      }
      return false;
    }

    @Override
    public boolean hasNext() {
      return ready;
    }

    @Override
    public Attribute next() {
      if (!ready) {
        throw new NoSuchElementException();
      }
      Attribute entry = new Entry(a, field.from, field.to);
      ready = advance();
      return entry;
    }
  }
}
