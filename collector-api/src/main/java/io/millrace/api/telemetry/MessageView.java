package io.millrace.api.telemetry;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/**
 * A message read in place. Where its fields are is found out in one pass at the second question.
 * Immutable; the index is built by whoever asks first, equally on every thread.
 */
abstract class MessageView {
  private static final VarHandle INDEX;

  static {
    try {
      INDEX = MethodHandles.lookup().findVarHandle(MessageView.class, "index", int[].class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  final byte[] a;
  final int from;
  final int to;
  private final MessageType messageType;

  /** By field number: where the last value begins (after the tag), 0 when there is none. */
  @SuppressWarnings("UnusedVariable") // read and written through INDEX
  private int @Nullable [] index;

  /** Whether a field was asked for. Most processors ask for one, which is worth no index. */
  private boolean asked;

  MessageView(MessageType messageType, byte[] a, int from, int to) {
    this.messageType = messageType;
    this.a = a;
    this.from = from;
    this.to = to;
  }

  public int sizeBytes() {
    return to - from;
  }

  final MessageType messageType() {
    return messageType;
  }

  /**
   * Where the last value of a field begins; for a length-delimited one, at its length. 0: absent.
   */
  final int at(int field) {
    int[] places = (int[]) INDEX.getAcquire(this);
    if (places == null) {
      if (!asked) {
        asked = true;
        return find(field);
      }
      places = new int[MessageType.TAGS >> 3];
      Fields cursor = new Fields(a, from, to);
      while (cursor.next()) {
        if (messageType.knows(cursor.tag)) {
          places[cursor.tag >>> 3] = afterTag(cursor);
        }
      }
      INDEX.setRelease(this, places);
    }
    return places[field];
  }

  private int find(int field) {
    int place = 0;
    Fields cursor = new Fields(a, from, to);
    while (cursor.next()) {
      if (cursor.tag >>> 3 == field && messageType.knows(cursor.tag)) {
        place = afterTag(cursor);
      }
    }
    return place;
  }

  final long varint(int field) {
    int at = at(field);
    return at == 0 ? 0 : Wire.varint(a, at);
  }

  /** An unsigned 32-bit varint. */
  final long unsigned32(int field) {
    return varint(field) & 0xffff_ffffL;
  }

  final long fixed64(int field) {
    int at = at(field);
    return at == 0 ? 0 : Wire.fixed64(a, at);
  }

  final double fixedDouble(int field) {
    return Double.longBitsToDouble(fixed64(field));
  }

  final long fixed32(int field) {
    int at = at(field);
    return at == 0 ? 0 : Wire.fixed32(a, at) & 0xffff_ffffL;
  }

  final String text(int field) {
    int at = at(field);
    return at == 0 ? "" : Wire.text(a, Wire.varintEnd(a, at), lenEnd(at));
  }

  /** An id in hex; one of another length is none, as OTLP has it. */
  final String id(int field, int length) {
    int at = at(field);
    if (at == 0) {
      return "";
    }
    int begin = Wire.varintEnd(a, at);
    int end = lenEnd(at);
    return end - begin == length ? Wire.id(a, begin, end) : "";
  }

  final Value valueOf(int field) {
    int at = at(field);
    return at == 0 ? Value.EMPTY : new Value(a, Wire.varintEnd(a, at), lenEnd(at));
  }

  /** End of the length-delimited value whose length is at this place. */
  final int lenEnd(int at) {
    return Wire.varintEnd(a, at) + (int) Wire.varint(a, at);
  }

  /** The messages with this tag, made by {@code view} of their range. */
  final <T> Iterable<T> messages(int tag, RangeView<T> view) {
    return () -> new Messages<>(a, from, to, tag, view);
  }

  private int afterTag(Fields field) {
    return Wire.varintEnd(a, field.start);
  }

  /** Makes a view of a range of bytes. */
  interface RangeView<T> {
    T of(byte[] a, int from, int to);
  }

  private static final class Messages<T> implements Iterator<T> {
    private final Fields field;
    private final int tag;
    private final RangeView<T> view;
    private boolean ready;

    Messages(byte[] a, int from, int to, int tag, RangeView<T> view) {
      this.field = new Fields(a, from, to);
      this.tag = tag;
      this.view = view;
      this.ready = advance();
    }

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
    public T next() {
      if (!ready) {
        throw new NoSuchElementException();
      }
      T next = view.of(field.a, field.from, field.to);
      ready = advance();
      return next;
    }
  }
}
