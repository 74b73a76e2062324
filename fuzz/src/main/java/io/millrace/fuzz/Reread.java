package io.millrace.fuzz;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import io.millrace.api.telemetry.Attribute;
import io.millrace.api.telemetry.Attributes;
import io.millrace.api.telemetry.Batch;
import io.millrace.api.telemetry.Buckets;
import io.millrace.api.telemetry.DataPoint;
import io.millrace.api.telemetry.EntityRef;
import io.millrace.api.telemetry.Exemplar;
import io.millrace.api.telemetry.Item;
import io.millrace.api.telemetry.LogRecord;
import io.millrace.api.telemetry.Metric;
import io.millrace.api.telemetry.ResourceGroup;
import io.millrace.api.telemetry.Scope;
import io.millrace.api.telemetry.ScopeGroup;
import io.millrace.api.telemetry.Span;
import io.millrace.api.telemetry.SpanEvent;
import io.millrace.api.telemetry.SpanLink;
import io.millrace.api.telemetry.Value;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.ArrayValue;
import io.opentelemetry.proto.common.v1.InstrumentationScope;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.common.v1.KeyValueList;
import io.opentelemetry.proto.logs.v1.ResourceLogs;
import io.opentelemetry.proto.logs.v1.ScopeLogs;
import io.opentelemetry.proto.metrics.v1.ExponentialHistogram;
import io.opentelemetry.proto.metrics.v1.ExponentialHistogramDataPoint;
import io.opentelemetry.proto.metrics.v1.Gauge;
import io.opentelemetry.proto.metrics.v1.Histogram;
import io.opentelemetry.proto.metrics.v1.HistogramDataPoint;
import io.opentelemetry.proto.metrics.v1.NumberDataPoint;
import io.opentelemetry.proto.metrics.v1.ResourceMetrics;
import io.opentelemetry.proto.metrics.v1.ScopeMetrics;
import io.opentelemetry.proto.metrics.v1.Sum;
import io.opentelemetry.proto.metrics.v1.Summary;
import io.opentelemetry.proto.metrics.v1.SummaryDataPoint;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Status;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * Makes a generated message out of what the model's accessors say, one call for each field, so that
 * equality with {@link Oracle#shown} proves every accessor.
 */
final class Reread {
  private Reread() {}

  static Message request(Batch batch) {
    return switch (batch.signal()) {
      case LOGS -> {
        var request = ExportLogsServiceRequest.newBuilder();
        batch.groups().forEach(group -> request.addResourceLogs(logs(group)));
        yield request.build();
      }
      case METRICS -> {
        var request = ExportMetricsServiceRequest.newBuilder();
        batch.groups().forEach(group -> request.addResourceMetrics(metrics(group)));
        yield request.build();
      }
      case TRACES -> {
        var request = ExportTraceServiceRequest.newBuilder();
        batch.groups().forEach(group -> request.addResourceSpans(spans(group)));
        yield request.build();
      }
      case PROFILES -> throw batch.signal().unsupported();
    };
  }

  /** One item of any kind. */
  static Message item(Item item) {
    return switch (item) {
      case LogRecord log -> log(log);
      case Span span -> span(span);
      case DataPoint point ->
          switch (point.metric().type()) {
            case HISTOGRAM -> histogram(point);
            case EXPONENTIAL_HISTOGRAM -> exponential(point);
            case SUMMARY -> summary(point);
            case GAUGE, SUM, NONE -> number(point);
          };
    };
  }

  static List<KeyValue> attributes(Attributes attributes) {
    List<KeyValue> list = new ArrayList<>();
    for (Attribute attribute : attributes) {
      KeyValue.Builder builder = KeyValue.newBuilder().setKey(attribute.key());
      AnyValue value = value(attribute.value());
      if (value.getValueCase() != AnyValue.ValueCase.VALUE_NOT_SET) {
        builder.setValue(value);
      }
      list.add(builder.build());
      // Keys are compared as bytes: one that is no UTF-8 cannot be asked for.
      Check.that(
          attributes.contains(attribute.key()) || attribute.key().indexOf('\ufffd') >= 0,
          "A key that is there is not found");
    }
    Check.same("size of attributes", attributes.size(), list.size());
    Check.same("emptiness of attributes", attributes.isEmpty(), list.isEmpty());
    return list;
  }

  static AnyValue value(Value value) {
    AnyValue.Builder builder = AnyValue.newBuilder();
    switch (value.type()) {
      case EMPTY -> {}
      case STRING -> builder.setStringValue(value.stringValue());
      case BOOL -> builder.setBoolValue(value.boolValue());
      case INT -> builder.setIntValue(value.longValue());
      case DOUBLE -> builder.setDoubleValue(value.doubleValue());
      case BYTES -> builder.setBytesValue(ByteString.copyFrom(value.bytesValue()));
      case ARRAY -> {
        ArrayValue.Builder array = ArrayValue.newBuilder();
        value.list().forEach(element -> array.addValues(value(element)));
        builder.setArrayValue(array);
      }
      case MAP ->
          builder.setKvlistValue(KeyValueList.newBuilder().addAllValues(attributes(value.map())));
    }
    return builder.build();
  }

  static Resource resource(io.millrace.api.telemetry.Resource resource) {
    return Resource.newBuilder()
        .addAllAttributes(attributes(resource.attributes()))
        .setDroppedAttributesCount((int) resource.droppedAttributesCount())
        .addAllEntityRefs(entityRefs(resource.entityRefs()))
        .build();
  }

  static List<io.opentelemetry.proto.common.v1.EntityRef> entityRefs(List<EntityRef> refs) {
    List<io.opentelemetry.proto.common.v1.EntityRef> list = new ArrayList<>();
    for (EntityRef ref : refs) {
      list.add(
          io.opentelemetry.proto.common.v1.EntityRef.newBuilder()
              .setSchemaUrl(ref.schemaUrl())
              .setType(ref.type())
              .addAllIdKeys(ref.idKeys())
              .addAllDescriptionKeys(ref.descriptionKeys())
              .build());
    }
    return list;
  }

  static InstrumentationScope scope(Scope scope) {
    return InstrumentationScope.newBuilder()
        .setName(scope.name())
        .setVersion(scope.version())
        .addAllAttributes(attributes(scope.attributes()))
        .setDroppedAttributesCount((int) scope.droppedAttributesCount())
        .build();
  }

  private static ResourceLogs logs(ResourceGroup group) {
    ResourceLogs.Builder builder = ResourceLogs.newBuilder().setSchemaUrl(group.schemaUrl());
    Resource resource = resource(group.resource());
    if (resource.getSerializedSize() > 0) {
      builder.setResource(resource);
    }
    for (ScopeGroup scopeGroup : group.scopes()) {
      ScopeLogs.Builder scopes = builder.addScopeLogsBuilder();
      scopes.setSchemaUrl(scopeGroup.schemaUrl());
      InstrumentationScope scope = scope(scopeGroup.scope());
      if (scope.getSerializedSize() > 0) {
        scopes.setScope(scope);
      }
      scopeGroup.items().forEach(item -> scopes.addLogRecords(log((LogRecord) item)));
    }
    return builder.build();
  }

  private static ResourceSpans spans(ResourceGroup group) {
    ResourceSpans.Builder builder = ResourceSpans.newBuilder().setSchemaUrl(group.schemaUrl());
    Resource resource = resource(group.resource());
    if (resource.getSerializedSize() > 0) {
      builder.setResource(resource);
    }
    for (ScopeGroup scopeGroup : group.scopes()) {
      ScopeSpans.Builder scopes = builder.addScopeSpansBuilder();
      scopes.setSchemaUrl(scopeGroup.schemaUrl());
      InstrumentationScope scope = scope(scopeGroup.scope());
      if (scope.getSerializedSize() > 0) {
        scopes.setScope(scope);
      }
      scopeGroup.items().forEach(item -> scopes.addSpans(span((Span) item)));
    }
    return builder.build();
  }

  private static ResourceMetrics metrics(ResourceGroup group) {
    ResourceMetrics.Builder builder = ResourceMetrics.newBuilder().setSchemaUrl(group.schemaUrl());
    Resource resource = resource(group.resource());
    if (resource.getSerializedSize() > 0) {
      builder.setResource(resource);
    }
    for (ScopeGroup scopeGroup : group.scopes()) {
      ScopeMetrics.Builder scopes = builder.addScopeMetricsBuilder();
      scopes.setSchemaUrl(scopeGroup.schemaUrl());
      InstrumentationScope scope = scope(scopeGroup.scope());
      if (scope.getSerializedSize() > 0) {
        scopes.setScope(scope);
      }
      scopeGroup.metrics().forEach(metric -> scopes.addMetrics(metric(metric)));
    }
    return builder.build();
  }

  private static io.opentelemetry.proto.logs.v1.LogRecord log(LogRecord log) {
    var builder =
        io.opentelemetry.proto.logs.v1.LogRecord.newBuilder()
            .setTimeUnixNano(log.timeUnixNanos())
            .setObservedTimeUnixNano(log.observedTimeUnixNanos())
            .setSeverityNumberValue(log.severityNumber())
            .setSeverityText(log.severityText())
            .addAllAttributes(attributes(log.attributes()))
            .setDroppedAttributesCount((int) log.droppedAttributesCount())
            .setFlags((int) log.flags())
            .setTraceId(id(log.traceId()))
            .setSpanId(id(log.spanId()))
            .setEventName(log.eventName());
    AnyValue body = value(log.body());
    if (body.getValueCase() != AnyValue.ValueCase.VALUE_NOT_SET) {
      builder.setBody(body);
    }
    return builder.build();
  }

  private static io.opentelemetry.proto.trace.v1.Span span(Span span) {
    var builder =
        io.opentelemetry.proto.trace.v1.Span.newBuilder()
            .setTraceId(id(span.traceId()))
            .setSpanId(id(span.spanId()))
            .setParentSpanId(id(span.parentSpanId()))
            .setTraceState(span.traceState())
            .setName(span.name())
            .setKindValue(span.kind())
            .setStartTimeUnixNano(span.startTimeUnixNanos())
            .setEndTimeUnixNano(span.endTimeUnixNanos())
            .addAllAttributes(attributes(span.attributes()))
            .setDroppedAttributesCount((int) span.droppedAttributesCount())
            .setDroppedEventsCount((int) span.droppedEventsCount())
            .setDroppedLinksCount((int) span.droppedLinksCount())
            .setFlags((int) span.flags());
    Status status =
        Status.newBuilder()
            .setCodeValue(span.statusCode())
            .setMessage(span.statusMessage())
            .build();
    if (status.getSerializedSize() > 0) {
      builder.setStatus(status);
    }
    span.events().forEach(event -> builder.addEvents(event(event)));
    span.links().forEach(link -> builder.addLinks(link(link)));
    return builder.build();
  }

  static io.opentelemetry.proto.trace.v1.Span.Event event(SpanEvent event) {
    return io.opentelemetry.proto.trace.v1.Span.Event.newBuilder()
        .setTimeUnixNano(event.timeUnixNanos())
        .setName(event.name())
        .addAllAttributes(attributes(event.attributes()))
        .setDroppedAttributesCount((int) event.droppedAttributesCount())
        .build();
  }

  static io.opentelemetry.proto.trace.v1.Span.Link link(SpanLink link) {
    return io.opentelemetry.proto.trace.v1.Span.Link.newBuilder()
        .setTraceId(id(link.traceId()))
        .setSpanId(id(link.spanId()))
        .setTraceState(link.traceState())
        .addAllAttributes(attributes(link.attributes()))
        .setDroppedAttributesCount((int) link.droppedAttributesCount())
        .setFlags((int) link.flags())
        .build();
  }

  private static io.opentelemetry.proto.metrics.v1.Metric metric(Metric metric) {
    var builder =
        io.opentelemetry.proto.metrics.v1.Metric.newBuilder()
            .setName(metric.name())
            .setDescription(metric.description())
            .setUnit(metric.unit())
            .addAllMetadata(attributes(metric.metadata()));
    switch (metric.type()) {
      case NONE -> {}
      case GAUGE -> {
        Gauge.Builder data = Gauge.newBuilder();
        metric.points().forEach(point -> data.addDataPoints(number(point)));
        builder.setGauge(data);
      }
      case SUM -> {
        Sum.Builder data = Sum.newBuilder();
        data.setAggregationTemporalityValue(metric.temporality());
        data.setIsMonotonic(metric.monotonic());
        metric.points().forEach(point -> data.addDataPoints(number(point)));
        builder.setSum(data);
      }
      case HISTOGRAM -> {
        Histogram.Builder data = Histogram.newBuilder();
        data.setAggregationTemporalityValue(metric.temporality());
        metric.points().forEach(point -> data.addDataPoints(histogram(point)));
        builder.setHistogram(data);
      }
      case EXPONENTIAL_HISTOGRAM -> {
        ExponentialHistogram.Builder data = ExponentialHistogram.newBuilder();
        data.setAggregationTemporalityValue(metric.temporality());
        metric.points().forEach(point -> data.addDataPoints(exponential(point)));
        builder.setExponentialHistogram(data);
      }
      case SUMMARY -> {
        Summary.Builder data = Summary.newBuilder();
        metric.points().forEach(point -> data.addDataPoints(summary(point)));
        builder.setSummary(data);
      }
    }
    return builder.build();
  }

  private static NumberDataPoint number(DataPoint point) {
    NumberDataPoint.Builder builder =
        NumberDataPoint.newBuilder()
            .setTimeUnixNano(point.timeUnixNanos())
            .setStartTimeUnixNano(point.startTimeUnixNanos())
            .setFlags((int) point.flags())
            .addAllAttributes(attributes(point.attributes()))
            .addAllExemplars(exemplars(point));
    if (point.hasLongValue()) {
      builder.setAsInt(point.longValue());
    }
    if (point.hasDoubleValue()) {
      builder.setAsDouble(point.doubleValue());
    }
    return builder.build();
  }

  private static HistogramDataPoint histogram(DataPoint point) {
    HistogramDataPoint.Builder builder =
        HistogramDataPoint.newBuilder()
            .setTimeUnixNano(point.timeUnixNanos())
            .setStartTimeUnixNano(point.startTimeUnixNanos())
            .setFlags((int) point.flags())
            .setCount(point.count())
            .addAllAttributes(attributes(point.attributes()))
            .addAllExemplars(exemplars(point));
    if (point.hasSum()) {
      builder.setSum(point.sum());
    }
    if (point.hasMin()) {
      builder.setMin(point.min());
    }
    if (point.hasMax()) {
      builder.setMax(point.max());
    }
    for (long count : point.bucketCounts()) {
      builder.addBucketCounts(count);
    }
    for (double bound : point.explicitBounds()) {
      builder.addExplicitBounds(bound);
    }
    return builder.build();
  }

  private static ExponentialHistogramDataPoint exponential(DataPoint point) {
    ExponentialHistogramDataPoint.Builder builder =
        ExponentialHistogramDataPoint.newBuilder()
            .setTimeUnixNano(point.timeUnixNanos())
            .setStartTimeUnixNano(point.startTimeUnixNanos())
            .setFlags((int) point.flags())
            .setCount(point.count())
            .setScale(point.scale())
            .setZeroCount(point.zeroCount())
            .setZeroThreshold(point.zeroThreshold())
            .addAllAttributes(attributes(point.attributes()))
            .addAllExemplars(exemplars(point));
    if (point.hasSum()) {
      builder.setSum(point.sum());
    }
    if (point.hasMin()) {
      builder.setMin(point.min());
    }
    if (point.hasMax()) {
      builder.setMax(point.max());
    }
    ExponentialHistogramDataPoint.Buckets positive = buckets(point.positive());
    if (positive.getSerializedSize() > 0) {
      builder.setPositive(positive);
    }
    ExponentialHistogramDataPoint.Buckets negative = buckets(point.negative());
    if (negative.getSerializedSize() > 0) {
      builder.setNegative(negative);
    }
    return builder.build();
  }

  private static SummaryDataPoint summary(DataPoint point) {
    SummaryDataPoint.Builder builder =
        SummaryDataPoint.newBuilder()
            .setTimeUnixNano(point.timeUnixNanos())
            .setStartTimeUnixNano(point.startTimeUnixNanos())
            .setFlags((int) point.flags())
            .setCount(point.count())
            .setSum(point.sum())
            .addAllAttributes(attributes(point.attributes()));
    point
        .quantiles()
        .forEach(
            quantile ->
                builder
                    .addQuantileValuesBuilder()
                    .setQuantile(quantile.quantile())
                    .setValue(quantile.value()));
    return builder.build();
  }

  private static ExponentialHistogramDataPoint.Buckets buckets(Buckets buckets) {
    var builder = ExponentialHistogramDataPoint.Buckets.newBuilder().setOffset(buckets.offset());
    for (long count : buckets.counts()) {
      builder.addBucketCounts(count);
    }
    return builder.build();
  }

  private static List<io.opentelemetry.proto.metrics.v1.Exemplar> exemplars(DataPoint point) {
    return point.exemplars().stream().map(Reread::exemplar).toList();
  }

  static io.opentelemetry.proto.metrics.v1.Exemplar exemplar(Exemplar exemplar) {
    var builder =
        io.opentelemetry.proto.metrics.v1.Exemplar.newBuilder()
            .setTimeUnixNano(exemplar.timeUnixNanos())
            .setTraceId(id(exemplar.traceId()))
            .setSpanId(id(exemplar.spanId()))
            .addAllFilteredAttributes(attributes(exemplar.filteredAttributes()));
    if (exemplar.hasLongValue()) {
      builder.setAsInt(exemplar.longValue());
    }
    if (exemplar.hasDoubleValue()) {
      builder.setAsDouble(exemplar.doubleValue());
    }
    return builder.build();
  }

  private static ByteString id(String hex) {
    return ByteString.copyFrom(HexFormat.of().parseHex(hex));
  }
}
