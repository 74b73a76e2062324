package io.millrace.api.telemetry;

import static java.util.stream.Collectors.toList;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.InstrumentationScope;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.metrics.v1.ExponentialHistogramDataPoint;
import io.opentelemetry.proto.metrics.v1.HistogramDataPoint;
import io.opentelemetry.proto.metrics.v1.NumberDataPoint;
import io.opentelemetry.proto.metrics.v1.SummaryDataPoint;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import org.assertj.core.api.AbstractObjectAssert;
import org.junit.jupiter.api.Test;

class ReadTest {
  private static final int SEEDS = 300;
  private String at = "";

  @Test
  void readsLogsLikeTheOracle() throws Exception {
    for (int seed = 0; seed < SEEDS; seed++) {
      at = "logs, seed " + seed;
      Batch batch = PartsTest.random(Signal.LOGS, seed);
      var request = (ExportLogsServiceRequest) Oracle.parse(Signal.LOGS, batch.toBytes());
      Iterator<ResourceGroup> groups = batch.groups().iterator();
      int index = 0;
      for (var expectedGroup : request.getResourceLogsList()) {
        ResourceGroup group = groups.next();
        resource(group, expectedGroup.getResource(), expectedGroup.getSchemaUrl());
        Iterator<ScopeGroup> scopes = group.scopes().iterator();
        for (var expectedScope : expectedGroup.getScopeLogsList()) {
          ScopeGroup scope = scopes.next();
          scope(scope, expectedScope.getScope(), expectedScope.getSchemaUrl());
          assertThat(scope.metrics()).isEmpty();
          Iterator<? extends Item> items = scope.items().iterator();
          for (var expected : expectedScope.getLogRecordsList()) {
            log((LogRecord) items.next(), expected, index++);
          }
          assertThat(items.hasNext()).isFalse();
        }
        assertThat(scopes.hasNext()).isFalse();
      }
      assertThat(groups.hasNext()).isFalse();
    }
  }

  @Test
  void readsTracesLikeTheOracle() throws Exception {
    for (int seed = 0; seed < SEEDS; seed++) {
      at = "traces, seed " + seed;
      Batch batch = PartsTest.random(Signal.TRACES, seed);
      var request = (ExportTraceServiceRequest) Oracle.parse(Signal.TRACES, batch.toBytes());
      List<Item> items = new ArrayList<>();
      batch.forEachItem((group, scope, item) -> items.add(item));
      int index = 0;
      for (var group : request.getResourceSpansList()) {
        for (var scope : group.getScopeSpansList()) {
          for (var expected : scope.getSpansList()) {
            span((Span) items.get(index), expected, index++);
          }
        }
      }
      assertThat(items).hasSize(index);
    }
  }

  @Test
  void readsMetricsLikeTheOracle() throws Exception {
    for (int seed = 0; seed < SEEDS; seed++) {
      at = "metrics, seed " + seed;
      Batch batch = PartsTest.random(Signal.METRICS, seed);
      var request = (ExportMetricsServiceRequest) Oracle.parse(Signal.METRICS, batch.toBytes());
      List<DataPoint> points = new ArrayList<>();
      List<Metric> metrics = new ArrayList<>();
      for (ResourceGroup group : batch.groups()) {
        for (ScopeGroup scope : group.scopes()) {
          scope.metrics().forEach(metrics::add);
          scope.items().forEach(item -> points.add((DataPoint) item));
        }
      }
      int index = 0;
      int metricIndex = 0;
      for (var group : request.getResourceMetricsList()) {
        for (var scope : group.getScopeMetricsList()) {
          for (var expected : scope.getMetricsList()) {
            Metric metric = metrics.get(metricIndex++);
            metric(metric, expected);
            List<DataPoint> own = new ArrayList<>();
            metric.points().forEach(own::add);
            List<DataPoint> same = points.subList(index, index + own.size());
            index = points(own, expected, index);
            points(same, expected, index - own.size());
          }
        }
      }
      assertThat(points).hasSize(index);
      assertThat(metrics).hasSize(metricIndex);
    }
  }

  private void resource(
      ResourceGroup group, io.opentelemetry.proto.resource.v1.Resource expected, String schemaUrl) {
    check(group.schemaUrl()).isEqualTo(schemaUrl);
    attributes(group.resource().attributes(), expected.getAttributesList());
    check(group.resource().droppedAttributesCount())
        .isEqualTo(unsigned(expected.getDroppedAttributesCount()));
  }

  private void scope(ScopeGroup group, InstrumentationScope expected, String schemaUrl) {
    check(group.schemaUrl()).isEqualTo(schemaUrl);
    check(group.scope().name()).isEqualTo(expected.getName());
    check(group.scope().version()).isEqualTo(expected.getVersion());
    attributes(group.scope().attributes(), expected.getAttributesList());
    check(group.scope().droppedAttributesCount())
        .isEqualTo(unsigned(expected.getDroppedAttributesCount()));
  }

  private void log(LogRecord log, io.opentelemetry.proto.logs.v1.LogRecord expected, int index) {
    check(log.index()).isEqualTo(index);
    check(log.timeUnixNanos()).isEqualTo(expected.getTimeUnixNano());
    check(log.observedTimeUnixNanos()).isEqualTo(expected.getObservedTimeUnixNano());
    check(log.severityNumber()).isEqualTo(expected.getSeverityNumberValue());
    check(log.severityText()).isEqualTo(expected.getSeverityText());
    value(log.body(), expected.getBody());
    attributes(log.attributes(), expected.getAttributesList());
    check(log.droppedAttributesCount()).isEqualTo(unsigned(expected.getDroppedAttributesCount()));
    check(log.flags()).isEqualTo(unsigned(expected.getFlags()));
    check(log.traceId()).isEqualTo(hex(expected.getTraceId()));
    check(log.spanId()).isEqualTo(hex(expected.getSpanId()));
    check(log.eventName()).isEqualTo(expected.getEventName());
  }

  private void span(Span span, io.opentelemetry.proto.trace.v1.Span expected, int index) {
    check(span.index()).isEqualTo(index);
    check(span.traceId()).isEqualTo(hex(expected.getTraceId()));
    check(span.spanId()).isEqualTo(hex(expected.getSpanId()));
    check(span.parentSpanId()).isEqualTo(hex(expected.getParentSpanId()));
    check(span.traceState()).isEqualTo(expected.getTraceState());
    check(span.name()).isEqualTo(expected.getName());
    check(span.kind()).isEqualTo(expected.getKindValue());
    check(span.timeUnixNanos()).isEqualTo(expected.getStartTimeUnixNano());
    check(span.startTimeUnixNanos()).isEqualTo(expected.getStartTimeUnixNano());
    check(span.endTimeUnixNanos()).isEqualTo(expected.getEndTimeUnixNano());
    check(span.statusCode()).isEqualTo(expected.getStatus().getCodeValue());
    check(span.statusMessage()).isEqualTo(expected.getStatus().getMessage());
    check(span.flags()).isEqualTo(unsigned(expected.getFlags()));
    attributes(span.attributes(), expected.getAttributesList());
    check(span.droppedAttributesCount()).isEqualTo(unsigned(expected.getDroppedAttributesCount()));
    check(span.droppedEventsCount()).isEqualTo(unsigned(expected.getDroppedEventsCount()));
    check(span.droppedLinksCount()).isEqualTo(unsigned(expected.getDroppedLinksCount()));
    Iterator<SpanEvent> events = span.events().iterator();
    for (var event : expected.getEventsList()) {
      SpanEvent actual = events.next();
      check(actual.timeUnixNanos()).isEqualTo(event.getTimeUnixNano());
      check(actual.name()).isEqualTo(event.getName());
      attributes(actual.attributes(), event.getAttributesList());
      check(actual.droppedAttributesCount()).isEqualTo(unsigned(event.getDroppedAttributesCount()));
    }
    check(events.hasNext()).isEqualTo(false);
    Iterator<SpanLink> links = span.links().iterator();
    for (var link : expected.getLinksList()) {
      SpanLink actual = links.next();
      check(actual.traceId()).isEqualTo(hex(link.getTraceId()));
      check(actual.spanId()).isEqualTo(hex(link.getSpanId()));
      check(actual.traceState()).isEqualTo(link.getTraceState());
      attributes(actual.attributes(), link.getAttributesList());
      check(actual.droppedAttributesCount()).isEqualTo(unsigned(link.getDroppedAttributesCount()));
      check(actual.flags()).isEqualTo(unsigned(link.getFlags()));
    }
    check(links.hasNext()).isEqualTo(false);
  }

  private void metric(Metric metric, io.opentelemetry.proto.metrics.v1.Metric expected) {
    check(metric.name()).isEqualTo(expected.getName());
    check(metric.description()).isEqualTo(expected.getDescription());
    check(metric.unit()).isEqualTo(expected.getUnit());
    attributes(metric.metadata(), expected.getMetadataList());
    MetricType type =
        switch (expected.getDataCase()) {
          case GAUGE -> MetricType.GAUGE;
          case SUM -> MetricType.SUM;
          case HISTOGRAM -> MetricType.HISTOGRAM;
          case EXPONENTIAL_HISTOGRAM -> MetricType.EXPONENTIAL_HISTOGRAM;
          case SUMMARY -> MetricType.SUMMARY;
          case DATA_NOT_SET -> MetricType.NONE;
        };
    check(metric.type()).isEqualTo(type);
    check(metric.monotonic()).isEqualTo(expected.getSum().getIsMonotonic());
    check(metric.temporality())
        .isEqualTo(
            expected.getSum().getAggregationTemporalityValue()
                + expected.getHistogram().getAggregationTemporalityValue()
                + expected.getExponentialHistogram().getAggregationTemporalityValue());
  }

  private int points(
      List<DataPoint> points, io.opentelemetry.proto.metrics.v1.Metric expected, int first) {
    int index = first;
    Iterator<DataPoint> next = points.iterator();
    for (var point : expected.getGauge().getDataPointsList()) {
      number(next.next(), point, index++);
    }
    for (var point : expected.getSum().getDataPointsList()) {
      number(next.next(), point, index++);
    }
    for (var point : expected.getHistogram().getDataPointsList()) {
      histogram(next.next(), point, index++);
    }
    for (var point : expected.getExponentialHistogram().getDataPointsList()) {
      exponential(next.next(), point, index++);
    }
    for (var point : expected.getSummary().getDataPointsList()) {
      summary(next.next(), point, index++);
    }
    check(next.hasNext()).isEqualTo(false);
    return index;
  }

  private void number(DataPoint point, NumberDataPoint expected, int index) {
    check(point.index()).isEqualTo(index);
    check(point.timeUnixNanos()).isEqualTo(expected.getTimeUnixNano());
    check(point.startTimeUnixNanos()).isEqualTo(expected.getStartTimeUnixNano());
    check(point.flags()).isEqualTo(unsigned(expected.getFlags()));
    check(point.hasLongValue()).isEqualTo(expected.hasAsInt());
    check(point.hasDoubleValue()).isEqualTo(expected.hasAsDouble());
    check(point.longValue())
        .isEqualTo(expected.hasAsDouble() ? (long) expected.getAsDouble() : expected.getAsInt());
    check(point.doubleValue())
        .isEqualTo(expected.hasAsInt() ? (double) expected.getAsInt() : expected.getAsDouble());
    attributes(point.attributes(), expected.getAttributesList());
    exemplars(point, expected.getExemplarsList());
    check(point.count()).isEqualTo(0L);
    check(point.hasSum()).isEqualTo(false);
  }

  private void histogram(DataPoint point, HistogramDataPoint expected, int index) {
    check(point.index()).isEqualTo(index);
    check(point.timeUnixNanos()).isEqualTo(expected.getTimeUnixNano());
    check(point.startTimeUnixNanos()).isEqualTo(expected.getStartTimeUnixNano());
    check(point.flags()).isEqualTo(unsigned(expected.getFlags()));
    check(point.count()).isEqualTo(expected.getCount());
    check(point.sum()).isEqualTo(expected.getSum());
    check(point.hasSum()).isEqualTo(expected.hasSum());
    check(point.min()).isEqualTo(expected.getMin());
    check(point.hasMin()).isEqualTo(expected.hasMin());
    check(point.max()).isEqualTo(expected.getMax());
    check(point.hasMax()).isEqualTo(expected.hasMax());
    check(boxed(point.bucketCounts())).isEqualTo(expected.getBucketCountsList());
    List<Double> bounds = new ArrayList<>();
    for (double bound : point.explicitBounds()) {
      bounds.add(bound);
    }
    check(bounds).isEqualTo(expected.getExplicitBoundsList());
    attributes(point.attributes(), expected.getAttributesList());
    exemplars(point, expected.getExemplarsList());
  }

  private void exponential(DataPoint point, ExponentialHistogramDataPoint expected, int index) {
    check(point.index()).isEqualTo(index);
    check(point.timeUnixNanos()).isEqualTo(expected.getTimeUnixNano());
    check(point.startTimeUnixNanos()).isEqualTo(expected.getStartTimeUnixNano());
    check(point.flags()).isEqualTo(unsigned(expected.getFlags()));
    check(point.count()).isEqualTo(expected.getCount());
    check(point.sum()).isEqualTo(expected.getSum());
    check(point.hasSum()).isEqualTo(expected.hasSum());
    check(point.min()).isEqualTo(expected.getMin());
    check(point.hasMin()).isEqualTo(expected.hasMin());
    check(point.max()).isEqualTo(expected.getMax());
    check(point.hasMax()).isEqualTo(expected.hasMax());
    check(point.scale()).isEqualTo(expected.getScale());
    check(point.zeroCount()).isEqualTo(expected.getZeroCount());
    check(point.zeroThreshold()).isEqualTo(expected.getZeroThreshold());
    check(point.positive().offset()).isEqualTo(expected.getPositive().getOffset());
    check(boxed(point.positive().counts())).isEqualTo(expected.getPositive().getBucketCountsList());
    check(point.negative().offset()).isEqualTo(expected.getNegative().getOffset());
    check(boxed(point.negative().counts())).isEqualTo(expected.getNegative().getBucketCountsList());
    attributes(point.attributes(), expected.getAttributesList());
    exemplars(point, expected.getExemplarsList());
  }

  private void summary(DataPoint point, SummaryDataPoint expected, int index) {
    check(point.index()).isEqualTo(index);
    check(point.timeUnixNanos()).isEqualTo(expected.getTimeUnixNano());
    check(point.startTimeUnixNanos()).isEqualTo(expected.getStartTimeUnixNano());
    check(point.flags()).isEqualTo(unsigned(expected.getFlags()));
    check(point.count()).isEqualTo(expected.getCount());
    check(point.sum()).isEqualTo(expected.getSum());
    check(point.hasSum()).isEqualTo(true);
    check(point.quantiles())
        .isEqualTo(
            expected.getQuantileValuesList().stream()
                .map(value -> new QuantileValue(value.getQuantile(), value.getValue()))
                .collect(toList()));
    attributes(point.attributes(), expected.getAttributesList());
  }

  private void exemplars(
      DataPoint point, List<io.opentelemetry.proto.metrics.v1.Exemplar> expected) {
    check(point.exemplars().size()).isEqualTo(expected.size());
    for (int i = 0; i < expected.size(); i++) {
      Exemplar exemplar = point.exemplars().get(i);
      var oracle = expected.get(i);
      check(exemplar.timeUnixNanos()).isEqualTo(oracle.getTimeUnixNano());
      check(exemplar.traceId()).isEqualTo(hex(oracle.getTraceId()));
      check(exemplar.spanId()).isEqualTo(hex(oracle.getSpanId()));
      check(exemplar.hasLongValue()).isEqualTo(oracle.hasAsInt());
      check(exemplar.hasDoubleValue()).isEqualTo(oracle.hasAsDouble());
      check(exemplar.longValue())
          .isEqualTo(oracle.hasAsDouble() ? (long) oracle.getAsDouble() : oracle.getAsInt());
      check(exemplar.doubleValue())
          .isEqualTo(oracle.hasAsInt() ? (double) oracle.getAsInt() : oracle.getAsDouble());
      attributes(exemplar.filteredAttributes(), oracle.getFilteredAttributesList());
    }
  }

  private void attributes(Attributes attributes, List<KeyValue> expected) {
    check(attributes.size()).isEqualTo(expected.size());
    check(attributes.isEmpty()).isEqualTo(expected.isEmpty());
    Iterator<Attribute> next = attributes.iterator();
    for (KeyValue keyValue : expected) {
      Attribute attribute = next.next();
      check(attribute.key()).isEqualTo(keyValue.getKey());
      value(attribute.value(), keyValue.getValue());
      KeyValue first =
          expected.stream()
              .filter(e -> e.getKey().equals(keyValue.getKey()))
              .findFirst()
              .orElseThrow();
      Value found = Objects.requireNonNull(attributes.get(AttributeKey.of(keyValue.getKey())));
      assertThat(found).describedAs(at).isEqualTo(attributes.get(keyValue.getKey()));
      value(found, first.getValue());
    }
    check(attributes.contains("absent")).isEqualTo(false);
  }

  private void value(Value value, AnyValue expected) {
    switch (expected.getValueCase()) {
      case STRING_VALUE -> {
        check(value.type()).isEqualTo(ValueType.STRING);
        check(value.stringValue()).isEqualTo(expected.getStringValue());
      }
      case BOOL_VALUE -> check(value).isEqualTo(Value.of(expected.getBoolValue()));
      case INT_VALUE -> check(value.longValue()).isEqualTo(expected.getIntValue());
      case DOUBLE_VALUE -> check(value.doubleValue()).isEqualTo(expected.getDoubleValue());
      case BYTES_VALUE -> {
        check(value.type()).isEqualTo(ValueType.BYTES);
        check(ByteString.copyFrom(value.bytesValue())).isEqualTo(expected.getBytesValue());
      }
      case ARRAY_VALUE -> {
        check(value.type()).isEqualTo(ValueType.ARRAY);
        check(value.list().size()).isEqualTo(expected.getArrayValue().getValuesCount());
        for (int i = 0; i < value.list().size(); i++) {
          value(value.list().get(i), expected.getArrayValue().getValues(i));
        }
      }
      case KVLIST_VALUE -> {
        check(value.type()).isEqualTo(ValueType.MAP);
        attributes(value.map(), expected.getKvlistValue().getValuesList());
      }
      default -> check(value.type()).isEqualTo(ValueType.EMPTY);
    }
  }

  private AbstractObjectAssert<?, Object> check(Object actual) {
    return org.assertj.core.api.Assertions.assertThatObject(actual).describedAs(at);
  }

  private static List<Long> boxed(long[] values) {
    List<Long> boxed = new ArrayList<>();
    for (long value : values) {
      boxed.add(value);
    }
    return boxed;
  }

  private static long unsigned(int value) {
    return value & 0xffff_ffffL;
  }

  private static String hex(ByteString id) {
    return HexFormat.of().formatHex(id.toByteArray());
  }
}
