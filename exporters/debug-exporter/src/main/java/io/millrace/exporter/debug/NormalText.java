package io.millrace.exporter.debug;

import io.millrace.api.telemetry.Attribute;
import io.millrace.api.telemetry.Attributes;
import io.millrace.api.telemetry.Batch;
import io.millrace.api.telemetry.DataPoint;
import io.millrace.api.telemetry.Item;
import io.millrace.api.telemetry.LogRecord;
import io.millrace.api.telemetry.MetricType;
import io.millrace.api.telemetry.ResourceGroup;
import io.millrace.api.telemetry.ScopeGroup;
import io.millrace.api.telemetry.Span;

/** A line for each resource, scope and item. */
final class NormalText {

  private NormalText() {}

  static String of(Batch batch) {
    StringBuilder text = new StringBuilder();
    String kind =
        switch (batch.signal()) {
          case LOGS -> "Log";
          case METRICS -> "Metrics";
          case TRACES -> "Traces";
          case PROFILES -> throw batch.signal().unsupported();
        };
    int resource = 0;
    for (ResourceGroup group : batch.groups()) {
      text.append("Resource").append(kind).append(" #").append(resource++);
      append(text, group.resource().attributes());
      text.append('\n');
      int number = 0;
      for (ScopeGroup scope : group.scopes()) {
        text.append("Scope").append(kind).append(" #").append(number++);
        text.append(' ').append(scope.scope().name()).append('@').append(scope.scope().version());
        append(text, scope.scope().attributes());
        text.append('\n');
        for (Item item : scope.items()) {
          append(text, item);
          text.append('\n');
        }
      }
    }
    return text.toString();
  }

  private static void append(StringBuilder text, Item item) {
    if (item instanceof LogRecord log) {
      text.append(log.body().asText());
    } else if (item instanceof Span span) {
      text.append(span.name()).append(' ').append(span.traceId()).append(' ').append(span.spanId());
    } else if (item instanceof DataPoint point) {
      text.append(point.metric().name());
    }
    append(text, item.attributes());
    if (item instanceof DataPoint point) {
      append(text, point);
    }
  }

  private static void append(StringBuilder text, DataPoint point) {
    MetricType type = point.metric().type();
    if (type == MetricType.GAUGE || type == MetricType.SUM) {
      text.append(' ');
      if (point.hasLongValue()) {
        text.append(point.longValue());
      } else {
        text.append(point.doubleValue());
      }
      return;
    }
    text.append(" count=").append(point.count());
    if (type == MetricType.SUMMARY || point.hasSum()) {
      text.append(" sum=").append(point.sum());
    }
    if (point.hasMin()) {
      text.append(" min=").append(point.min());
    }
    if (point.hasMax()) {
      text.append(" max=").append(point.max());
    }
  }

  private static void append(StringBuilder text, Attributes attributes) {
    for (Attribute attribute : attributes) {
      text.append(' ').append(attribute.key()).append('=').append(attribute.value().asText());
    }
  }
}
