package io.millrace.exporter.elasticsearch;

import io.millrace.api.telemetry.Buckets;
import io.millrace.api.telemetry.DataPoint;
import io.millrace.api.telemetry.Exemplar;
import io.millrace.api.telemetry.Metric;
import io.millrace.api.telemetry.MetricType;
import io.millrace.api.telemetry.QuantileValue;
import java.io.IOException;
import java.util.List;
import java.util.Locale;

/**
 * Writes the fields that only documents of data points have. One thread at a time.
 *
 * <p>{@code metric}: name, type, unit, temporality, monotonic, description. Gauges and sums: {@code
 * metrics.<name>}, or {@code value_text} for what is no number. Histograms and summaries: {@code
 * count}, {@code sum}, {@code min}, {@code max}, and {@code distribution} with {@code values} and
 * {@code counts} (as the Collector computes them), the buckets as they came, or the quantiles.
 */
final class PointFields {
  private final Documents documents;
  private final JsonWriter json;

  PointFields(Documents documents, JsonWriter json) {
    this.documents = documents;
    this.json = json;
  }

  void write(DataPoint point) throws IOException {
    Metric metric = point.metric();
    if (point.startTimeUnixNanos() != 0) {
      json.name("start_timestamp").timestamp(point.startTimeUnixNanos());
    }
    metric(metric);
    if (point.flags() != 0) {
      json.name("flags").value(point.flags());
    }
    switch (metric.type()) {
      case GAUGE, SUM -> number(metric.name(), point);
      case HISTOGRAM -> histogram(point);
      case EXPONENTIAL_HISTOGRAM -> exponentialHistogram(point);
      case SUMMARY -> summary(point);
      case NONE -> {}
    }
    exemplars(point.exemplars());
  }

  private void metric(Metric metric) throws IOException {
    json.name("metric").beginObject();
    Documents.text(json, "name", metric.name());
    json.name("type").value(metric.type().name().toLowerCase(Locale.ROOT));
    Documents.text(json, "unit", metric.unit());
    if (metric.temporality() != 0) {
      json.name("temporality").value(metric.temporality() == 1 ? "delta" : "cumulative");
    }
    if (metric.type() == MetricType.SUM) {
      json.name("monotonic").value(metric.monotonic());
    }
    Documents.text(json, "description", metric.description());
    json.endObject();
  }

  private void number(String name, DataPoint point) throws IOException {
    if (point.hasLongValue() || (point.hasDoubleValue() && Double.isFinite(point.doubleValue()))) {
      json.name("metrics").beginObject();
      json.anyName(name.isEmpty() ? "unnamed" : name);
      if (point.hasLongValue()) {
        json.value(point.longValue());
      } else {
        json.value(point.doubleValue());
      }
      json.endObject();
    } else if (point.hasDoubleValue()) {
      json.name("value_text").value(Double.toString(point.doubleValue()));
    }
  }

  private void histogram(DataPoint point) throws IOException {
    aggregates(point);
    long[] counts = point.bucketCounts();
    double[] bounds = point.explicitBounds();
    json.name("distribution").beginObject();
    if (counts.length == bounds.length + 1 && bounds.length > 0) {
      double[] values = new double[counts.length];
      for (int i = 0; i < counts.length; i++) {
        values[i] = middle(bounds, i);
      }
      valuesAndCounts(values, counts);
    }
    doubles("bounds", bounds);
    longs("bucket_counts", counts);
    json.endObject();
  }

  /** Where the observations of a bucket are taken to be. */
  private static double middle(double[] bounds, int bucket) {
    if (bucket == 0) {
      return bounds[0] > 0 ? bounds[0] / 2 : bounds[0];
    }
    return bucket == bounds.length
        ? bounds[bucket - 1]
        : bounds[bucket - 1] + (bounds[bucket] - bounds[bucket - 1]) / 2;
  }

  private void exponentialHistogram(DataPoint point) throws IOException {
    aggregates(point);
    Buckets negative = point.negative();
    Buckets positive = point.positive();
    long[] below = negative.counts();
    long[] above = positive.counts();
    double[] values = new double[below.length + 1 + above.length];
    long[] counts = new long[values.length];
    int at = 0;
    for (int i = below.length - 1; i >= 0; i--) {
      values[at] = -middle(point.scale(), negative.offset() + i);
      counts[at++] = below[i];
    }
    counts[at++] = point.zeroCount();
    for (int i = 0; i < above.length; i++) {
      values[at] = middle(point.scale(), positive.offset() + i);
      counts[at++] = above[i];
    }
    json.name("distribution").beginObject();
    valuesAndCounts(values, counts);
    json.name("scale").value((long) point.scale());
    json.name("zero_count").value(point.zeroCount());
    json.name("zero_threshold").value(point.zeroThreshold());
    buckets("positive", positive, above);
    buckets("negative", negative, below);
    json.endObject();
  }

  /** The middle of the bucket (base^index, base^(index+1)] with base 2^(2^-scale). */
  private static double middle(int scale, int index) {
    double exponent = Math.scalb(1.0, -scale);
    double lower = Math.pow(2, index * exponent);
    double upper = Math.pow(2, (index + 1) * exponent);
    return lower + (upper - lower) / 2;
  }

  private void buckets(String name, Buckets buckets, long[] counts) throws IOException {
    json.name(name).beginObject();
    json.name("offset").value((long) buckets.offset());
    longs("bucket_counts", counts);
    json.endObject();
  }

  private void summary(DataPoint point) throws IOException {
    aggregates(point);
    List<QuantileValue> quantiles = point.quantiles();
    json.name("distribution").beginObject().name("quantiles").beginArray();
    for (QuantileValue quantile : quantiles) {
      json.beginObject();
      json.name("quantile").value(quantile.quantile());
      json.name("value").value(quantile.value());
      json.endObject();
    }
    json.endArray().endObject();
  }

  private void aggregates(DataPoint point) throws IOException {
    json.name("count").value(point.count());
    finite("sum", point.hasSum(), point.sum());
    finite("min", point.hasMin(), point.min());
    finite("max", point.hasMax(), point.max());
  }

  private void finite(String name, boolean known, double value) throws IOException {
    if (known && Double.isFinite(value)) {
      json.name(name).value(value);
    }
  }

  /** Empty buckets are left out. */
  private void valuesAndCounts(double[] values, long[] counts) throws IOException {
    json.name("values").beginArray();
    for (int i = 0; i < values.length; i++) {
      if (counts[i] != 0) {
        json.value(values[i]);
      }
    }
    json.endArray().name("counts").beginArray();
    for (long count : counts) {
      if (count != 0) {
        json.value(count);
      }
    }
    json.endArray();
  }

  private void doubles(String name, double[] values) throws IOException {
    json.name(name).beginArray();
    for (double value : values) {
      json.value(value);
    }
    json.endArray();
  }

  private void longs(String name, long[] values) throws IOException {
    json.name(name).beginArray();
    for (long value : values) {
      json.value(value);
    }
    json.endArray();
  }

  private void exemplars(List<Exemplar> exemplars) throws IOException {
    if (exemplars.isEmpty()) {
      return;
    }
    json.name("exemplars").beginArray();
    for (Exemplar exemplar : exemplars) {
      json.beginObject();
      json.name("timestamp").timestamp(exemplar.timeUnixNanos());
      Documents.id(json, "trace_id", exemplar.traceId());
      Documents.id(json, "span_id", exemplar.spanId());
      if (exemplar.hasLongValue()) {
        json.name("value").value(exemplar.longValue());
      } else if (exemplar.hasDoubleValue()) {
        json.name("value").value(exemplar.doubleValue());
      }
      documents.attributes(json, exemplar.filteredAttributes());
      json.endObject();
    }
    json.endArray();
  }
}
