package io.millrace.exporter.debug;

import java.util.List;

/** Names of severity numbers, as the Collector prints them. */
final class SeverityText {
  private static final List<String> NAMES =
      List.of("Trace", "Debug", "Info", "Warn", "Error", "Fatal");

  private SeverityText() {}

  static String of(int number) {
    if (number < 1 || number > 24) {
      return number == 0 ? "Unspecified(0)" : "(" + number + ")";
    }
    int step = (number - 1) % 4;
    return NAMES.get((number - 1) / 4) + (step == 0 ? "" : step + 1) + "(" + number + ")";
  }
}
