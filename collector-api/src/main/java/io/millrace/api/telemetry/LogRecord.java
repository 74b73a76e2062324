package io.millrace.api.telemetry;

/** One log record. */
public non-sealed interface LogRecord extends Item {

  /** When the record was seen by the collection system; 0 when unknown. */
  long observedTimeUnixNanos();

  /** 1 (TRACE) to 24 (FATAL4); 0 when unknown. */
  int severityNumber();

  /** The severity as the source writes it; empty when unknown. */
  String severityText();

  /** The message; {@link Value#EMPTY} when there is none. */
  Value body();

  /** 32 lower-case hex digits; empty when there is none or no valid one. */
  String traceId();

  /** 16 lower-case hex digits; empty when there is none or no valid one. */
  String spanId();

  /** The W3C trace flags in the lowest 8 bits; 32 bits unsigned. */
  long flags();

  /** What kind of event this is; empty when the record is no event. */
  String eventName();

  /** How many attributes the producer left out. */
  long droppedAttributesCount();
}
