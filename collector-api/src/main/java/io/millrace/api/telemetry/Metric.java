package io.millrace.api.telemetry;

/** A named series of data points of one type. Immutable. */
public interface Metric {

  /** The name, e.g. {@code http.server.request.duration}. */
  String name();

  /** What is measured; empty when not told. */
  String description();

  /** The unit by UCUM, e.g. {@code By}; empty when not told. */
  String unit();

  /** What the data points are. */
  MetricType type();

  /** 0 unspecified, 1 delta, 2 cumulative; 0 for gauges and summaries. */
  int temporality();

  /** Whether a sum never falls; false for the other types. */
  boolean monotonic();

  /** Attributes of the metric itself. */
  Attributes metadata();

  /** The data points in order. Each call starts anew. */
  Iterable<DataPoint> points();
}
