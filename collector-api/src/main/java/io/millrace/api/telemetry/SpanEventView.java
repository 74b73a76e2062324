package io.millrace.api.telemetry;

/** A {@code Span.Event} in place. */
final class SpanEventView extends MessageView implements SpanEvent {

  SpanEventView(byte[] a, int from, int to) {
    super(MessageType.EVENT, a, from, to);
  }

  @Override
  public long timeUnixNanos() {
    return fixed64(1);
  }

  @Override
  public String name() {
    return text(2);
  }

  @Override
  public Attributes attributes() {
    return new WireAttributes(a, from, to, Wire.tag(3, Wire.LEN));
  }

  @Override
  public long droppedAttributesCount() {
    return unsigned32(4);
  }
}
