package io.millrace.api.telemetry;

import java.util.List;

/**
 * One data point of a metric. What a type of metric does not have reads as 0, false or empty.
 * {@link #timeUnixNanos()} is the time of the observation.
 */
public non-sealed interface DataPoint extends Item {

  /** The metric it belongs to. */
  Metric metric();

  /** Nanoseconds since the Unix epoch at which the aggregation began; 0 when unknown. */
  long startTimeUnixNanos();

  /** Bit 0: no recorded value. */
  long flags();

  /** Whether a gauge or sum holds an integer. */
  boolean hasLongValue();

  /** Whether a gauge or sum holds a floating point number. */
  boolean hasDoubleValue();

  /** The value of a gauge or sum; a floating point number is cut to an integer. */
  long longValue();

  /** The value of a gauge or sum; an integer is converted. */
  double doubleValue();

  /** Number of observations (histograms, summary), unsigned. */
  long count();

  /** Sum of the observations (histograms, summary); see {@link #hasSum()}. */
  double sum();

  /** Whether the sum is known; true for every summary. */
  boolean hasSum();

  /** Smallest observation (histograms); see {@link #hasMin()}. */
  double min();

  /** Whether the smallest observation is known. */
  boolean hasMin();

  /** Largest observation (histograms); see {@link #hasMax()}. */
  double max();

  /** Whether the largest observation is known. */
  boolean hasMax();

  /** Observations per bucket of a histogram; one more than the bounds, or none. A copy. */
  long[] bucketCounts();

  /** Upper bounds of a histogram's buckets, ascending. A copy. */
  double[] explicitBounds();

  /** Scale of an exponential histogram: the base is 2^(2^-scale). */
  int scale();

  /** Observations in the zero bucket of an exponential histogram, unsigned. */
  long zeroCount();

  /** Half width of the zero bucket of an exponential histogram. */
  double zeroThreshold();

  /** Positive buckets of an exponential histogram. */
  Buckets positive();

  /** Negative buckets of an exponential histogram. */
  Buckets negative();

  /** Quantiles of a summary, in order. */
  List<QuantileValue> quantiles();

  /** Exemplars, in order; none for summaries. */
  List<Exemplar> exemplars();
}
