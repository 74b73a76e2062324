package io.millrace.api.telemetry;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.RandomAccess;
import org.jspecify.annotations.Nullable;

/**
 * A value of an attribute or a body: nothing, a scalar, bytes, a list or a map. Immutable; held as
 * the bytes of an {@code AnyValue} and decoded when asked, so it keeps the bytes of its batch
 * alive.
 *
 * <p>An accessor of another type answers 0, false or empty, as in the Collector. Two values are
 * equal when type and content are; the order of a map does not matter.
 */
public final class Value {
  /** No value. */
  public static final Value EMPTY = new Value(Wire.NOTHING, 0, 0);

  private static final int STRING = Wire.tag(1, Wire.LEN);
  private static final int BOOL = Wire.tag(2, Wire.VARINT);
  private static final int INT = Wire.tag(3, Wire.VARINT);
  private static final int DOUBLE = Wire.tag(4, Wire.FIXED64);
  private static final int ARRAY = Wire.tag(5, Wire.LEN);
  private static final int MAP = Wire.tag(6, Wire.LEN);
  private static final int BYTES = Wire.tag(7, Wire.LEN);

  /** Messages a value may nest, so that it still passes the door as a metadata of an exemplar. */
  private static final int MAX_HEIGHT = Door.MAX_DEPTH - 8;

  private static final Value TRUE = new Value(new byte[] {(byte) BOOL, 1}, 0, 2);
  private static final Value FALSE = new Value(new byte[] {(byte) BOOL, 0}, 0, 2);

  final byte[] a;
  final int from;
  final int to;
  private final ValueType type;
  private final int at;
  private final int end;

  /** The value of an encoded {@code AnyValue}. */
  Value(byte[] a, int from, int to) {
    this.a = a;
    this.from = from;
    this.to = to;
    if (to - from >= 2 && a[from] == STRING && a[from + 1] == to - from - 2) {
      // A short string, which most are.
      this.type = ValueType.STRING;
      this.at = from + 2;
      this.end = to;
      return;
    }
    Fields field = new Fields(a, from, to);
    ValueType found = ValueType.EMPTY;
    while (found == ValueType.EMPTY && field.next()) {
      found = typeOf(field.tag);
    }
    this.type = found;
    this.at = found == ValueType.EMPTY ? from : field.from;
    this.end = found == ValueType.EMPTY ? from : field.to;
  }

  /** A string. Lone surrogates become {@code ?}. */
  public static Value of(String text) {
    return ofUtf8(text.getBytes(StandardCharsets.UTF_8));
  }

  /** An integer. */
  public static Value of(long number) {
    WireWriter out = new WireWriter(11);
    out.varintField(INT, number);
    return new Value(out.a, 0, out.size);
  }

  /** A floating point number. */
  public static Value of(double number) {
    byte[] bytes = new byte[9];
    bytes[0] = (byte) DOUBLE;
    Wire.putFixed64(bytes, 1, Double.doubleToRawLongBits(number));
    return new Value(bytes, 0, bytes.length);
  }

  /** A truth value. */
  public static Value of(boolean truth) {
    return truth ? TRUE : FALSE;
  }

  /** Bytes. The array is copied. */
  public static Value of(byte[] bytes) {
    return lengthDelimited(BYTES, bytes);
  }

  /**
   * A list.
   *
   * @throws IllegalArgumentException when it nests more than about 40 levels
   */
  public static Value ofList(List<Value> values) {
    int height = 0;
    int size = 0;
    for (Value value : values) {
      height = Math.max(height, value.height());
      size += value.to - value.from + 4;
    }
    checkHeight(height + 2);
    WireWriter out = new WireWriter(size + 8);
    int mark = out.begin(ARRAY, size);
    for (Value value : values) {
      out.bytesField(STRING, value.a, value.from, value.to);
    }
    out.end(mark);
    return new Value(out.a, 0, out.size);
  }

  /**
   * A map, in the order of the given one.
   *
   * @throws IllegalArgumentException when it nests more than about 30 levels
   */
  public static Value ofMap(Map<String, Value> values) {
    int height = 0;
    for (Value value : values.values()) {
      height = Math.max(height, value.height());
    }
    checkHeight(height + 3);
    WireWriter out = new WireWriter(64);
    int mark = out.begin(MAP, 100);
    values.forEach(
        (key, value) -> KeyValues.write(out, STRING, key.getBytes(StandardCharsets.UTF_8), value));
    out.end(mark);
    return new Value(out.a, 0, out.size);
  }

  /** What the value is. */
  public ValueType type() {
    return type;
  }

  /** The string; empty when the value is none. Invalid UTF-8 reads as U+FFFD. */
  public String stringValue() {
    return type == ValueType.STRING ? Wire.text(a, at, end) : "";
  }

  /** The truth value; false when the value is none. */
  public boolean boolValue() {
    return type == ValueType.BOOL && Wire.varint(a, at) != 0;
  }

  /** The integer; 0 when the value is none. */
  public long longValue() {
    return type == ValueType.INT ? Wire.varint(a, at) : 0;
  }

  /** The floating point number; 0 when the value is none. */
  public double doubleValue() {
    return type == ValueType.DOUBLE ? Double.longBitsToDouble(Wire.fixed64(a, at)) : 0;
  }

  /** A copy of the bytes; empty when the value is none. Of a string, its UTF-8. */
  public byte[] bytesValue() {
    return type == ValueType.BYTES || type == ValueType.STRING
        ? Arrays.copyOfRange(a, at, end)
        : Wire.NOTHING;
  }

  /**
   * Writes a string as UTF-8, or bytes as they are, without making a {@code String} or a copy of
   * all of it: for what is written somewhere and may be long. Nothing when the value is neither.
   *
   * <p>What the stream gets is valid UTF-8 and decodes to {@link #stringValue()}: U+FFFD stands
   * where the string is invalid. It comes in parts of any length, which may end within a character.
   *
   * @param out gets ranges of the value's own array: it must not change them, nor keep the array
   * @throws IOException when {@code out} does
   */
  public void writeContentTo(OutputStream out) throws IOException {
    if (type == ValueType.STRING) {
      Utf8.write(a, at, end, out);
    } else if (type == ValueType.BYTES) {
      out.write(a, at, end - at);
    }
  }

  /**
   * The elements; empty when the value is no list. Unmodifiable, with random access; it holds where
   * the elements are (4 bytes each) and makes each of them when it is asked for, anew every time.
   */
  public List<Value> list() {
    return type == ValueType.ARRAY ? new Elements(a, at, end) : List.of();
  }

  /** The entries; empty when the value is no map. */
  public Attributes map() {
    return type == ValueType.MAP ? new WireAttributes(a, at, end, STRING) : WireAttributes.NONE;
  }

  /**
   * The value as text, as the Collector's {@code AsString} has it: strings as they are, {@code
   * true}, {@code 12}, {@code 0.5}, base64 of bytes, JSON (keys sorted) of lists and maps, nothing
   * for the empty value.
   */
  public String asText() {
    return type == ValueType.STRING ? stringValue() : ValueText.of(this);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    if (this == other) {
      return true;
    }
    if (!(other instanceof Value that) || that.type != type) {
      return false;
    }

    return switch (type) {
      case STRING, BYTES -> Arrays.equals(a, at, end, that.a, that.at, that.end);
      case BOOL -> boolValue() == that.boolValue();
      case INT -> longValue() == that.longValue();
      case DOUBLE -> Double.valueOf(doubleValue()).equals(that.doubleValue());
      case ARRAY -> list().equals(that.list());
      case MAP -> sameEntries(sorted(map()), sorted(that.map()));
      default -> true;
    };
  }

  @Override
  public int hashCode() {
    switch (type) {
      case STRING, BYTES -> {
        int hash = 1;
        for (int i = at; i < end; i++) {
          hash = 31 * hash + a[i];
        }
        return hash;
      }
      case BOOL -> {
        return Boolean.hashCode(boolValue());
      }
      case INT -> {
        return Long.hashCode(longValue());
      }
      case DOUBLE -> {
        return Double.hashCode(doubleValue());
      }
      case ARRAY -> {
        return list().hashCode();
      }
      case MAP -> {
        return map().size();
      }
      default -> {
        return 0;
      }
    }
  }

  /** {@link #asText()} of scalars with the type in front, for messages and tests. */
  @Override
  public String toString() {
    return type + "(" + asText() + ")";
  }

  /** A string from its UTF-8, which is not checked. The array is copied. */
  static Value ofUtf8(byte[] utf8) {
    return lengthDelimited(STRING, utf8);
  }

  private static Value lengthDelimited(int tag, byte[] bytes) {
    WireWriter out = new WireWriter(1 + Wire.varintSize(bytes.length) + bytes.length);
    out.bytesField(tag, bytes, 0, bytes.length);
    return new Value(out.a, 0, out.size);
  }

  private static ValueType typeOf(int tag) {
    return switch (tag) {
      case 0x0a -> ValueType.STRING;
      case 0x10 -> ValueType.BOOL;
      case 0x18 -> ValueType.INT;
      case 0x21 -> ValueType.DOUBLE;
      case 0x2a -> ValueType.ARRAY;
      case 0x32 -> ValueType.MAP;
      case 0x3a -> ValueType.BYTES;
      default -> ValueType.EMPTY;
    };
  }

  /** By key; entries of the same key stay in their order. */
  private static List<Attribute> sorted(Attributes map) {
    List<Attribute> entries = new ArrayList<>();
    map.forEach(entries::add);
    entries.sort(Comparator.comparing(Attribute::key));
    return entries;
  }

  private static boolean sameEntries(List<Attribute> some, List<Attribute> others) {
    if (some.size() != others.size()) {
      return false;
    }
    for (int i = 0; i < some.size(); i++) {
      if (!some.get(i).key().equals(others.get(i).key())
          || !some.get(i).value().equals(others.get(i).value())) {
        return false;
      }
    }
    return true;
  }

  private static void checkHeight(int height) {
    if (height > MAX_HEIGHT) {
      throw new IllegalArgumentException(
          "nesting: " + height + " messages (expected: at most " + MAX_HEIGHT + ")");
    }
  }

  /** How many messages nest below the one that holds this value. */
  private int height() {
    int height = 0;
    if (type == ValueType.ARRAY) {
      for (Value value : list()) {
        height = Math.max(height, 2 + value.height());
      }
      return Math.max(2, height);
    }
    if (type == ValueType.MAP) {
      for (Attribute attribute : map()) {
        height = Math.max(height, 3 + attribute.value().height());
      }
      return Math.max(3, height);
    }
    return height;
  }

  /** The elements of an encoded list. Immutable. */
  private static final class Elements extends AbstractList<Value> implements RandomAccess {
    private final byte[] a;

    /** Where the length of each element is, behind its tag. */
    private final int[] places;

    Elements(byte[] a, int from, int to) {
      this.a = a;
      int count = 0;
      Fields field = new Fields(a, from, to);
      while (field.next()) {
        count += field.tag == STRING ? 1 : 0;
      }
      places = new int[count];
      field.reset(from, to);
      for (int i = 0; i < count; ) {
        field.next();
        if (field.tag == STRING) {
          places[i++] = Wire.varintEnd(a, field.start);
        }
      }
    }

    @Override
    public int size() {
      return places.length;
    }

    @Override
    public Value get(int index) {
      int place = places[index];
      int first = Wire.varintEnd(a, place);
      return new Value(a, first, first + (int) Wire.varint(a, place));
    }
  }
}
