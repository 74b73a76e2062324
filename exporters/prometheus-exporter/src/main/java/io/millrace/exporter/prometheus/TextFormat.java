package io.millrace.exporter.prometheus;

import io.millrace.api.telemetry.QuantileValue;
import java.util.Map;
import java.util.TreeMap;

/** Writes Prometheus's text format, version 0.0.4. */
final class TextFormat {

  private TextFormat() {}

  static void append(
      StringBuilder text, String name, SeriesTable.Family family, boolean timestamps) {
    text.append("# HELP ").append(name).append(' ');
    text.append(family.help().replace("\\", "\\\\").replace("\n", "\\n")).append('\n');
    text.append("# TYPE ").append(name).append(' ').append(family.type()).append('\n');
    family
        .series()
        .forEach(
            (labels, sample) -> {
              String behind = timestamps ? " " + sample.timeMillis() : "";
              switch (sample) {
                case Sample.Scalar scalar -> line(text, name, labels, scalar.value(), behind);
                case Sample.Histogram histogram -> histogram(text, name, labels, histogram, behind);
                case Sample.Summary summary -> summary(text, name, labels, summary, behind);
              }
            });
  }

  private static void histogram(
      StringBuilder text,
      String name,
      Map<String, String> labels,
      Sample.Histogram histogram,
      String behind) {
    long cumulative = 0;
    for (int i = 0; i < histogram.bounds().length && i < histogram.counts().length; i++) {
      cumulative += histogram.counts()[i];
      line(
          text,
          name + "_bucket",
          with(labels, "le", number(histogram.bounds()[i])),
          (double) cumulative,
          behind);
    }
    line(text, name + "_bucket", with(labels, "le", "+Inf"), (double) histogram.count(), behind);
    line(text, name + "_sum", labels, histogram.sum(), behind);
    line(text, name + "_count", labels, (double) histogram.count(), behind);
  }

  private static void summary(
      StringBuilder text,
      String name,
      Map<String, String> labels,
      Sample.Summary summary,
      String behind) {
    for (QuantileValue each : summary.quantiles()) {
      line(text, name, with(labels, "quantile", number(each.quantile())), each.value(), behind);
    }
    line(text, name + "_sum", labels, summary.sum(), behind);
    line(text, name + "_count", labels, (double) summary.count(), behind);
  }

  private static void line(
      StringBuilder text, String name, Map<String, String> labels, double value, String behind) {
    text.append(name);
    if (!labels.isEmpty()) {
      text.append('{');
      boolean first = true;
      for (Map.Entry<String, String> label : new TreeMap<>(labels).entrySet()) {
        if (!first) {
          text.append(',');
        }
        first = false;
        text.append(label.getKey()).append("=\"").append(escape(label.getValue())).append('"');
      }
      text.append('}');
    }
    text.append(' ').append(number(value)).append(behind).append('\n');
  }

  private static Map<String, String> with(Map<String, String> labels, String name, String value) {
    TreeMap<String, String> more = new TreeMap<>(labels);
    more.put(name, value);
    return more;
  }

  private static String escape(String value) {
    return value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
  }

  /** A number without a fraction where it has none; {@code +Inf}, {@code -Inf}, {@code NaN}. */
  static String number(double value) {
    if (Double.isInfinite(value)) {
      return value > 0 ? "+Inf" : "-Inf";
    }
    if (value == Math.rint(value) && Math.abs(value) < 1e15) {
      return Long.toString((long) value);
    }
    return Double.toString(value);
  }
}
