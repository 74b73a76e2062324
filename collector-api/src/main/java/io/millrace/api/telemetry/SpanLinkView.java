package io.millrace.api.telemetry;

import java.util.function.Consumer;

/** A {@code Span.Link} in place. */
final class SpanLinkView extends MessageView implements SpanLink {
  static final SpanLinkView NONE = new SpanLinkView(Wire.NOTHING, 0, 0);

  SpanLinkView(byte[] a, int from, int to) {
    super(MessageType.LINK, a, from, to);
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

  @Override
  public SpanLink with(Consumer<? super EditableSpanLink> changes) {
    SpanLinkEdit edit = new SpanLinkEdit(a, from, to);
    changes.accept(edit);
    edit.flatten();
    return new SpanLinkView(edit.a, edit.from, edit.to);
  }
}
