package io.millrace.fuzz;

import static java.util.Locale.ROOT;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import io.millrace.api.telemetry.Attribute;
import io.millrace.api.telemetry.Attributes;
import io.millrace.api.telemetry.Batch;
import io.millrace.api.telemetry.Buckets;
import io.millrace.api.telemetry.DataPoint;
import io.millrace.api.telemetry.EditableGroup;
import io.millrace.api.telemetry.EditableScope;
import io.millrace.api.telemetry.EntityRef;
import io.millrace.api.telemetry.Exemplar;
import io.millrace.api.telemetry.Item;
import io.millrace.api.telemetry.LogRecord;
import io.millrace.api.telemetry.Metric;
import io.millrace.api.telemetry.MetricType;
import io.millrace.api.telemetry.ResourceGroup;
import io.millrace.api.telemetry.Scope;
import io.millrace.api.telemetry.ScopeGroup;
import io.millrace.api.telemetry.Signal;
import io.millrace.api.telemetry.Span;
import io.millrace.api.telemetry.SpanEvent;
import io.millrace.api.telemetry.SpanLink;
import io.millrace.api.telemetry.Value;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.ArrayValue;
import io.opentelemetry.proto.common.v1.InstrumentationScope;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.common.v1.KeyValueList;
import io.opentelemetry.proto.metrics.v1.ExponentialHistogramDataPoint;
import io.opentelemetry.proto.metrics.v1.HistogramDataPoint;
import io.opentelemetry.proto.metrics.v1.NumberDataPoint;
import io.opentelemetry.proto.metrics.v1.SummaryDataPoint;
import io.opentelemetry.proto.resource.v1.Resource;
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
    Message.Builder request = Oracle.prototype(batch.signal()).newBuilderForType();
    for (ResourceGroup group : batch.groups()) {
      Message.Builder groups = part(request, 1, resource(group.resource()), group.schemaUrl());
      for (ScopeGroup scope : group.scopes()) {
        Message.Builder scopes = part(groups, 2, scope(scope.scope()), scope.schemaUrl());
        if (batch.signal() == Signal.METRICS) {
          scope.metrics().forEach(metric -> add(scopes, 2, metric(metric)));
        } else {
          scope.items().forEach(item -> add(scopes, 2, item(item)));
        }
        add(groups, 2, scopes.build());
      }
      add(request, 1, groups.build());
    }
    return request.build();
  }

  /** One item of any kind. */
  static Message item(Item item) {
    return switch (item) {
      case LogRecord log -> log(log);
      case Span span -> span(span);
      case DataPoint point -> point(point);
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

  /** The resource of a group that is being changed. */
  static Resource resource(EditableGroup group) {
    return Resource.newBuilder()
        .addAllAttributes(attributes(group.attributes()))
        .setDroppedAttributesCount((int) group.droppedAttributesCount())
        .addAllEntityRefs(entityRefs(group.entityRefs()))
        .build();
  }

  /** A scope that is being changed. */
  static InstrumentationScope scope(EditableScope scope) {
    return InstrumentationScope.newBuilder()
        .setName(scope.name())
        .setVersion(scope.version())
        .addAllAttributes(attributes(scope.attributes()))
        .setDroppedAttributesCount((int) scope.droppedAttributesCount())
        .build();
  }

  /** A group or scope with its field 1, unless that is empty, and its schema. */
  private static Message.Builder part(
      Message.Builder around, int number, Message first, String schemaUrl) {
    Message.Builder builder = around.newBuilderForField(field(around, number));
    Mirror.set(builder, "schema_url", schemaUrl);
    if (first.getSerializedSize() > 0) {
      builder.setField(field(builder, 1), first);
    }
    return builder;
  }

  private static void add(Message.Builder builder, int number, Message element) {
    builder.addRepeatedField(field(builder, number), element);
  }

  private static FieldDescriptor field(Message.Builder builder, int number) {
    return builder.getDescriptorForType().findFieldByNumber(number);
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
    if (metric.type() == MetricType.NONE) {
      return builder.build();
    }
    FieldDescriptor field =
        builder.getDescriptorForType().findFieldByName(metric.type().name().toLowerCase(ROOT));
    Message.Builder data = builder.newBuilderForField(field);
    metric.points().forEach(point -> add(data, 1, point(point)));
    switch (metric.type()) {
      case NONE, GAUGE, SUMMARY -> {}
      case SUM -> {
        Mirror.set(data, "aggregation_temporality", metric.temporality());
        Mirror.set(data, "is_monotonic", metric.monotonic());
      }
      case HISTOGRAM, EXPONENTIAL_HISTOGRAM ->
          Mirror.set(data, "aggregation_temporality", metric.temporality());
    }
    return builder.setField(field, data.build()).build();
  }

  private static Message point(DataPoint point) {
    return switch (point.metric().type()) {
      case GAUGE, SUM, NONE -> number(point);
      case HISTOGRAM -> histogram(point);
      case EXPONENTIAL_HISTOGRAM -> exponential(point);
      case SUMMARY -> summary(point);
    };
  }

  private static Message number(DataPoint point) {
    NumberDataPoint.Builder builder = NumberDataPoint.newBuilder();
    any(point, builder);
    if (point.hasLongValue()) {
      builder.setAsInt(point.longValue());
    }
    if (point.hasDoubleValue()) {
      builder.setAsDouble(point.doubleValue());
    }
    return builder.addAllExemplars(exemplars(point)).build();
  }

  private static Message histogram(DataPoint point) {
    HistogramDataPoint.Builder builder = HistogramDataPoint.newBuilder();
    anyHistogram(point, builder);
    for (long count : point.bucketCounts()) {
      builder.addBucketCounts(count);
    }
    for (double bound : point.explicitBounds()) {
      builder.addExplicitBounds(bound);
    }
    return builder.build();
  }

  private static Message exponential(DataPoint point) {
    ExponentialHistogramDataPoint.Builder builder =
        ExponentialHistogramDataPoint.newBuilder()
            .setScale(point.scale())
            .setZeroCount(point.zeroCount())
            .setZeroThreshold(point.zeroThreshold());
    anyHistogram(point, builder);
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

  private static Message summary(DataPoint point) {
    SummaryDataPoint.Builder builder =
        SummaryDataPoint.newBuilder().setCount(point.count()).setSum(point.sum());
    any(point, builder);
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

  /** What every data point has. */
  private static void any(DataPoint point, Message.Builder builder) {
    Mirror.set(builder, "time_unix_nano", point.timeUnixNanos());
    Mirror.set(builder, "start_time_unix_nano", point.startTimeUnixNanos());
    Mirror.set(builder, "flags", point.flags());
    Mirror.set(builder, "attributes", attributes(point.attributes()));
  }

  /** What the points of both kinds of histogram have. */
  private static void anyHistogram(DataPoint point, Message.Builder builder) {
    any(point, builder);
    Mirror.set(builder, "count", point.count());
    Mirror.set(builder, "exemplars", exemplars(point));
    if (point.hasSum()) {
      Mirror.set(builder, "sum", point.sum());
    }
    if (point.hasMin()) {
      Mirror.set(builder, "min", point.min());
    }
    if (point.hasMax()) {
      Mirror.set(builder, "max", point.max());
    }
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
