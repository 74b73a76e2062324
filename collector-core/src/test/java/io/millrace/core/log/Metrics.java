package io.millrace.core.log;

import io.millrace.core.telemetry.Instruments;
import io.millrace.core.telemetry.PrometheusText;
import java.util.List;

/** Reads an agent's own metrics. */
final class Metrics {
  private Metrics() {}

  /** The lines of a metric, without its prefix. */
  static String line(Instruments instruments, String name) {
    return String.join("\n", lines(instruments, name));
  }

  /** The sum of a metric's series. */
  static long value(Instruments instruments, String name) {
    return lines(instruments, name).stream()
        .mapToLong(line -> (long) Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }

  private static List<String> lines(Instruments instruments, String name) {
    return PrometheusText.of(instruments.collect())
        .lines()
        .filter(line -> line.startsWith("otelcol_segment_log_" + name + "{"))
        .toList();
  }
}
