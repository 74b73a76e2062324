package io.millrace.api.telemetry;

import java.util.function.Consumer;

/** A {@code Span.Event} in place. */
final class SpanEventView extends MessageView implements SpanEvent {
  static final SpanEventView NONE = new SpanEventView(Wire.NOTHING, 0, 0);

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

  @Override
  public SpanEvent with(Consumer<? super EditableSpanEvent> changes) {
    SpanEventEdit edit = new SpanEventEdit(a, from, to);
    changes.accept(edit);
    edit.flatten();
    return new SpanEventView(edit.a, edit.from, edit.to);
  }
}
