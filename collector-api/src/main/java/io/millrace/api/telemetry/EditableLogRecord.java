package io.millrace.api.telemetry;

/** A log record while it is changed. One thread at a time. */
public non-sealed interface EditableLogRecord extends EditableItem {

  @Override
  LogRecord view();

  /** Sets when the record was seen by the collection system. */
  void observedTimeUnixNanos(long nanos);

  /** Sets the severity, 0 to 24. */
  void severityNumber(int number);

  /** Sets the severity as the source writes it. */
  void severityText(String text);

  /** Sets the message. */
  void body(Value body);

  /**
   * Sets the trace id.
   *
   * @param hex 32 hex digits, or empty
   */
  void traceId(String hex);

  /**
   * Sets the span id.
   *
   * @param hex 16 hex digits, or empty
   */
  void spanId(String hex);

  /** Sets the trace flags. */
  void flags(long flags);

  /** Sets what kind of event this is. */
  void eventName(String name);

  /** Sets how many attributes the producer left out. */
  void droppedAttributesCount(long count);
}
