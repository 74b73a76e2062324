package io.millrace.api.telemetry;

/** A {@code Span.Link} in place. */
final class SpanLinkView extends MessageView implements SpanLink {

  SpanLinkView(byte[] a, int from, int to) {
    super(MessageType.LINK, a, from, to);
  }

  @Override
  public String traceId() {
    return hex(1);
  }

  @Override
  public String spanId() {
    return hex(2);
  }

  @Override
  public String traceState() {
    return text(3);
  }

  @Override
  public Attributes attributes() {
    return new WireAttributes(a, from, to, Wire.tag(4, Wire.LEN));
  }

  @Override
  public long droppedAttributesCount() {
    return unsigned32(5);
  }

  @Override
  public long flags() {
    return fixed32(6);
  }
}
