package io.millrace.api.telemetry;

/** Calls every accessor of everything in a batch. */
final class ReadEverything {
  private ReadEverything() {}

  /** Answers a number that depends on what was read. */
  static long of(Batch batch) {
    long sum = 0;
    for (ResourceGroup group : batch.groups()) {
      sum += group.schemaUrl().length() + attributes(group.resource().attributes());
      sum += group.resource().droppedAttributesCount();
      for (ScopeGroup scope : group.scopes()) {
        sum += scope.schemaUrl().length() + scope.scope().name().length();
        sum += scope.scope().version().length() + attributes(scope.scope().attributes());
        sum += scope.scope().droppedAttributesCount();
        for (Item item : scope.items()) {
          sum += item(item);
        }
      }
    }
    return sum;
  }

  private static long item(Item item) {
    long sum =
        item.index() + item.timeUnixNanos() + item.sizeBytes() + attributes(item.attributes());
    return sum
        + switch (item) {
          case LogRecord log -> log(log);
          case Span span -> span(span);
          case DataPoint point -> point(point);
        };
  }

  private static long log(LogRecord log) {
    return log.observedTimeUnixNanos()
        + log.severityNumber()
        + log.severityText().length()
        + value(log.body())
        + log.traceId().length()
        + log.spanId().length()
        + log.flags()
        + log.eventName().length()
        + log.droppedAttributesCount();
  }

  private static long span(Span span) {
    long sum = span.flags();
    sum += span.traceId().length() + span.spanId().length() + span.parentSpanId().length();
    sum += span.traceState().length() + span.name().length() + span.kind() + span.flags();
    sum += span.startTimeUnixNanos() + span.endTimeUnixNanos() + span.statusCode();
    sum += span.statusMessage().length() + span.droppedAttributesCount();
    sum += span.droppedEventsCount() + span.droppedLinksCount();
    for (SpanEvent event : span.events()) {
      sum += event.timeUnixNanos() + event.name().length() + attributes(event.attributes());
      sum += event.droppedAttributesCount();
    }
    for (SpanLink link : span.links()) {
      sum += link.traceId().length() + link.spanId().length() + link.traceState().length();
      sum += attributes(link.attributes()) + link.droppedAttributesCount() + link.flags();
    }
    return sum;
  }

  private static long point(DataPoint point) {
    Metric metric = point.metric();
    long sum = point.startTimeUnixNanos();
    sum += metric.name().length() + metric.description().length() + metric.unit().length();
    sum += metric.type().name().length() + metric.temporality() + attributes(metric.metadata());
    sum += metric.monotonic() ? 1 : 0;
    sum += point.startTimeUnixNanos() + point.flags() + point.longValue() + point.count();
    sum += (long) (point.doubleValue() + point.sum() + point.min() + point.max());
    sum += point.hasDoubleValue() || point.hasLongValue() || point.hasSum() ? 1 : 0;
    sum += point.hasMin() || point.hasMax() ? 1 : 0;
    sum += point.bucketCounts().length + point.explicitBounds().length + point.scale();
    sum += point.zeroCount() + (long) point.zeroThreshold() + point.quantiles().size();
    sum += point.positive().offset() + point.positive().counts().length;
    sum += point.negative().offset() + point.negative().counts().length;
    for (Exemplar exemplar : point.exemplars()) {
      sum += exemplar.timeUnixNanos() + exemplar.traceId().length() + exemplar.spanId().length();
      sum += exemplar.longValue() + (long) exemplar.doubleValue();
      sum += attributes(exemplar.filteredAttributes());
    }
    return sum;
  }

  private static long attributes(Attributes attributes) {
    long sum = attributes.size();
    for (Attribute attribute : attributes) {
      sum += attribute.key().length() + value(attribute.value());
      attributes.get(attribute.key());
    }
    return sum;
  }

  private static long value(Value value) {
    long sum = value.hashCode() + value.asText().length() + value.longValue();
    sum += value.stringValue().length() + value.bytesValue().length + (long) value.doubleValue();
    sum += value.boolValue() ? 1 : 0;
    for (Value element : value.list()) {
      sum += value(element);
    }
    return sum + attributes(value.map());
  }
}
