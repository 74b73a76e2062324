package io.millrace.exporter.prometheus;

import io.millrace.api.telemetry.DataPoint;
import io.millrace.api.telemetry.Metric;
import io.millrace.api.telemetry.MetricType;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.TreeMap;

/** The latest value of every series, by family. Thread-safe. */
final class SeriesTable {
  private static final int DELTA = 1;

  private final PrometheusExporterConfig config;
  private final TreeMap<String, Family> families = new TreeMap<>();
  private int size;

  SeriesTable(PrometheusExporterConfig config) {
    this.config = config;
  }

  /**
   * What could not be taken up.
   *
   * @param unsupported data points that the text format cannot show
   * @param overflowed data points of series beyond {@code max_series}
   */
  record Taken(long unsupported, long overflowed) {}

  /** Takes up the data points of a metric. */
  synchronized Taken take(Metric metric, Labels resource, long nowMillis) {
    long unsupported = 0;
    long overflowed = 0;
    String name = Names.metric(config, metric);
    for (DataPoint point : metric.points()) {
      if (metric.type() == MetricType.EXPONENTIAL_HISTOGRAM
          || metric.type() == MetricType.NONE
          || (metric.type() == MetricType.HISTOGRAM && metric.temporality() == DELTA)) {
        unsupported++;
      } else if (!put(metric, name, point, resource, nowMillis)) {
        overflowed++;
      }
    }
    return new Taken(unsupported, overflowed);
  }

  /** Takes up what is known of a resource. */
  synchronized void target(Labels resource, long nowMillis) {
    if (resource.target().isEmpty()) {
      return;
    }
    Family family =
        families.computeIfAbsent(
            "target_info", name -> new Family("gauge", "Target metadata", new HashMap<>()));
    Map<String, String> labels = resource.target();
    if (family.series().put(labels, new Sample.Scalar(1, nowMillis, nowMillis)) == null) {
      size++;
    }
  }

  private boolean put(
      Metric metric, String name, DataPoint point, Labels resource, long nowMillis) {
    Family family =
        families.computeIfAbsent(
            name, absent -> new Family(type(metric), metric.description(), new HashMap<>()));
    TreeMap<String, String> labels = Labels.ofPoint(resource, point.attributes());
    Sample before = family.series().get(labels);
    if (before == null && size >= config.maxSeries()) {
      return false;
    }
    if (before == null) {
      size++;
    }
    family.series().put(labels, sample(metric, point, before, nowMillis));
    return true;
  }

  private static Sample sample(
      Metric metric, DataPoint point, @org.jspecify.annotations.Nullable Sample before, long now) {
    long time = point.timeUnixNanos() / 1_000_000;
    if (metric.type() == MetricType.HISTOGRAM) {
      return new Sample.Histogram(
          point.explicitBounds(), point.bucketCounts(), point.count(), point.sum(), time, now);
    }
    if (metric.type() == MetricType.SUMMARY) {
      return new Sample.Summary(point.quantiles(), point.count(), point.sum(), time, now);
    }
    double value = point.doubleValue();
    boolean adds = metric.type() == MetricType.SUM && metric.temporality() == DELTA;
    if (adds && before instanceof Sample.Scalar scalar) {
      value += scalar.value();
    }
    return new Sample.Scalar(value, time, now);
  }

  /** The text of a scrape; forgets series that have expired. */
  synchronized String text(long nowMillis) {
    long oldest = nowMillis - config.metricExpiration().toMillis();
    StringBuilder text = new StringBuilder();
    Iterator<Map.Entry<String, Family>> each = families.entrySet().iterator();
    while (each.hasNext()) {
      Map.Entry<String, Family> entry = each.next();
      Family family = entry.getValue();
      int before = family.series().size();
      family.series().values().removeIf(sample -> sample.seenMillis() < oldest);
      size -= before - family.series().size();
      if (family.series().isEmpty()) {
        each.remove();
      } else {
        TextFormat.append(text, entry.getKey(), family, config.sendTimestamps());
      }
    }
    return text.toString();
  }

  private static String type(Metric metric) {
    return switch (metric.type()) {
      case SUM -> Names.isCounter(metric) ? "counter" : "gauge";
      case HISTOGRAM -> "histogram";
      case SUMMARY -> "summary";
      case GAUGE, EXPONENTIAL_HISTOGRAM, NONE -> "gauge";
    };
  }

  /**
   * Series of one name.
   *
   * @param type the text format's type
   * @param help description
   * @param series the samples by labels
   */
  record Family(String type, String help, Map<Map<String, String>, Sample> series) {}
}
