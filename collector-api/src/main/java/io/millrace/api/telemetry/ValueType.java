package io.millrace.api.telemetry;

/** What a {@link Value} holds. */
public enum ValueType {
  /** Nothing, or something that only a newer OTLP knows. */
  EMPTY,
  STRING,
  BOOL,
  INT,
  DOUBLE,
  BYTES,
  ARRAY,
  MAP
}
