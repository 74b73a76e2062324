package io.millrace.api.telemetry;

/** A link while it is changed, inside {@link SpanLink#with}. One thread at a time. */
public interface EditableSpanLink {

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

  /** Sets the W3C tracestate. */
  void traceState(String state);

  /** The attributes. */
  EditableAttributes attributes();

  /** Sets how many attributes the producer left out. */
  void droppedAttributesCount(long count);

  /** Sets the trace flags. */
  void flags(long flags);
}
