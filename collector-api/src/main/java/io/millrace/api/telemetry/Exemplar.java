package io.millrace.api.telemetry;

/** One observation kept as an example of what a data point counts. Immutable. */
public interface Exemplar {

  /** Nanoseconds since the Unix epoch; 0 when unknown. */
  long timeUnixNanos();

  /** 32 lower-case hex digits; empty when there is none. */
  String traceId();

  /** 16 lower-case hex digits; empty when there is none. */
  String spanId();

  /** Whether the value is an integer. */
  boolean hasLongValue();

  /** Whether the value is a floating point number. */
  boolean hasDoubleValue();

  /** The value; a floating point number is cut to an integer. */
  long longValue();

  /** The value; an integer is converted. */
  double doubleValue();

  /** Attributes of the observation that the data point does not have. */
  Attributes filteredAttributes();
}
