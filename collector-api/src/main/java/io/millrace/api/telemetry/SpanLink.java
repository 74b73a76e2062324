package io.millrace.api.telemetry;

/** A reference from a span to another one. Immutable. */
public interface SpanLink {

  /** 32 lower-case hex digits; empty when there is none. */
  String traceId();

  /** 16 lower-case hex digits; empty when there is none. */
  String spanId();

  /** The W3C tracestate; empty when there is none. */
  String traceState();

  /** The attributes in order. */
  Attributes attributes();

  /** How many attributes the producer left out. */
  long droppedAttributesCount();

  /** The W3C trace flags in the lowest 8 bits; 32 bits unsigned. */
  long flags();
}
