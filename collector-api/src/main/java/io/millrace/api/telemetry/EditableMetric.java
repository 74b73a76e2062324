package io.millrace.api.telemetry;

/** A metric while it is changed. One thread at a time. */
public interface EditableMetric {

  /** The metric as it is, later changes included. */
  Metric view();

  /** Sets the name. */
  void name(String name);

  /** Sets what is measured. */
  void description(String description);

  /** Sets the unit. */
  void unit(String unit);

  /**
   * Makes a sum of a gauge or a gauge of a sum; a new sum is unspecified in temporality and not
   * monotonic.
   *
   * @throws IllegalArgumentException when the data points would have to change
   */
  void type(MetricType type);

  /**
   * Sets the temporality of a sum or histogram: 0 unspecified, 1 delta, 2 cumulative.
   *
   * @throws IllegalArgumentException when the type has none
   */
  void temporality(int temporality);

  /**
   * Sets whether a sum never falls.
   *
   * @throws IllegalArgumentException when the metric is no sum
   */
  void monotonic(boolean monotonic);

  /** Attributes of the metric itself. */
  EditableAttributes metadata();

  /** The data points in order. Each call starts anew. */
  Iterable<EditableDataPoint> points();

  /** Removes the metric and all its data points. */
  void remove();

  /**
   * Adds an empty data point at the end.
   *
   * @throws IllegalArgumentException when the batch has origins and the new item would have none
   */
  EditableDataPoint addPoint();
}
