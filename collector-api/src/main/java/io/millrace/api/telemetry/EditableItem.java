package io.millrace.api.telemetry;

/** A log record, span or data point while it is changed. One thread at a time. */
public sealed interface EditableItem permits EditableLogRecord, EditableSpan, EditableDataPoint {

  /** The item as it is, later changes included. Its index is the one before the session. */
  Item view();

  /** The attributes. */
  EditableAttributes attributes();

  /** Sets the event's time, the start of a span: nanoseconds since the Unix epoch. */
  void timeUnixNanos(long nanos);

  /** Removes the item. */
  void remove();

  /**
   * Moves the item to the end of another scope of the session. A data point goes to a metric with
   * the same description as its own, which is made where needed.
   */
  void moveTo(EditableScope target);
}
