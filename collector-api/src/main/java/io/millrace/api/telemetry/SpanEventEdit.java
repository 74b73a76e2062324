package io.millrace.api.telemetry;

/** An event with changes over it. One thread at a time. */
final class SpanEventEdit extends PartEdit implements EditableSpanEvent {

  SpanEventEdit(byte[] a, int from, int to) {
    super(a, from, to, () -> {});
  }

  @Override
  public void timeUnixNanos(long nanos) {
    fixed64(1, nanos);
  }

  @Override
  public void name(String name) {
    text(2, name);
  }

  @Override
  public EditableAttributes attributes() {
    return new AttributesEdit(this, Wire.tag(3, Wire.LEN));
  }

  @Override
  public void droppedAttributesCount(long count) {
    varint(4, count & 0xffff_ffffL);
  }
}
