package io.millrace.toolkit.otlpjson;

import io.millrace.api.telemetry.Signal;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The fields of a message, by number and by name. Immutable after class initialisation. */
final class Shape {
  /** Above every field number. */
  static final int FIELDS = 17;

  private static final List<String> SEVERITIES =
      List.of(
          "SEVERITY_NUMBER_UNSPECIFIED",
          "SEVERITY_NUMBER_TRACE",
          "SEVERITY_NUMBER_TRACE2",
          "SEVERITY_NUMBER_TRACE3",
          "SEVERITY_NUMBER_TRACE4",
          "SEVERITY_NUMBER_DEBUG",
          "SEVERITY_NUMBER_DEBUG2",
          "SEVERITY_NUMBER_DEBUG3",
          "SEVERITY_NUMBER_DEBUG4",
          "SEVERITY_NUMBER_INFO",
          "SEVERITY_NUMBER_INFO2",
          "SEVERITY_NUMBER_INFO3",
          "SEVERITY_NUMBER_INFO4",
          "SEVERITY_NUMBER_WARN",
          "SEVERITY_NUMBER_WARN2",
          "SEVERITY_NUMBER_WARN3",
          "SEVERITY_NUMBER_WARN4",
          "SEVERITY_NUMBER_ERROR",
          "SEVERITY_NUMBER_ERROR2",
          "SEVERITY_NUMBER_ERROR3",
          "SEVERITY_NUMBER_ERROR4",
          "SEVERITY_NUMBER_FATAL",
          "SEVERITY_NUMBER_FATAL2",
          "SEVERITY_NUMBER_FATAL3",
          "SEVERITY_NUMBER_FATAL4");
  private static final List<String> TEMPORALITIES =
      List.of(
          "AGGREGATION_TEMPORALITY_UNSPECIFIED",
          "AGGREGATION_TEMPORALITY_DELTA",
          "AGGREGATION_TEMPORALITY_CUMULATIVE");
  private static final List<String> SPAN_KINDS =
      List.of(
          "SPAN_KIND_UNSPECIFIED",
          "SPAN_KIND_INTERNAL",
          "SPAN_KIND_SERVER",
          "SPAN_KIND_CLIENT",
          "SPAN_KIND_PRODUCER",
          "SPAN_KIND_CONSUMER");
  private static final List<String> STATUS_CODES =
      List.of("STATUS_CODE_UNSET", "STATUS_CODE_OK", "STATUS_CODE_ERROR");

  private static final Shape LOGS = new Shape();
  private static final Shape METRICS = new Shape();
  private static final Shape TRACES = new Shape();

  static {
    Shape value = new Shape();
    Shape keyValue = new Shape();
    keyValue.field(1, "key", Kind.STRING).message(2, "value", value);
    keyValue.field(3, "keyStrindex", Kind.INT32);
    Shape array = new Shape().messages(1, "values", value);
    Shape map = new Shape().messages(1, "values", keyValue);
    value.choice(1, "stringValue", Kind.STRING).choice(2, "boolValue", Kind.BOOL);
    value.choice(3, "intValue", Kind.INT64).choice(4, "doubleValue", Kind.DOUBLE);
    value.choice(5, "arrayValue", array).choice(6, "kvlistValue", map);
    value.choice(7, "bytesValue", Kind.BYTES).choice(8, "stringValueStrindex", Kind.INT32);
    Shape entity = new Shape().field(1, "schemaUrl", Kind.STRING).field(2, "type", Kind.STRING);
    entity.list(3, "idKeys", Kind.STRING).list(4, "descriptionKeys", Kind.STRING);
    Shape resource = new Shape().messages(1, "attributes", keyValue);
    resource.field(2, "droppedAttributesCount", Kind.UINT32).messages(3, "entityRefs", entity);
    Shape scope = new Shape().field(1, "name", Kind.STRING).field(2, "version", Kind.STRING);
    scope.messages(3, "attributes", keyValue).field(4, "droppedAttributesCount", Kind.UINT32);

    Group groups = new Group(resource, scope);
    LOGS.messages(1, "resourceLogs", groups.of("scopeLogs", "logRecords", log(keyValue, value)));
    TRACES.messages(1, "resourceSpans", groups.of("scopeSpans", "spans", span(keyValue)));
    METRICS.messages(1, "resourceMetrics", groups.of("scopeMetrics", "metrics", metric(keyValue)));
  }

  private final @Nullable Field[] byNumber = new @Nullable Field[FIELDS];
  private final Map<String, Field> byName = new HashMap<>();

  private Shape() {}

  static Shape request(Signal signal) {
    return switch (signal) {
      case LOGS -> LOGS;
      case METRICS -> METRICS;
      case TRACES -> TRACES;
      case PROFILES -> throw signal.unsupported();
    };
  }

  /** The field with this name in JSON or in the proto file; null when there is none. */
  @Nullable Field byName(String name) {
    return byName.get(name);
  }

  /** The field with this tag; null when there is none, or of another wire type. */
  @Nullable Field byTag(int tag) {
    int number = tag >>> 3;
    Field field = number < FIELDS ? byNumber[number] : null;
    return field != null && field.has(tag) ? field : null;
  }

  private static Shape log(Shape keyValue, Shape value) {
    return new Shape()
        .field(1, "timeUnixNano", Kind.FIXED64)
        .field(11, "observedTimeUnixNano", Kind.FIXED64)
        .names(2, "severityNumber", SEVERITIES)
        .field(3, "severityText", Kind.STRING)
        .message(5, "body", value)
        .messages(6, "attributes", keyValue)
        .field(7, "droppedAttributesCount", Kind.UINT32)
        .field(8, "flags", Kind.FIXED32)
        .field(9, "traceId", Kind.TRACE_ID)
        .field(10, "spanId", Kind.SPAN_ID)
        .field(12, "eventName", Kind.STRING);
  }

  private static Shape span(Shape keyValue) {
    Shape event = new Shape().field(1, "timeUnixNano", Kind.FIXED64).field(2, "name", Kind.STRING);
    event.messages(3, "attributes", keyValue).field(4, "droppedAttributesCount", Kind.UINT32);
    Shape link = new Shape().field(1, "traceId", Kind.TRACE_ID).field(2, "spanId", Kind.SPAN_ID);
    link.field(3, "traceState", Kind.STRING).messages(4, "attributes", keyValue);
    link.field(5, "droppedAttributesCount", Kind.UINT32).field(6, "flags", Kind.FIXED32);
    Shape status = new Shape().field(2, "message", Kind.STRING).names(3, "code", STATUS_CODES);
    return new Shape()
        .field(1, "traceId", Kind.TRACE_ID)
        .field(2, "spanId", Kind.SPAN_ID)
        .field(3, "traceState", Kind.STRING)
        .field(4, "parentSpanId", Kind.SPAN_ID)
        .field(16, "flags", Kind.FIXED32)
        .field(5, "name", Kind.STRING)
        .names(6, "kind", SPAN_KINDS)
        .field(7, "startTimeUnixNano", Kind.FIXED64)
        .field(8, "endTimeUnixNano", Kind.FIXED64)
        .messages(9, "attributes", keyValue)
        .field(10, "droppedAttributesCount", Kind.UINT32)
        .messages(11, "events", event)
        .field(12, "droppedEventsCount", Kind.UINT32)
        .messages(13, "links", link)
        .field(14, "droppedLinksCount", Kind.UINT32)
        .message(15, "status", status);
  }

  private static Shape metric(Shape keyValue) {
    Shape exemplar = new Shape().messages(7, "filteredAttributes", keyValue);
    exemplar.field(2, "timeUnixNano", Kind.FIXED64).choice(3, "asDouble", Kind.DOUBLE);
    exemplar.choice(6, "asInt", Kind.SFIXED64).field(4, "spanId", Kind.SPAN_ID);
    exemplar.field(5, "traceId", Kind.TRACE_ID);
    Shape number = point(7, keyValue, 8).choice(4, "asDouble", Kind.DOUBLE);
    number.choice(6, "asInt", Kind.SFIXED64).messages(5, "exemplars", exemplar);
    Shape histogram = point(9, keyValue, 10).field(4, "count", Kind.FIXED64);
    histogram.field(5, "sum", Kind.DOUBLE).list(6, "bucketCounts", Kind.FIXED64);
    histogram.list(7, "explicitBounds", Kind.DOUBLE).messages(8, "exemplars", exemplar);
    histogram.field(11, "min", Kind.DOUBLE).field(12, "max", Kind.DOUBLE);
    Shape buckets = new Shape().field(1, "offset", Kind.SINT32);
    buckets.list(2, "bucketCounts", Kind.UINT64);
    Shape exponential = point(1, keyValue, 10).field(4, "count", Kind.FIXED64);
    exponential.field(5, "sum", Kind.DOUBLE).field(6, "scale", Kind.SINT32);
    exponential.field(7, "zeroCount", Kind.FIXED64).message(8, "positive", buckets);
    exponential.message(9, "negative", buckets).messages(11, "exemplars", exemplar);
    exponential.field(12, "min", Kind.DOUBLE).field(13, "max", Kind.DOUBLE);
    exponential.field(14, "zeroThreshold", Kind.DOUBLE);
    Shape quantile = new Shape().field(1, "quantile", Kind.DOUBLE).field(2, "value", Kind.DOUBLE);
    Shape summary = point(7, keyValue, 8).field(4, "count", Kind.FIXED64);
    summary.field(5, "sum", Kind.DOUBLE).messages(6, "quantileValues", quantile);
    return new Shape()
        .field(1, "name", Kind.STRING)
        .field(2, "description", Kind.STRING)
        .field(3, "unit", Kind.STRING)
        .choice(5, "gauge", data(number))
        .choice(7, "sum", aggregated(number).field(3, "isMonotonic", Kind.BOOL))
        .choice(9, "histogram", aggregated(histogram))
        .choice(10, "exponentialHistogram", aggregated(exponential))
        .choice(11, "summary", data(summary))
        .messages(12, "metadata", keyValue);
  }

  private static Shape point(int attributes, Shape keyValue, int flags) {
    return new Shape()
        .messages(attributes, "attributes", keyValue)
        .field(2, "startTimeUnixNano", Kind.FIXED64)
        .field(3, "timeUnixNano", Kind.FIXED64)
        .field(flags, "flags", Kind.UINT32);
  }

  private static Shape data(Shape point) {
    return new Shape().messages(1, "dataPoints", point);
  }

  private static Shape aggregated(Shape point) {
    return data(point).names(2, "aggregationTemporality", TEMPORALITIES);
  }

  private Shape field(int number, String name, Kind kind) {
    return add(new Field(number, name, kind, false, false, List.of(), null));
  }

  private Shape list(int number, String name, Kind kind) {
    return add(new Field(number, name, kind, true, false, List.of(), null));
  }

  private Shape choice(int number, String name, Kind kind) {
    return add(new Field(number, name, kind, false, true, List.of(), null));
  }

  private Shape choice(int number, String name, Shape shape) {
    return add(new Field(number, name, Kind.MESSAGE, false, true, List.of(), shape));
  }

  private Shape message(int number, String name, Shape shape) {
    return add(new Field(number, name, Kind.MESSAGE, false, false, List.of(), shape));
  }

  private Shape messages(int number, String name, Shape shape) {
    return add(new Field(number, name, Kind.MESSAGE, true, false, List.of(), shape));
  }

  private Shape names(int number, String name, List<String> names) {
    return add(new Field(number, name, Kind.ENUM, false, false, names, null));
  }

  private Shape add(Field field) {
    byNumber[field.number()] = field;
    byName.put(field.name(), field);
    byName.put(field.name().replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT), field);
    return this;
  }

  /** What is around the items of every signal. */
  private record Group(Shape resource, Shape scope) {

    Shape of(String scopes, String items, Shape item) {
      Shape inner = new Shape().message(1, "scope", scope).messages(2, items, item);
      inner.field(3, "schemaUrl", Kind.STRING);
      Shape outer = new Shape().message(1, "resource", resource).messages(2, scopes, inner);
      return outer.field(3, "schemaUrl", Kind.STRING);
    }
  }
}
