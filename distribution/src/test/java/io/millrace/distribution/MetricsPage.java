package io.millrace.distribution;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The agent's own metrics at one moment, from series with labels to value. Immutable. */
record MetricsPage(Map<String, Double> series) {
  private static final Pattern LINE = Pattern.compile("(?m)^(otelcol_\\S+?(?:\\{.*?})?) (\\S+)$");

  static MetricsPage of(int port) throws InterruptedException {
    Map<String, Double> series = new LinkedHashMap<>();
    Matcher lines = LINE.matcher(UnpackedAgent.page(port, "/metrics"));
    while (lines.find()) {
      series.put(lines.group(1), Double.valueOf(lines.group(2)));
    }
    return new MetricsPage(Map.copyOf(series));
  }

  /**
   * The sum of a metric over its series.
   *
   * @param name without the prefix {@code otelcol_}
   * @param label {@code name="value"} that the series have; empty for all
   */
  long sum(String name, String label) {
    String prefix = "otelcol_" + name;
    return series.entrySet().stream()
        .filter(each -> each.getKey().replaceFirst("\\{.*", "").equals(prefix))
        .filter(
            each ->
                label.isEmpty()
                    || each.getKey().matches(".*[{,]" + Pattern.quote(label) + "[,}].*"))
        .mapToLong(each -> each.getValue().longValue())
        .sum();
  }
}
