package io.millrace.api.telemetry;

/** An event while it is changed, inside {@link SpanEvent#with}. One thread at a time. */
public interface EditableSpanEvent {

  /** Sets when it happened: nanoseconds since the Unix epoch. */
  void timeUnixNanos(long nanos);

  /** Sets what happened. */
  void name(String name);

  /** The attributes. */
  EditableAttributes attributes();

  /** Sets how many attributes the producer left out. */
  void droppedAttributesCount(long count);
}
