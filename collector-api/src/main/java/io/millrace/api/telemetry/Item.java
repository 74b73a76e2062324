package io.millrace.api.telemetry;

/**
 * What is counted, filtered and delivered: a log record, a span or a data point. Immutable, decoded
 * when asked; it keeps the bytes of its batch alive.
 */
public sealed interface Item permits LogRecord, Span, DataPoint {

  /** Position in the batch, 0-based. */
  int index();

  /** The attributes in order. */
  Attributes attributes();

  /**
   * Nanoseconds since the Unix epoch, unsigned, 0 when unknown: the event's time, the start of a
   * span.
   */
  long timeUnixNanos();

  /** Size of the encoded message, without its tag and length. */
  int sizeBytes();
}
