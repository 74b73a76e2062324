package io.millrace.api.telemetry;

/** A {@code Span} in place. */
class SpanView extends MessageView implements Span {
  static final int ATTRIBUTES = Wire.tag(9, Wire.LEN);
  static final int EVENTS = Wire.tag(11, Wire.LEN);
  static final int LINKS = Wire.tag(13, Wire.LEN);

  private final int index;

  SpanView(byte[] a, int from, int to, int index) {
    super(MessageType.SPAN, a, from, to);
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
    return startTimeUnixNanos();
  }

  @Override
  public String traceId() {
    return id(1, 16);
  }

  @Override
  public String spanId() {
    return id(2, 8);
  }

  @Override
  public String parentSpanId() {
    return id(4, 8);
  }

  @Override
  public String traceState() {
    return text(3);
  }

  @Override
  public String name() {
    return text(5);
  }

  @Override
  public int kind() {
    return (int) varint(6);
  }

  @Override
  public long startTimeUnixNanos() {
    return fixed64(7);
  }

  @Override
  public long endTimeUnixNanos() {
    return fixed64(8);
  }

  @Override
  public int statusCode() {
    return (int) status().varint(3);
  }

  @Override
  public String statusMessage() {
    return status().text(2);
  }

  @Override
  public long flags() {
    return fixed32(16);
  }

  @Override
  public Iterable<SpanEvent> events() {
    return messages(EVENTS, SpanEventView::new);
  }

  @Override
  public Iterable<SpanLink> links() {
    return messages(LINKS, SpanLinkView::new);
  }

  @Override
  public long droppedAttributesCount() {
    return unsigned32(10);
  }

  @Override
  public long droppedEventsCount() {
    return unsigned32(12);
  }

  @Override
  public long droppedLinksCount() {
    return unsigned32(14);
  }

  private MessageView status() {
    int at = at(15);
    return at == 0 ? StatusView.NONE : new StatusView(a, Wire.varintEnd(a, at), lenEnd(at));
  }

  /** A {@code Status} in place. */
  private static final class StatusView extends MessageView {
    static final StatusView NONE = new StatusView(Wire.NOTHING, 0, 0);

    StatusView(byte[] a, int from, int to) {
      super(MessageType.STATUS, a, from, to);
    }
  }
}
