package io.millrace.api.telemetry;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A message with changes over it, in the order of the bytes they replace. What is added comes last.
 * After many changes the message is encoded anew, so that looking through them stays cheap. One
 * thread at a time.
 */
abstract class MessageEdit {
  private static final int MANY = 16;

  byte[] a;
  int from;
  int to;

  /** To go through the message with; shared with other messages. */
  private final Fields cursor;

  private @Nullable Patch first;

  /** At most one more than {@link #MANY}, and small, since there may be a message for two bytes. */
  private byte patches;

  private byte fieldPatches;
  private boolean rebased;

  MessageEdit(byte[] a, int from, int to, Fields cursor) {
    this.a = a;
    this.from = from;
    this.to = to;
    this.cursor = cursor;
  }

  /** Is told before every change. */
  abstract void changing();

  /** Is told by about how much the message grew, to guess the size of the result. */
  void grown(int bytes) {}

  /** Is told that the bytes are others now. */
  void rebased() {}

  /** Whether the message is no longer the bytes it was made of. */
  final boolean isTouched() {
    return rebased || first != null;
  }

  public final int sizeBytes() {
    if (first != null) {
      flatten();
    }
    return to - from;
  }

  final @Nullable Value attribute(int tag, byte[] key) {
    Patch patch = first;
    Fields field = fields();
    while (field.next()) {
      if (field.tag == tag) {
        patch = skip(patch, field.start);
        if (patch != null && patch.start == field.start) {
          if (patch.key != null && Arrays.equals(patch.key, key)) {
            return patch.value;
          }
        } else if (KeyValues.hasKey(a, field.from, field.to, key)) {
          return KeyValues.value(a, field.from, field.to);
        }
      }
    }
    for (; patch != null; patch = patch.next) {
      if (isAppended(patch, tag, key)) {
        return patch.value;
      }
    }
    return null;
  }

  final void putAttribute(int tag, byte[] key, Value value) {
    changing();
    putAttribute(tag, key, value, true);
  }

  /** Sets an attribute that is absent; answers whether it was. */
  final boolean putAbsentAttribute(int tag, byte[] key, Value value) {
    return putAttribute(tag, key, value, false);
  }

  /**
   * Sets an attribute.
   *
   * @param replace whether also when it is there
   * @return whether it was set
   */
  private boolean putAttribute(int tag, byte[] key, Value value, boolean replace) {
    Patch before = null;
    Patch patch = first;
    Fields field = fields();
    while (field.next()) {
      if (field.tag == tag) {
        while (patch != null && patch.start < field.start) {
          before = patch;
          patch = patch.next;
        }
        if (patch != null && patch.start == field.start) {
          if (patch.key != null && Arrays.equals(patch.key, key)) {
            patch.value = replace ? value : patch.value;
            return replace;
          }
        } else if (KeyValues.hasKey(a, field.from, field.to, key)) {
          if (replace) {
            insert(before, attributePatch(field.start, field.to, tag, key, value));
          }
          return replace;
        }
      }
    }
    for (; patch != null; patch = patch.next) {
      if (isAppended(patch, tag, key)) {
        patch.value = replace ? value : patch.value;
        return replace;
      }
      before = patch;
    }
    if (!replace) {
      changing();
    }
    insert(before, attributePatch(Patch.APPENDED, Patch.APPENDED, tag, key, value));
    return true;
  }

  final boolean removeAttribute(int tag, byte[] key) {
    boolean found = false;
    Patch before = null;
    Patch patch = first;
    Fields field = fields();
    while (field.next()) {
      if (field.tag == tag) {
        while (patch != null && patch.start < field.start) {
          before = patch;
          patch = patch.next;
        }
        if (patch != null && patch.start == field.start) {
          found |= drop(patch, key);
        } else if (KeyValues.hasKey(a, field.from, field.to, key)) {
          changing();
          found = true;
          Patch removal = new Patch(field.start, field.to, tag);
          link(before, removal);
          before = removal;
        }
      }
    }
    for (; patch != null; patch = patch.next) {
      if (isAppended(patch, tag, key)) {
        found |= drop(patch, key);
      }
    }
    flattenIfMany();
    return found;
  }

  final boolean renameAttribute(int tag, byte[] oldKey, byte[] newKey) {
    Value value = attribute(tag, oldKey);
    if (value == null || Arrays.equals(oldKey, newKey)) {
      return value != null;
    }
    changing();
    removeAttribute(tag, newKey);
    if (hasMore(tag, oldKey)) {
      renameWithAll(tag, oldKey, newKey);
      return true;
    }
    // Writing the value first makes a change stand at the attribute's place, which then takes the
    // key.
    putAttribute(tag, oldKey, value);
    for (Patch patch = first; patch != null; patch = patch.next) {
      if (patch.tag == tag && patch.value != null && Arrays.equals(patch.key, oldKey)) {
        patch.key = newKey;
        return true;
      }
    }
    flatten();
    return renameAttribute(tag, oldKey, newKey);
  }

  /** Whether the attribute has fields that only a newer OTLP knows, or an odd form. */
  private boolean hasMore(int tag, byte[] key) {
    Patch patch = first;
    Fields field = new Fields(a, from, to);
    while (field.next()) {
      if (field.tag == tag) {
        patch = skip(patch, field.start);
        if (patch != null && patch.start == field.start) {
          if (patch.value != null && Arrays.equals(patch.key, key)) {
            return false;
          }
        } else if (KeyValues.hasKey(a, field.from, field.to, key)) {
          return !KeyValues.regular(a, field.from, field.to);
        }
      }
    }
    return false;
  }

  private void renameWithAll(int tag, byte[] oldKey, byte[] newKey) {
    flatten();
    WireWriter out = new WireWriter(to - from + newKey.length + 8);
    boolean found = false;
    Fields field = new Fields(a, from, to);
    while (field.next()) {
      if (!found && field.tag == tag && KeyValues.hasKey(a, field.from, field.to, oldKey)) {
        KeyValues.writeRenamed(out, tag, field, newKey);
        found = true;
      } else {
        out.raw(a, field.start, field.to);
      }
    }
    rebase(out);
  }

  final void clearAttributes(int tag) {
    changing();
    WireWriter out = new WireWriter(to - from);
    Patch patch = first;
    Fields field = new Fields(a, from, to);
    while (field.next()) {
      patch = skip(patch, field.start);
      if (patch != null && patch.start == field.start) {
        if (patch.tag != tag) {
          patch.writeTo(out);
        }
      } else if (field.tag != tag) {
        out.raw(a, field.start, field.to);
      }
    }
    for (; patch != null; patch = patch.next) {
      if (patch.start == Patch.APPENDED && patch.tag != tag) {
        patch.writeTo(out);
      }
    }
    rebase(out);
  }

  /** The attributes as they are now. */
  final List<Attribute> attributes(int tag) {
    List<Attribute> attributes = new ArrayList<>();
    Patch patch = first;
    Fields field = new Fields(a, from, to);
    while (field.next()) {
      if (field.tag == tag) {
        patch = skip(patch, field.start);
        if (patch == null || patch.start != field.start) {
          attributes.add(new WireAttributes.Entry(a, field.from, field.to));
        } else if (patch.key != null && patch.value != null) {
          attributes.add(new PatchedAttribute(patch.key, patch.value));
        }
      }
    }
    for (; patch != null; patch = patch.next) {
      if (patch.start == Patch.APPENDED
          && patch.tag == tag
          && patch.key != null
          && patch.value != null) {
        attributes.add(new PatchedAttribute(patch.key, patch.value));
      }
    }
    return attributes;
  }

  /** Sets a field that is no attribute; the last one counts, so that is the one replaced. */
  final void putField(WireWriter encoded, int tag) {
    changing();
    byte[] bytes = encoded.toBytes();
    int start = Patch.APPENDED;
    int end = Patch.APPENDED;
    Fields field = new Fields(a, from, to);
    while (field.next()) {
      if (field.tag == tag) {
        start = field.start;
        end = field.to;
      }
    }
    Patch before = null;
    for (Patch patch = first; patch != null && patch.start <= start; patch = patch.next) {
      if (patch.start == start && patch.tag == tag) {
        patch.field = bytes;
        return;
      }
      before = patch;
    }
    Patch patch = new Patch(start, end, tag);
    patch.field = bytes;
    fieldPatches++;
    insert(before, patch);
  }

  final void dropField(int tag) {
    replaceFields(tag, tag, new WireWriter(0));
  }

  final void fixed64(int field, long value) {
    int tag = Wire.tag(field, Wire.FIXED64);
    WireWriter out = new WireWriter(9);
    out.fixed64Field(tag, value);
    putField(out, tag);
  }

  final void fixed32(int field, long value) {
    int tag = Wire.tag(field, Wire.FIXED32);
    WireWriter out = new WireWriter(8);
    out.fixed32Field(tag, (int) value);
    putField(out, tag);
  }

  final void varint(int field, long value) {
    int tag = Wire.tag(field, Wire.VARINT);
    WireWriter out = new WireWriter(12);
    out.varintField(tag, value);
    putField(out, tag);
  }

  final void text(int field, String text) {
    int tag = Wire.tag(field, Wire.LEN);
    WireWriter out = new WireWriter(text.length() + 8);
    out.textField(tag, text);
    putField(out, tag);
  }

  final void message(int field, byte[] content, int contentFrom, int contentTo) {
    int tag = Wire.tag(field, Wire.LEN);
    WireWriter out = new WireWriter(contentTo - contentFrom + 8);
    out.bytesField(tag, content, contentFrom, contentTo);
    putField(out, tag);
  }

  final void id(int field, String hex, int length) {
    if (hex.isEmpty()) {
      dropField(Wire.tag(field, Wire.LEN));
      return;
    }
    byte[] id = HexFormat.of().parseHex(hex);
    if (id.length != length) {
      throw new IllegalArgumentException(
          "id: \"" + hex + "\" (expected: " + 2 * length + " hex digits)");
    }
    message(field, id, 0, length);
  }

  /** Puts encoded fields in the place of every field with one of two tags. */
  final void replaceFields(int tag, int otherTag, WireWriter fields) {
    changing();
    flatten();
    WireWriter out = new WireWriter(to - from + fields.size);
    Fields field = new Fields(a, from, to);
    while (field.next()) {
      if (field.tag != tag && field.tag != otherTag) {
        out.raw(a, field.start, field.to);
      }
    }
    out.raw(fields.a, 0, fields.size);
    rebase(out);
  }

  /** Whether a field that is no attribute was changed since the bytes were made. */
  final boolean hasPatch(int number) {
    if (fieldPatches > 0) {
      for (Patch patch = first; patch != null; patch = patch.next) {
        if (patch.field != null && (number == 0 || patch.tag >>> 3 == number)) {
          return true;
        }
      }
    }
    return false;
  }

  final void flatten() {
    if (first != null) {
      WireWriter out = new WireWriter(to - from + 64);
      writeTo(out);
      rebase(out);
    }
  }

  /** Writes the content. */
  final void writeTo(WireWriter out) {
    int at = from;
    Patch patch = first;
    for (; patch != null && patch.start != Patch.APPENDED; patch = patch.next) {
      out.raw(a, at, patch.start);
      patch.writeTo(out);
      at = patch.end;
    }
    out.raw(a, at, to);
    for (; patch != null; patch = patch.next) {
      patch.writeTo(out);
    }
  }

  /** The fields as they were, from the first one on; not for two who go through them at once. */
  private Fields fields() {
    cursor.reset(a, from, to);
    return cursor;
  }

  private void rebase(WireWriter out) {
    a = out.a;
    from = 0;
    to = out.size;
    first = null;
    patches = 0;
    fieldPatches = 0;
    rebased = true;
    rebased();
  }

  private void insert(@Nullable Patch before, Patch patch) {
    link(before, patch);
    grown(patch.growth());
    flattenIfMany();
  }

  private void link(@Nullable Patch before, Patch patch) {
    patches++;
    if (before == null) {
      patch.next = first;
      first = patch;
    } else {
      patch.next = before.next;
      before.next = patch;
    }
  }

  private void flattenIfMany() {
    if (patches > MANY) {
      flatten();
    }
  }

  private boolean drop(Patch patch, byte[] key) {
    if (patch.key == null || patch.value == null || !Arrays.equals(patch.key, key)) {
      return false;
    }
    changing();
    patch.key = null;
    patch.value = null;
    return true;
  }

  private static @Nullable Patch skip(@Nullable Patch patch, int start) {
    Patch next = patch;
    while (next != null && next.start < start) {
      next = next.next;
    }
    return next;
  }

  private static boolean isAppended(Patch patch, int tag, byte[] key) {
    return patch.start == Patch.APPENDED
        && patch.tag == tag
        && patch.key != null
        && Arrays.equals(patch.key, key);
  }

  private static Patch attributePatch(int start, int end, int tag, byte[] key, Value value) {
    Patch patch = new Patch(start, end, tag);
    patch.key = key;
    patch.value = value;
    return patch;
  }

  private static final class PatchedAttribute implements Attribute {
    private final byte[] key;
    private final Value value;

    PatchedAttribute(byte[] key, Value value) {
      this.key = key;
      this.value = value;
    }

    @Override
    public String key() {
      return Wire.text(key, 0, key.length);
    }

    @Override
    public Value value() {
      return value;
    }

    @Override
    public String toString() {
      return key() + "=" + value;
    }
  }
}
