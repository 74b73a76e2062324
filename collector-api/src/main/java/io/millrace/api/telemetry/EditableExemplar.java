package io.millrace.api.telemetry;

/** An exemplar while it is changed, inside {@link Exemplar#with}. One thread at a time. */
public interface EditableExemplar {

  /** Sets when it was observed: nanoseconds since the Unix epoch. */
  void timeUnixNanos(long nanos);

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

  /** Sets the value to an integer. */
  void longValue(long value);

  /** Sets the value to a floating point number. */
  void doubleValue(double value);

  /** The attributes that the data point does not have. */
  EditableAttributes filteredAttributes();
}
