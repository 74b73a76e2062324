package io.millrace.exporter.prometheus;

import io.millrace.api.telemetry.Metric;
import io.millrace.api.telemetry.MetricType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Names as Prometheus wants them, after OpenTelemetry's "Prometheus and OpenMetrics Compatibility"
 * specification.
 */
final class Names {
  private static final Map<String, String> UNITS =
      Map.ofEntries(
          Map.entry("d", "days"),
          Map.entry("h", "hours"),
          Map.entry("min", "minutes"),
          Map.entry("s", "seconds"),
          Map.entry("ms", "milliseconds"),
          Map.entry("us", "microseconds"),
          Map.entry("ns", "nanoseconds"),
          Map.entry("By", "bytes"),
          Map.entry("KiBy", "kibibytes"),
          Map.entry("MiBy", "mebibytes"),
          Map.entry("GiBy", "gibibytes"),
          Map.entry("TiBy", "tibibytes"),
          Map.entry("KBy", "kilobytes"),
          Map.entry("MBy", "megabytes"),
          Map.entry("GBy", "gigabytes"),
          Map.entry("TBy", "terabytes"),
          Map.entry("m", "meters"),
          Map.entry("V", "volts"),
          Map.entry("A", "amperes"),
          Map.entry("J", "joules"),
          Map.entry("W", "watts"),
          Map.entry("g", "grams"),
          Map.entry("Cel", "celsius"),
          Map.entry("Hz", "hertz"),
          Map.entry("%", "percent"),
          Map.entry("1", ""));
  private static final Map<String, String> PER =
      Map.of(
          "s", "second", "m", "minute", "h", "hour", "d", "day", "w", "week", "mo", "month", "y",
          "year");

  private Names() {}

  /** The name of a metric's family. */
  static String metric(PrometheusExporterConfig config, Metric metric) {
    List<String> tokens = tokens(metric.name());
    boolean counter = isCounter(metric);
    if (config.addMetricSuffixes()) {
      for (String suffix : unit(metric)) {
        tokens.removeIf(suffix::equals);
        tokens.add(suffix);
      }
      if (counter) {
        tokens.removeIf("total"::equals);
        tokens.add("total");
      }
    }
    if (!config.namespace().isEmpty()) {
      tokens.addAll(0, tokens(config.namespace()));
    }
    String name = String.join("_", tokens);
    return name.isEmpty() || Character.isDigit(name.charAt(0)) ? "_" + name : name;
  }

  /** Whether a metric is a counter to Prometheus. */
  static boolean isCounter(Metric metric) {
    return metric.type() == MetricType.SUM && metric.monotonic();
  }

  /** A label's name. */
  static String label(String key) {
    StringBuilder name = new StringBuilder(key.length());
    for (int i = 0; i < key.length(); i++) {
      char c = key.charAt(i);
      name.append(isLetter(c) || isDigit(c) || c == '_' ? c : '_');
    }
    if (name.isEmpty()) {
      return "_";
    }
    return isDigit(name.charAt(0)) ? "key_" + name : name.toString();
  }

  private static List<String> unit(Metric metric) {
    String unit = metric.unit();
    List<String> words = new ArrayList<>();
    if (unit.equals("1") && metric.type() == MetricType.GAUGE) {
      words.add("ratio");
      return words;
    }
    int slash = unit.indexOf('/');
    String main = slash < 0 ? unit : unit.substring(0, slash);
    if (!main.contains("{")) {
      words.addAll(tokens(UNITS.getOrDefault(main.trim(), main)));
    }
    String per = slash < 0 ? "" : unit.substring(slash + 1);
    if (!per.isEmpty() && !per.contains("{")) {
      words.add("per");
      words.addAll(tokens(PER.getOrDefault(per.trim(), per)));
    }
    return words;
  }

  private static List<String> tokens(String text) {
    List<String> tokens = new ArrayList<>();
    StringBuilder token = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (isLetter(c) || isDigit(c) || c == ':') {
        token.append(c);
      } else if (!token.isEmpty()) {
        tokens.add(token.toString());
        token.setLength(0);
      }
    }
    if (!token.isEmpty()) {
      tokens.add(token.toString());
    }
    return tokens;
  }

  private static boolean isLetter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }
}
