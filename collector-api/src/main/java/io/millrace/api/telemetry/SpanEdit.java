package io.millrace.api.telemetry;

import java.util.List;

/** A span with changes over it, read and written by the same object. */
final class SpanEdit extends ItemEdit implements Span, EditableSpan {

  SpanEdit(ItemList owner, byte[] a, int fieldStart, int from, int to, int index) {
    super(owner, a, fieldStart, from, to, index);
  }

  @Override
  public Span view() {
    return this;
  }

  @Override
  public EditableAttributes attributes() {
    return new AttributesEdit(this, SpanView.ATTRIBUTES);
  }

  @Override
  public void moveTo(EditableScope target) {
    ((ScopeEdit) target).take(this);
  }

  @Override
  public long timeUnixNanos() {
    return base(7).timeUnixNanos();
  }

  @Override
  public void timeUnixNanos(long nanos) {
    fixed64(7, nanos);
  }

  @Override
  public long startTimeUnixNanos() {
    return timeUnixNanos();
  }

  @Override
  public long endTimeUnixNanos() {
    return base(8).endTimeUnixNanos();
  }

  @Override
  public void endTimeUnixNanos(long nanos) {
    fixed64(8, nanos);
  }

  @Override
  public String traceId() {
    return base(1).traceId();
  }

  @Override
  public void traceId(String hex) {
    id(1, hex, 16);
  }

  @Override
  public String spanId() {
    return base(2).spanId();
  }

  @Override
  public void spanId(String hex) {
    id(2, hex, 8);
  }

  @Override
  public String parentSpanId() {
    return base(4).parentSpanId();
  }

  @Override
  public void parentSpanId(String hex) {
    id(4, hex, 8);
  }

  @Override
  public String traceState() {
    return base(3).traceState();
  }

  @Override
  public void traceState(String state) {
    text(3, state);
  }

  @Override
  public String name() {
    return base(5).name();
  }

  @Override
  public void name(String name) {
    text(5, name);
  }

  @Override
  public int kind() {
    return base(6).kind();
  }

  @Override
  public void kind(int kind) {
    varint(6, kind);
  }

  @Override
  public int statusCode() {
    return base(15).statusCode();
  }

  @Override
  public void statusCode(int code) {
    PartEdit status = status();
    status.varint(3, code);
    putStatus(status);
  }

  @Override
  public String statusMessage() {
    return base(15).statusMessage();
  }

  @Override
  public void statusMessage(String message) {
    PartEdit status = status();
    status.text(2, message);
    putStatus(status);
  }

  @Override
  public long flags() {
    return base(16).flags();
  }

  @Override
  public void flags(long flags) {
    fixed32(16, flags);
  }

  @Override
  public Iterable<SpanEvent> events() {
    return base(11).events();
  }

  @Override
  public Iterable<SpanLink> links() {
    return base(13).links();
  }

  @Override
  public long droppedAttributesCount() {
    return base(10).droppedAttributesCount();
  }

  @Override
  public long droppedEventsCount() {
    return base(12).droppedEventsCount();
  }

  @Override
  public long droppedLinksCount() {
    return base(14).droppedLinksCount();
  }

  @Override
  public void events(List<SpanEvent> events) {
    int tag = Wire.tag(11, Wire.LEN);
    WireWriter out = new WireWriter(128);
    for (SpanEvent event : events) {
      SpanEventView view = (SpanEventView) event;
      out.bytesField(tag, view.a, view.from, view.to);
    }
    replaceFields(tag, tag, out);
  }

  @Override
  public void links(List<SpanLink> links) {
    int tag = Wire.tag(13, Wire.LEN);
    WireWriter out = new WireWriter(128);
    for (SpanLink link : links) {
      SpanLinkView view = (SpanLinkView) link;
      out.bytesField(tag, view.a, view.from, view.to);
    }
    replaceFields(tag, tag, out);
  }

  @Override
  public void droppedAttributesCount(long count) {
    varint(10, count & 0xffff_ffffL);
  }

  @Override
  public void droppedEventsCount(long count) {
    varint(12, count & 0xffff_ffffL);
  }

  @Override
  public void droppedLinksCount(long count) {
    varint(14, count & 0xffff_ffffL);
  }

  @Override
  EditableItem editable() {
    return this;
  }

  @Override
  MessageView newView() {
    return new SpanView(a, from, to, index);
  }

  private SpanView base(int number) {
    return (SpanView) read(number);
  }

  private PartEdit status() {
    MessageView span = read(15);
    int at = span.at(15);
    return at == 0
        ? new PartEdit(Wire.NOTHING, 0, 0, this::changing)
        : new PartEdit(span.a, Wire.varintEnd(span.a, at), span.lenEnd(at), this::changing);
  }

  private void putStatus(PartEdit status) {
    status.flatten();
    message(15, status.a, status.from, status.to);
  }
}
