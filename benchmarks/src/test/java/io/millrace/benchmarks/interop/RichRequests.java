package io.millrace.benchmarks.interop;

import com.google.protobuf.ByteString;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.ArrayValue;
import io.opentelemetry.proto.common.v1.InstrumentationScope;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.common.v1.KeyValueList;
import io.opentelemetry.proto.logs.v1.LogRecord;
import io.opentelemetry.proto.logs.v1.SeverityNumber;
import io.opentelemetry.proto.metrics.v1.AggregationTemporality;
import io.opentelemetry.proto.metrics.v1.Exemplar;
import io.opentelemetry.proto.metrics.v1.ExponentialHistogram;
import io.opentelemetry.proto.metrics.v1.ExponentialHistogramDataPoint;
import io.opentelemetry.proto.metrics.v1.ExponentialHistogramDataPoint.Buckets;
import io.opentelemetry.proto.metrics.v1.Gauge;
import io.opentelemetry.proto.metrics.v1.Histogram;
import io.opentelemetry.proto.metrics.v1.HistogramDataPoint;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.metrics.v1.NumberDataPoint;
import io.opentelemetry.proto.metrics.v1.Sum;
import io.opentelemetry.proto.metrics.v1.Summary;
import io.opentelemetry.proto.metrics.v1.SummaryDataPoint;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * Requests with about everything that logs, metrics and spans can say. Each record has a name of
 * its own: a log record its {@code event_name}, a metric and a span their {@code name}.
 */
final class RichRequests {
  private static final String SCHEMA = "https://opentelemetry.io/schemas/1.37.0";
  private static final long TIME = 1_767_323_045_678_901_234L;

  private RichRequests() {}

  /** Log records with the numbers from one on. */
  static ExportLogsServiceRequest logs(int first, int count) {
    ExportLogsServiceRequest.Builder request = ExportLogsServiceRequest.newBuilder();
    var group = request.addResourceLogsBuilder().setResource(resource()).setSchemaUrl(SCHEMA);
    var scope = group.addScopeLogsBuilder().setScope(scope()).setSchemaUrl(SCHEMA);
    for (int i = first; i < first + count; i++) {
      scope.addLogRecords(log(i));
    }
    return request.build();
  }

  /** Metrics, one point each, of all five types in turn. */
  static ExportMetricsServiceRequest metrics(int first, int count) {
    ExportMetricsServiceRequest.Builder request = ExportMetricsServiceRequest.newBuilder();
    var group = request.addResourceMetricsBuilder().setResource(resource()).setSchemaUrl(SCHEMA);
    var scope = group.addScopeMetricsBuilder().setScope(scope()).setSchemaUrl(SCHEMA);
    for (int i = first; i < first + count; i++) {
      scope.addMetrics(metric(i));
    }
    return request.build();
  }

  /** Spans with an event and a link each. */
  static ExportTraceServiceRequest traces(int first, int count) {
    ExportTraceServiceRequest.Builder request = ExportTraceServiceRequest.newBuilder();
    var group = request.addResourceSpansBuilder().setResource(resource()).setSchemaUrl(SCHEMA);
    var scope = group.addScopeSpansBuilder().setScope(scope()).setSchemaUrl(SCHEMA);
    for (int i = first; i < first + count; i++) {
      scope.addSpans(span(i));
    }
    return request.build();
  }

  private static LogRecord log(int number) {
    return LogRecord.newBuilder()
        .setTimeUnixNano(TIME + number)
        .setObservedTimeUnixNano(TIME + number + 1)
        .setSeverityNumber(SeverityNumber.forNumber(1 + number % 24))
        .setSeverityText("Größe " + number)
        .setBody(value(number))
        .addAllAttributes(attributes())
        .setDroppedAttributesCount(number % 3)
        .setFlags(1)
        .setTraceId(id(16, number))
        .setSpanId(id(8, number))
        .setEventName("log-" + number)
        .build();
  }

  private static Metric metric(int number) {
    Metric.Builder metric =
        Metric.newBuilder()
            .setName("metric-" + number)
            .setDescription("what is measured")
            .setUnit("By")
            .addMetadata(attribute("kind", value(0)));
    AggregationTemporality delta = AggregationTemporality.AGGREGATION_TEMPORALITY_DELTA;
    switch (number % 5) {
      case 0 -> metric.setGauge(Gauge.newBuilder().addDataPoints(point(number).setAsDouble(-0.1)));
      case 1 ->
          metric.setSum(
              Sum.newBuilder()
                  .setIsMonotonic(true)
                  .setAggregationTemporality(delta)
                  .addDataPoints(point(number).setAsInt(Long.MAX_VALUE - number)));
      case 2 ->
          metric.setHistogram(
              Histogram.newBuilder()
                  .setAggregationTemporality(delta)
                  .addDataPoints(histogram(number)));
      case 3 ->
          metric.setExponentialHistogram(
              ExponentialHistogram.newBuilder()
                  .setAggregationTemporality(delta)
                  .addDataPoints(exponentialHistogram(number)));
      default -> metric.setSummary(Summary.newBuilder().addDataPoints(summary(number)));
    }
    return metric.build();
  }

  private static NumberDataPoint.Builder point(int number) {
    return NumberDataPoint.newBuilder()
        .addAllAttributes(attributes())
        .setStartTimeUnixNano(TIME)
        .setTimeUnixNano(TIME + number)
        .setFlags(number % 2)
        .addExemplars(exemplar(number));
  }

  private static HistogramDataPoint histogram(int number) {
    return HistogramDataPoint.newBuilder()
        .addAllAttributes(attributes())
        .setStartTimeUnixNano(TIME)
        .setTimeUnixNano(TIME + number)
        .setCount(6)
        .setSum(12.5)
        .setMin(0)
        .setMax(9.75)
        .addAllBucketCounts(List.of(1L, 2L, 3L))
        .addAllExplicitBounds(List.of(1.0, 5.5))
        .addExemplars(exemplar(number))
        .build();
  }

  private static ExponentialHistogramDataPoint exponentialHistogram(int number) {
    return ExponentialHistogramDataPoint.newBuilder()
        .addAllAttributes(attributes())
        .setStartTimeUnixNano(TIME)
        .setTimeUnixNano(TIME + number)
        .setCount(7)
        .setSum(-3.5)
        .setScale(-2)
        .setZeroCount(1)
        .setZeroThreshold(0.001)
        .setMin(-4)
        .setMax(2)
        .setPositive(Buckets.newBuilder().setOffset(-3).addAllBucketCounts(List.of(1L, 2L)))
        .setNegative(Buckets.newBuilder().setOffset(4).addAllBucketCounts(List.of(3L)))
        .addExemplars(exemplar(number))
        .build();
  }

  private static SummaryDataPoint summary(int number) {
    SummaryDataPoint.Builder summary =
        SummaryDataPoint.newBuilder()
            .addAllAttributes(attributes())
            .setStartTimeUnixNano(TIME)
            .setTimeUnixNano(TIME + number)
            .setCount(3)
            .setSum(1.5);
    summary.addQuantileValuesBuilder().setQuantile(0.5).setValue(0.25);
    summary.addQuantileValuesBuilder().setQuantile(0.99).setValue(1);
    return summary.build();
  }

  private static Exemplar exemplar(int number) {
    return Exemplar.newBuilder()
        .addFilteredAttributes(attribute("sampled", value(number)))
        .setTimeUnixNano(TIME + number)
        .setAsInt(-number)
        .setTraceId(id(16, number))
        .setSpanId(id(8, number))
        .build();
  }

  private static Span span(int number) {
    Span.Builder span =
        Span.newBuilder()
            .setTraceId(id(16, number))
            .setSpanId(id(8, number))
            .setTraceState("vendor=a,other=b")
            .setParentSpanId(id(8, number + 1))
            .setFlags(0x301)
            .setName("span-" + number)
            .setKind(Span.SpanKind.forNumber(1 + number % 5))
            .setStartTimeUnixNano(TIME)
            .setEndTimeUnixNano(TIME + number)
            .addAllAttributes(attributes())
            .setDroppedAttributesCount(1)
            .setDroppedEventsCount(2)
            .setDroppedLinksCount(3)
            .setStatus(
                Status.newBuilder().setCode(Status.StatusCode.STATUS_CODE_ERROR).setMessage("no"));
    span.addEventsBuilder()
        .setTimeUnixNano(TIME + 1)
        .setName("event")
        .addAllAttributes(attributes())
        .setDroppedAttributesCount(4);
    span.addLinksBuilder()
        .setTraceId(id(16, number + 2))
        .setSpanId(id(8, number + 2))
        .setTraceState("vendor=c")
        .addAllAttributes(attributes())
        .setDroppedAttributesCount(5)
        .setFlags(0x100);
    return span.build();
  }

  private static Resource resource() {
    return Resource.newBuilder()
        .addAllAttributes(attributes())
        .setDroppedAttributesCount(6)
        .build();
  }

  private static InstrumentationScope scope() {
    return InstrumentationScope.newBuilder()
        .setName("millrace-interop")
        .setVersion("1")
        .addAllAttributes(attributes())
        .setDroppedAttributesCount(7)
        .build();
  }

  /** An attribute of every kind. */
  private static List<KeyValue> attributes() {
    return List.of(
        attribute("text", value(0)),
        attribute("truth", value(1)),
        attribute("integer", value(2)),
        attribute("decimal", value(3)),
        attribute("bytes", value(4)),
        attribute("list", value(5)),
        attribute("map", value(6)));
  }

  /** A value of one of seven kinds. */
  private static AnyValue value(int number) {
    AnyValue.Builder value = AnyValue.newBuilder();
    switch (number % 7) {
      case 0 -> value.setStringValue("Text \"" + number + "\"\n\t€ \uD83D\uDE00");
      case 1 -> value.setBoolValue(true);
      case 2 -> value.setIntValue(Long.MIN_VALUE + number);
      case 3 -> value.setDoubleValue(1e-300);
      case 4 -> value.setBytesValue(ByteString.copyFrom(new byte[] {0, -1, 127, -128}));
      case 5 ->
          value.setArrayValue(
              ArrayValue.newBuilder().addValues(value(0)).addValues(value(3)).addValues(value(6)));
      default ->
          value.setKvlistValue(
              KeyValueList.newBuilder()
                  .addValues(attribute("one", value(1)))
                  .addValues(attribute("two", value(2))));
    }
    return value.build();
  }

  private static KeyValue attribute(String key, AnyValue value) {
    return KeyValue.newBuilder().setKey(key).setValue(value).build();
  }

  /** An id that is never all zeros. */
  private static ByteString id(int bytes, int number) {
    return ByteString.copyFrom(ByteBuffer.allocate(bytes).put((byte) 1).putInt(4, number).array());
  }
}
