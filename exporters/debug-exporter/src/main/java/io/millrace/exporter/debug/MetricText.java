package io.millrace.exporter.debug;

import io.millrace.api.telemetry.Attribute;
import io.millrace.api.telemetry.DataPoint;
import io.millrace.api.telemetry.Exemplar;
import io.millrace.api.telemetry.Metric;
import io.millrace.api.telemetry.MetricType;
import io.millrace.api.telemetry.QuantileValue;
import java.util.List;

/** Every field of a metric, in the Collector's layout. */
final class MetricText {
  private static final List<String> TEMPORALITY = List.of("Unspecified", "Delta", "Cumulative");

  private MetricText() {}

  static void append(TextLines lines, int number, Metric metric) {
    lines.line("Metric #" + number);
    lines.line("Descriptor:");
    lines.line("     -> Name: " + metric.name());
    lines.line("     -> Description: " + metric.description());
    lines.line("     -> Unit: " + metric.unit());
    lines.line("     -> DataType: " + typeName(metric.type()));
    if (!metric.metadata().isEmpty()) {
      lines.line("     -> Metadata:");
      for (Attribute attribute : metric.metadata()) {
        lines.line("          -> " + attribute.key() + ": " + TextLines.value(attribute.value()));
      }
    }
    if (metric.type() == MetricType.SUM) {
      lines.line("     -> IsMonotonic: " + metric.monotonic());
    }
    if (metric.type() == MetricType.SUM
        || metric.type() == MetricType.HISTOGRAM
        || metric.type() == MetricType.EXPONENTIAL_HISTOGRAM) {
      int temporality = metric.temporality();
      lines.line(
          "     -> AggregationTemporality: "
              + (temporality < TEMPORALITY.size() && temporality >= 0
                  ? TEMPORALITY.get(temporality)
                  : temporality));
    }
    int point = 0;
    for (DataPoint each : metric.points()) {
      append(lines, metric.type(), point++, each);
    }
  }

  private static void append(TextLines lines, MetricType type, int number, DataPoint point) {
    lines.line(pointName(type) + " #" + number);
    lines.attributes("Data point attributes", point.attributes());
    lines.line("StartTimestamp: " + TextLines.time(point.startTimeUnixNanos()));
    lines.line("Timestamp: " + TextLines.time(point.timeUnixNanos()));
    switch (type) {
      case GAUGE, SUM -> lines.line("Value: " + number(point));
      case HISTOGRAM -> histogram(lines, point);
      case EXPONENTIAL_HISTOGRAM -> exponential(lines, point);
      case SUMMARY -> summary(lines, point);
      case NONE -> {}
    }
    exemplars(lines, point);
  }

  private static void histogram(TextLines lines, DataPoint point) {
    distribution(lines, point);
    double[] bounds = point.explicitBounds();
    for (int i = 0; i < bounds.length; i++) {
      lines.line("ExplicitBounds #" + i + ": " + TextLines.number(bounds[i]));
    }
    long[] counts = point.bucketCounts();
    for (int i = 0; i < counts.length; i++) {
      lines.line("Buckets #" + i + ", Count: " + Long.toUnsignedString(counts[i]));
    }
  }

  private static void exponential(TextLines lines, DataPoint point) {
    distribution(lines, point);
    double factor = Math.scalb(Math.log(2), -point.scale());
    long[] negative = point.negative().counts();
    for (int i = negative.length - 1; i >= 0; i--) {
      double index = (double) point.negative().offset() + i;
      lines.line(
          "Bucket ["
              + TextLines.number(-Math.exp((index + 1) * factor))
              + ", "
              + TextLines.number(-Math.exp(index * factor))
              + "), Count: "
              + Long.toUnsignedString(negative[i]));
    }
    if (point.zeroCount() != 0) {
      lines.line("Bucket [0, 0], Count: " + Long.toUnsignedString(point.zeroCount()));
    }
    long[] positive = point.positive().counts();
    for (int i = 0; i < positive.length; i++) {
      double index = (double) point.positive().offset() + i;
      lines.line(
          "Bucket ("
              + TextLines.number(Math.exp(index * factor))
              + ", "
              + TextLines.number(Math.exp((index + 1) * factor))
              + "], Count: "
              + Long.toUnsignedString(positive[i]));
    }
  }

  private static void summary(TextLines lines, DataPoint point) {
    lines.line("Count: " + Long.toUnsignedString(point.count()));
    lines.line("Sum: " + TextLines.number(point.sum()));
    int number = 0;
    for (QuantileValue quantile : point.quantiles()) {
      lines.line(
          "QuantileValue #"
              + number++
              + ": Quantile "
              + TextLines.number(quantile.quantile())
              + ", Value "
              + TextLines.number(quantile.value()));
    }
  }

  private static void distribution(TextLines lines, DataPoint point) {
    lines.line("Count: " + Long.toUnsignedString(point.count()));
    if (point.hasSum()) {
      lines.line("Sum: " + TextLines.number(point.sum()));
    }
    if (point.hasMin()) {
      lines.line("Min: " + TextLines.number(point.min()));
    }
    if (point.hasMax()) {
      lines.line("Max: " + TextLines.number(point.max()));
    }
  }

  private static void exemplars(TextLines lines, DataPoint point) {
    if (point.exemplars().isEmpty()) {
      return;
    }
    lines.line("Exemplars:");
    int number = 0;
    for (Exemplar exemplar : point.exemplars()) {
      lines.line("Exemplar #" + number++);
      lines.line("     -> Trace ID: " + exemplar.traceId());
      lines.line("     -> Span ID: " + exemplar.spanId());
      lines.line("     -> Timestamp: " + TextLines.time(exemplar.timeUnixNanos()));
      lines.line(
          "     -> Value: "
              + (exemplar.hasLongValue()
                  ? String.valueOf(exemplar.longValue())
                  : TextLines.number(exemplar.doubleValue())));
      lines.attributes("     -> FilteredAttributes", "          ", exemplar.filteredAttributes());
    }
  }

  private static String number(DataPoint point) {
    return point.hasLongValue()
        ? String.valueOf(point.longValue())
        : TextLines.number(point.doubleValue());
  }

  private static String typeName(MetricType type) {
    return switch (type) {
      case NONE -> "Empty";
      case GAUGE -> "Gauge";
      case SUM -> "Sum";
      case HISTOGRAM -> "Histogram";
      case EXPONENTIAL_HISTOGRAM -> "ExponentialHistogram";
      case SUMMARY -> "Summary";
    };
  }

  private static String pointName(MetricType type) {
    return switch (type) {
      case HISTOGRAM -> "HistogramDataPoints";
      case EXPONENTIAL_HISTOGRAM -> "ExponentialHistogramDataPoints";
      case SUMMARY -> "SummaryDataPoints";
      case NONE, GAUGE, SUM -> "NumberDataPoints";
    };
  }
}
