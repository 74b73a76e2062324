package io.millrace.api.telemetry;

/** A {@code LogRecord} in place. */
class LogRecordView extends MessageView implements LogRecord {
  static final int ATTRIBUTES = Wire.tag(6, Wire.LEN);

  private final int index;

  LogRecordView(byte[] a, int from, int to, int index) {
    super(MessageType.LOG_RECORD, a, from, to);
    this.index = index;
  }

  @Override
  public final int index() {
    return index;
  }

  @Override
  public Attributes attributes() {
    return new WireAttributes(a, from, to, ATTRIBUTES);
  }

  @Override
  public long timeUnixNanos() {
    return fixed64(1);
  }

  @Override
  public long observedTimeUnixNanos() {
    return fixed64(11);
  }

  @Override
  public int severityNumber() {
    return (int) varint(2);
  }

  @Override
  public String severityText() {
    return text(3);
  }

  @Override
  public Value body() {
    return valueOf(5);
  }

  @Override
  public String traceId() {
    return id(9, 16);
  }

  @Override
  public String spanId() {
    return id(10, 8);
  }

  @Override
  public long flags() {
    return fixed32(8);
  }

  @Override
  public String eventName() {
    return text(12);
  }

  @Override
  public long droppedAttributesCount() {
    return unsigned32(7);
  }
}
