package io.millrace.api.telemetry;

/** A log record with changes over it, read and written by the same object. */
final class LogRecordEdit extends ItemEdit implements LogRecord, EditableLogRecord {

  LogRecordEdit(ItemList owner, byte[] a, int fieldStart, int from, int to, int index) {
    super(owner, a, fieldStart, from, to, index);
  }

  @Override
  public LogRecord view() {
    return this;
  }

  @Override
  public EditableAttributes attributes() {
    return new AttributesEdit(this, LogRecordView.ATTRIBUTES);
  }

  @Override
  public void moveTo(EditableScope target) {
    ((ScopeEdit) target).take(this);
  }

  @Override
  public long timeUnixNanos() {
    return base(1).timeUnixNanos();
  }

  @Override
  public void timeUnixNanos(long nanos) {
    fixed64(1, nanos);
  }

  @Override
  public long observedTimeUnixNanos() {
    return base(11).observedTimeUnixNanos();
  }

  @Override
  public void observedTimeUnixNanos(long nanos) {
    fixed64(11, nanos);
  }

  @Override
  public int severityNumber() {
    return base(2).severityNumber();
  }

  @Override
  public void severityNumber(int number) {
    varint(2, number);
  }

  @Override
  public String severityText() {
    return base(3).severityText();
  }

  @Override
  public void severityText(String text) {
    text(3, text);
  }

  @Override
  public Value body() {
    return base(5).body();
  }

  @Override
  public void body(Value body) {
    message(5, body.a, body.from, body.to);
  }

  @Override
  public String traceId() {
    return base(9).traceId();
  }

  @Override
  public void traceId(String hex) {
    id(9, hex, 16);
  }

  @Override
  public String spanId() {
    return base(10).spanId();
  }

  @Override
  public void spanId(String hex) {
    id(10, hex, 8);
  }

  @Override
  public long flags() {
    return base(8).flags();
  }

  @Override
  public void flags(long flags) {
    fixed32(8, flags);
  }

  @Override
  public String eventName() {
    return base(12).eventName();
  }

  @Override
  public void eventName(String name) {
    text(12, name);
  }

  @Override
  public long droppedAttributesCount() {
    return base(7).droppedAttributesCount();
  }

  @Override
  public void droppedAttributesCount(long count) {
    varint(7, count & 0xffff_ffffL);
  }

  @Override
  EditableItem editable() {
    return this;
  }

  @Override
  MessageView newView() {
    return new LogRecordView(a, from, to, index);
  }

  private LogRecordView base(int number) {
    return (LogRecordView) read(number);
  }
}
