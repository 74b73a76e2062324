package io.millrace.exporter.debug;

import io.millrace.api.telemetry.Batch;
import io.millrace.api.telemetry.Metric;
import io.millrace.api.telemetry.ResourceGroup;
import io.millrace.api.telemetry.ScopeGroup;

/** A line of counts. */
final class BasicText {

  private BasicText() {}

  static String of(Batch batch) {
    if (!batch.signal().isReadable()) {
      return "Profiles  profiles: " + batch.itemCount() + ", bytes: " + batch.sizeBytes();
    }
    int groups = 0;
    int metrics = 0;
    for (ResourceGroup group : batch.groups()) {
      groups++;
      for (ScopeGroup scope : group.scopes()) {
        for (Metric _ : scope.metrics()) {
          metrics++;
        }
      }
    }
    return switch (batch.signal()) {
      case LOGS -> "Logs  resource logs: " + groups + ", log records: " + batch.itemCount();
      case METRICS ->
          "Metrics  resource metrics: "
              + groups
              + ", metrics: "
              + metrics
              + ", data points: "
              + batch.itemCount();
      case TRACES -> "Traces  resource spans: " + groups + ", spans: " + batch.itemCount();
      case PROFILES -> throw batch.signal().unsupported();
    };
  }
}
