package io.millrace.api.telemetry;

/** What the data points of a metric are. */
public enum MetricType {
  /** The metric has no data. */
  NONE,
  GAUGE,
  SUM,
  HISTOGRAM,
  EXPONENTIAL_HISTOGRAM,
  SUMMARY
}
