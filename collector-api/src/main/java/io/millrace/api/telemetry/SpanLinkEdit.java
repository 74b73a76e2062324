package io.millrace.api.telemetry;

/** A link with changes over it. One thread at a time. */
final class SpanLinkEdit extends PartEdit implements EditableSpanLink {

  SpanLinkEdit(byte[] a, int from, int to) {
    super(a, from, to, () -> {});
  }

  @Override
  public void traceId(String hex) {
    id(1, hex, 16);
  }

  @Override
  public void spanId(String hex) {
    id(2, hex, 8);
  }

  @Override
  public void traceState(String state) {
    text(3, state);
  }

  @Override
  public EditableAttributes attributes() {
    return new AttributesEdit(this, Wire.tag(4, Wire.LEN));
  }

  @Override
  public void droppedAttributesCount(long count) {
    varint(5, count & 0xffff_ffffL);
  }

  @Override
  public void flags(long flags) {
    fixed32(6, flags);
  }
}
