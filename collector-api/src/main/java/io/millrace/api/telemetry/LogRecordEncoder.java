package io.millrace.api.telemetry;

/** Writes the record at the end of a {@link LogsBuilder}'s bytes. One thread at a time. */
final class LogRecordEncoder implements LogRecordWriter {
  private static final int BODY = Wire.tag(5, Wire.LEN);
  private static final int STRING = Wire.tag(1, Wire.LEN);

  private WireWriter out = new WireWriter(0);
  private AttributesWriter attributes = new AttributesEncoder(out, LogRecordView.ATTRIBUTES);
  private final Origins.Builder origins = Origins.builder();
  private boolean body;

  /** Begins a record that goes here. */
  void begin(WireWriter target) {
    if (target != out) {
      out = target;
      attributes = new AttributesEncoder(target, LogRecordView.ATTRIBUTES);
    }
    body = false;
  }

  /** The origins since the last call. */
  Origins origins() {
    return origins.build();
  }

  @Override
  public LogRecordWriter timeUnixNanos(long nanos) {
    out.fixed64Field(Wire.tag(1, Wire.FIXED64), nanos);
    return this;
  }

  @Override
  public LogRecordWriter observedTimeUnixNanos(long nanos) {
    out.fixed64Field(Wire.tag(11, Wire.FIXED64), nanos);
    return this;
  }

  @Override
  public LogRecordWriter severity(int number, String text) {
    if (number != 0) {
      out.varintField(Wire.tag(2, Wire.VARINT), number);
    }
    if (!text.isEmpty()) {
      out.textField(Wire.tag(3, Wire.LEN), text);
    }
    return this;
  }

  @Override
  public LogRecordWriter body(Value value) {
    oneBody();
    out.bytesField(BODY, value.a, value.from, value.to);
    return this;
  }

  @Override
  public LogRecordWriter bodyUtf8(byte[] bytes, int offset, int length) {
    if (!Utf8.isValid(bytes, offset, offset + length)) {
      return body(Value.of(Wire.text(bytes, offset, offset + length)));
    }
    oneBody();
    out.head(BODY, 1 + Wire.varintSize(length) + length);
    out.bytesField(STRING, bytes, offset, offset + length);
    return this;
  }

  @Override
  public LogRecordWriter traceId(byte[] id) {
    return id(Wire.tag(9, Wire.LEN), id, 16);
  }

  @Override
  public LogRecordWriter spanId(byte[] id) {
    return id(Wire.tag(10, Wire.LEN), id, 8);
  }

  @Override
  public LogRecordWriter flags(int flags) {
    out.fixed32Field(Wire.tag(8, Wire.FIXED32), flags);
    return this;
  }

  @Override
  public LogRecordWriter eventName(String name) {
    out.textField(Wire.tag(12, Wire.LEN), name);
    return this;
  }

  @Override
  public LogRecordWriter origin(String stream, long start, long end, int sub) {
    origins.add(stream, start, end, sub);
    return this;
  }

  @Override
  public LogRecordWriter put(AttributeKey key, Value value) {
    attributes.put(key, value);
    return this;
  }

  @Override
  public LogRecordWriter put(String key, Value value) {
    attributes.put(key, value);
    return this;
  }

  @Override
  public LogRecordWriter put(AttributeKey key, String value) {
    attributes.put(key, value);
    return this;
  }

  @Override
  public LogRecordWriter put(AttributeKey key, long value) {
    attributes.put(key, value);
    return this;
  }

  @Override
  public LogRecordWriter putUtf8(AttributeKey key, byte[] bytes, int offset, int length) {
    attributes.putUtf8(key, bytes, offset, length);
    return this;
  }

  private LogRecordWriter id(int tag, byte[] id, int length) {
    if (id.length != length) {
      throw new IllegalArgumentException("id: " + id.length + " bytes (expected: " + length + ")");
    }
    out.bytesField(tag, id, 0, length);
    return this;
  }

  private void oneBody() {
    if (body) {
      throw new IllegalStateException("The record has a body");
    }
    body = true;
  }
}
