package io.millrace.exporter.prometheus;

import io.millrace.api.telemetry.QuantileValue;
import java.util.List;

/** The latest value of a series. Immutable. */
sealed interface Sample {

  /** The data point's time, milliseconds since 1970. */
  long timeMillis();

  /** When it came in, milliseconds since 1970. */
  long seenMillis();

  /** A counter or gauge. */
  record Scalar(double value, long timeMillis, long seenMillis) implements Sample {}

  /**
   * A histogram; owns its arrays.
   *
   * @param bounds upper bounds, ascending
   * @param counts one more than bounds, each the count of one bucket alone
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared, never handed out
  record Histogram(
      double[] bounds, long[] counts, long count, double sum, long timeMillis, long seenMillis)
      implements Sample {}

  /** A summary. */
  record Summary(
      List<QuantileValue> quantiles, long count, double sum, long timeMillis, long seenMillis)
      implements Sample {}
}
