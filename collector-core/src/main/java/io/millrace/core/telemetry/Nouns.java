package io.millrace.core.telemetry;

import io.millrace.api.telemetry.Signal;

/** What the Collector's metric names call things. */
public final class Nouns {

  private Nouns() {}

  /** The items of a signal. */
  public static String of(Signal signal) {
    return switch (signal) {
      case LOGS -> "log_records";
      case METRICS -> "metric_points";
      case TRACES -> "spans";
    };
  }
}
