package io.millrace.api.telemetry;

import java.util.List;

/** A span while it is changed. One thread at a time. */
public non-sealed interface EditableSpan extends EditableItem {

  @Override
  Span view();

  /** Sets the name of the operation. */
  void name(String name);

  /** Sets the kind, 0 to 5. */
  void kind(int kind);

  /** Sets the end: nanoseconds since the Unix epoch. */
  void endTimeUnixNanos(long nanos);

  /** Sets the status: 0 unset, 1 ok, 2 error. */
  void statusCode(int code);

  /** Sets why the status is an error. */
  void statusMessage(String message);

  /** Sets the W3C tracestate. */
  void traceState(String state);

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

  /**
   * Sets the parent's span id.
   *
   * @param hex 16 hex digits, or empty
   */
  void parentSpanId(String hex);

  /** Sets the trace flags. */
  void flags(long flags);

  /**
   * Sets the events. Those of the span may be among them, as they are or changed by {@link
   * SpanEvent#with}.
   */
  void events(List<SpanEvent> events);

  /** Sets the links; see {@link #events}. */
  void links(List<SpanLink> links);

  /** Sets how many attributes the producer left out. */
  void droppedAttributesCount(long count);

  /** Sets how many events the producer left out. */
  void droppedEventsCount(long count);

  /** Sets how many links the producer left out. */
  void droppedLinksCount(long count);
}
