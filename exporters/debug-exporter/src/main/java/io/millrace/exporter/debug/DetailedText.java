package io.millrace.exporter.debug;

import io.millrace.api.telemetry.Batch;
import io.millrace.api.telemetry.Item;
import io.millrace.api.telemetry.LogRecord;
import io.millrace.api.telemetry.Metric;
import io.millrace.api.telemetry.ResourceGroup;
import io.millrace.api.telemetry.ScopeGroup;
import io.millrace.api.telemetry.Span;

/** Every field, in the Collector's layout. */
final class DetailedText {

  private DetailedText() {}

  static String of(Batch batch) {
    TextLines lines = new TextLines();
    String kind =
        switch (batch.signal()) {
          case LOGS -> "Log";
          case METRICS -> "Metrics";
          case TRACES -> "Spans";
          case PROFILES -> throw batch.signal().unsupported();
        };
    String scopeKind = kind.equals("Log") ? "Logs" : kind;
    int resource = 0;
    for (ResourceGroup group : batch.groups()) {
      lines.line("Resource" + kind + " #" + resource++);
      lines.line("Resource SchemaURL: " + group.schemaUrl());
      lines.attributes("Resource attributes", group.resource().attributes());
      int number = 0;
      for (ScopeGroup scope : group.scopes()) {
        lines.line("Scope" + scopeKind + " #" + number++);
        lines.line("Scope" + scopeKind + " SchemaURL: " + scope.schemaUrl());
        lines.line("InstrumentationScope " + scope.scope().name() + " " + scope.scope().version());
        lines.attributes("InstrumentationScope attributes", scope.scope().attributes());
        items(lines, scope);
      }
    }
    return lines.toString();
  }

  private static void items(TextLines lines, ScopeGroup scope) {
    int number = 0;
    for (Metric metric : scope.metrics()) {
      MetricText.append(lines, number++, metric);
    }
    if (number > 0) {
      return;
    }
    for (Item item : scope.items()) {
      if (item instanceof LogRecord log) {
        log(lines, number++, log);
      } else if (item instanceof Span span) {
        SpanText.append(lines, number++, span);
      }
    }
  }

  private static void log(TextLines lines, int number, LogRecord log) {
    lines.line("LogRecord #" + number);
    lines.line("ObservedTimestamp: " + TextLines.time(log.observedTimeUnixNanos()));
    lines.line("Timestamp: " + TextLines.time(log.timeUnixNanos()));
    lines.line("SeverityText: " + log.severityText());
    lines.line("SeverityNumber: " + SeverityText.of(log.severityNumber()));
    if (!log.eventName().isEmpty()) {
      lines.line("EventName: " + log.eventName());
    }
    lines.line("Body: " + TextLines.value(log.body()));
    lines.attributes("Attributes", log.attributes());
    lines.line("Trace ID: " + log.traceId());
    lines.line("Span ID: " + log.spanId());
    lines.line("Flags: " + log.flags());
  }
}
