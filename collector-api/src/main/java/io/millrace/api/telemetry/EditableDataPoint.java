package io.millrace.api.telemetry;

import java.util.List;

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

  /**
   * Sets the number of observations of a histogram or summary, unsigned.
   *
   * @throws IllegalStateException when the metric is of another type, as of all that follow
   */
  void count(long count);

  /** Sets the sum of a histogram or summary. */
  void sum(double sum);

  /** Makes the sum of a histogram unknown. */
  void withoutSum();

  /** Sets the smallest observation of a histogram. */
  void min(double min);

  /** Makes the smallest observation of a histogram unknown. */
  void withoutMin();

  /** Sets the largest observation of a histogram. */
  void max(double max);

  /** Makes the largest observation of a histogram unknown. */
  void withoutMax();

  /**
   * Sets the buckets of a histogram.
   *
   * @param counts observations per bucket, unsigned; one more than the bounds, or none
   * @param bounds upper bounds, ascending
   */
  void buckets(long[] counts, double[] bounds);

  /** Sets the scale of an exponential histogram. */
  void scale(int scale);

  /** Sets the zero bucket of an exponential histogram: observations, unsigned, and half width. */
  void zero(long count, double threshold);

  /**
   * Sets the positive buckets of an exponential histogram.
   *
   * @param offset index of the first bucket
   * @param counts observations per bucket, unsigned
   */
  void positive(int offset, long[] counts);

  /** Sets the negative buckets of an exponential histogram; see {@link #positive}. */
  void negative(int offset, long[] counts);

  /** Sets the quantiles of a summary. */
  void quantiles(List<QuantileValue> quantiles);

  /**
   * Sets the exemplars of anything but a summary. Those of the point may be among them, as they are
   * or changed by {@link Exemplar#with}.
   */
  void exemplars(List<Exemplar> exemplars);
}
