package io.millrace.api.telemetry;

/** Something that happened during a span. Immutable. */
public interface SpanEvent {

  /** Nanoseconds since the Unix epoch; 0 when unknown. */
  long timeUnixNanos();

  /** What happened. */
  String name();

  /** The attributes in order. */
  Attributes attributes();

  /** How many attributes the producer left out. */
  long droppedAttributesCount();
}
