package io.millrace.api.telemetry;

/** One side of an exponential histogram. Immutable. */
public interface Buckets {

  /** Index of the first bucket. */
  int offset();

  /** Observations per bucket, unsigned. A copy. */
  long[] counts();
}
