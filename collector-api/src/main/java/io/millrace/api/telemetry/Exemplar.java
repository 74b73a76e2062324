package io.millrace.api.telemetry;

import java.util.function.Consumer;

/** One observation kept as an example of what a data point counts. Immutable. */
public sealed interface Exemplar permits ExemplarView {

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

  /**
   * The same exemplar with changes.
   *
   * @param changes called once, on this thread
   */
  Exemplar with(Consumer<? super EditableExemplar> changes);

  /** An exemplar of an integer. */
  static Exemplar of(long timeUnixNanos, long value) {
    return ExemplarView.NONE.with(
        exemplar -> {
          exemplar.timeUnixNanos(timeUnixNanos);
          exemplar.longValue(value);
        });
  }

  /** An exemplar of a floating point number. */
  static Exemplar of(long timeUnixNanos, double value) {
    return ExemplarView.NONE.with(
        exemplar -> {
          exemplar.timeUnixNanos(timeUnixNanos);
          exemplar.doubleValue(value);
        });
  }
}
