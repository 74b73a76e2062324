package io.millrace.api.telemetry;

import java.nio.charset.StandardCharsets;

/** Writes {@code KeyValue} fields. One thread at a time. */
final class AttributesEncoder implements AttributesWriter {
  private static final int STRING = Wire.tag(1, Wire.LEN);

  private final WireWriter out;
  private final int tag;

  AttributesEncoder(WireWriter out, int tag) {
    this.out = out;
    this.tag = tag;
  }

  @Override
  public AttributesWriter put(AttributeKey key, Value value) {
    KeyValues.write(out, tag, key.utf8, value);
    return this;
  }

  @Override
  public AttributesWriter put(String key, Value value) {
    KeyValues.write(out, tag, key.getBytes(StandardCharsets.UTF_8), value);
    return this;
  }

  @Override
  public AttributesWriter put(AttributeKey key, String value) {
    byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
    KeyValues.write(out, tag, key.utf8, STRING, utf8, 0, utf8.length);
    return this;
  }

  @Override
  public AttributesWriter put(AttributeKey key, long value) {
    KeyValues.write(out, tag, key.utf8, Value.of(value));
    return this;
  }

  @Override
  public AttributesWriter putUtf8(AttributeKey key, byte[] bytes, int offset, int length) {
    if (Utf8.isValid(bytes, offset, offset + length)) {
      KeyValues.write(out, tag, key.utf8, STRING, bytes, offset, offset + length);
      return this;
    }
    return put(key, Wire.text(bytes, offset, offset + length));
  }
}
