package io.millrace.api.telemetry;

/** A data point while it is changed. One thread at a time. */
public non-sealed interface EditableDataPoint extends EditableItem {

  @Override
  DataPoint view();

  /** The metric it belongs to. */
  EditableMetric editableMetric();

  /** Sets when the aggregation began: nanoseconds since the Unix epoch. */
  void startTimeUnixNanos(long nanos);

  /** Sets the flags. */
  void flags(long flags);

  /**
   * Sets the value of a gauge or sum to an integer.
   *
   * @throws IllegalStateException when the metric is of another type
   */
  void longValue(long value);

  /**
   * Sets the value of a gauge or sum to a floating point number.
   *
   * @throws IllegalStateException when the metric is of another type
   */
  void doubleValue(double value);
}
