package io.millrace.api.telemetry;

/** One span. {@link #timeUnixNanos()} is its start. */
public non-sealed interface Span extends Item {

  /** 32 lower-case hex digits; empty when there is none. */
  String traceId();

  /** 16 lower-case hex digits; empty when there is none. */
  String spanId();

  /** 16 lower-case hex digits; empty in a root span. */
  String parentSpanId();

  /** The W3C tracestate; empty when there is none. */
  String traceState();

  /** The name of the operation. */
  String name();

  /** 0 unspecified, 1 internal, 2 server, 3 client, 4 producer, 5 consumer; others as they came. */
  int kind();

  /** Nanoseconds since the Unix epoch; 0 when unknown. */
  long startTimeUnixNanos();

  /** Nanoseconds since the Unix epoch; 0 when unknown. */
  long endTimeUnixNanos();

  /** 0 unset, 1 ok, 2 error; others as they came. */
  int statusCode();

  /** Why the status is an error; empty when not told. */
  String statusMessage();

  /** The W3C trace flags in the lowest 8 bits; 32 bits unsigned. */
  long flags();

  /** The events in order. Each call starts anew. */
  Iterable<SpanEvent> events();

  /** The links in order. Each call starts anew. */
  Iterable<SpanLink> links();

  /** How many attributes the producer left out. */
  long droppedAttributesCount();

  /** How many events the producer left out. */
  long droppedEventsCount();

  /** How many links the producer left out. */
  long droppedLinksCount();
}
