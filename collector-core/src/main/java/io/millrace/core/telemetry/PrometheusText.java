package io.millrace.core.telemetry;

import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.sdk.metrics.data.DoublePointData;
import io.opentelemetry.sdk.metrics.data.HistogramPointData;
import io.opentelemetry.sdk.metrics.data.LongPointData;
import io.opentelemetry.sdk.metrics.data.MetricData;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Writes metrics in the text format 0.0.4 of Prometheus, the way the Collector does by default:
 * names as they are, without suffixes for type or unit. One thread at a time.
 */
public final class PrometheusText {
  private final StringBuilder out = new StringBuilder();

  private PrometheusText() {}

  /** The page of these metrics, sorted by name. */
  public static String of(Collection<MetricData> metrics) {
    PrometheusText text = new PrometheusText();
    metrics.stream()
        .findFirst()
        .ifPresent(any -> text.targetInfo(any.getResource().getAttributes()));
    metrics.stream().sorted(Comparator.comparing(MetricData::getName)).forEach(text::metric);
    return text.out.toString();
  }

  private void targetInfo(Attributes resource) {
    head("target_info", "Attributes of the agent", "gauge");
    sample("target_info", resource, null, null, "1");
  }

  private void metric(MetricData metric) {
    String name = name(metric.getName());
    switch (metric.getType()) {
      case LONG_SUM -> {
        head(
            name,
            metric.getDescription(),
            metric.getLongSumData().isMonotonic() ? "counter" : "gauge");
        longs(name, metric.getLongSumData().getPoints());
      }
      case DOUBLE_SUM -> {
        head(
            name,
            metric.getDescription(),
            metric.getDoubleSumData().isMonotonic() ? "counter" : "gauge");
        doubles(name, metric.getDoubleSumData().getPoints());
      }
      case LONG_GAUGE -> {
        head(name, metric.getDescription(), "gauge");
        longs(name, metric.getLongGaugeData().getPoints());
      }
      case DOUBLE_GAUGE -> {
        head(name, metric.getDescription(), "gauge");
        doubles(name, metric.getDoubleGaugeData().getPoints());
      }
      case HISTOGRAM -> {
        head(name, metric.getDescription(), "histogram");
        metric.getHistogramData().getPoints().forEach(point -> histogram(name, point));
      }
      case EXPONENTIAL_HISTOGRAM, SUMMARY -> {
        // The agent has no such instruments.
      }
    }
  }

  private void longs(String name, Collection<LongPointData> points) {
    for (LongPointData point : points) {
      sample(name, point.getAttributes(), null, null, Long.toString(point.getValue()));
    }
  }

  private void doubles(String name, Collection<DoublePointData> points) {
    for (DoublePointData point : points) {
      sample(name, point.getAttributes(), null, null, number(point.getValue()));
    }
  }

  private void histogram(String name, HistogramPointData point) {
    List<Double> bounds = point.getBoundaries();
    List<Long> counts = point.getCounts();
    long cumulative = 0;
    for (int i = 0; i < counts.size(); i++) {
      cumulative += counts.get(i);
      String bound = i < bounds.size() ? number(bounds.get(i)) : "+Inf";
      sample(name + "_bucket", point.getAttributes(), "le", bound, Long.toString(cumulative));
    }
    sample(name + "_sum", point.getAttributes(), null, null, number(point.getSum()));
    sample(name + "_count", point.getAttributes(), null, null, Long.toString(point.getCount()));
  }

  private void head(String name, String help, String type) {
    out.append("# HELP ").append(name).append(' ');
    escape(help, false);
    out.append("\n# TYPE ").append(name).append(' ').append(type).append('\n');
  }

  private void sample(
      String name,
      Attributes attributes,
      @org.jspecify.annotations.Nullable String extraName,
      @org.jspecify.annotations.Nullable String extraValue,
      String value) {
    Map<String, String> labels = new TreeMap<>();
    attributes.forEach((key, v) -> labels.put(label(key.getKey()), String.valueOf(v)));
    if (extraName != null && extraValue != null) {
      labels.put(extraName, extraValue);
    }
    out.append(name);
    if (!labels.isEmpty()) {
      char separator = '{';
      for (Map.Entry<String, String> entry : labels.entrySet()) {
        out.append(separator).append(entry.getKey()).append("=\"");
        escape(entry.getValue(), true);
        out.append('"');
        separator = ',';
      }
      out.append('}');
    }
    out.append(' ').append(value).append('\n');
  }

  private void escape(String text, boolean quotes) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\n') {
        out.append("\\n");
      } else if (c == '\\' || (quotes && c == '"')) {
        out.append('\\').append(c);
      } else {
        out.append(c);
      }
    }
  }

  private static String number(double value) {
    if (value == Math.rint(value) && Math.abs(value) < 1e15) {
      return Long.toString((long) value);
    }
    if (Double.isInfinite(value)) {
      return value > 0 ? "+Inf" : "-Inf";
    }
    return Double.toString(value);
  }

  private static String name(String name) {
    return sanitize(name, true);
  }

  private static String label(String name) {
    return sanitize(name, false);
  }

  private static String sanitize(String name, boolean colons) {
    StringBuilder safe = new StringBuilder(name.length());
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
      boolean digit = c >= '0' && c <= '9' && i > 0;
      safe.append(letter || digit || (colons && c == ':') ? c : '_');
    }
    return safe.toString();
  }
}
