package io.millrace.flink.aggregate;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.millrace.api.telemetry.Batch;
import io.millrace.api.telemetry.Signal;
import io.millrace.flink.Telemetry;
import io.millrace.flink.config.AggregateDefinition;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.InstrumentationScope;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.logs.v1.LogRecord;
import io.opentelemetry.proto.logs.v1.ResourceLogs;
import io.opentelemetry.proto.logs.v1.ScopeLogs;
import io.opentelemetry.proto.logs.v1.SeverityNumber;
import io.opentelemetry.proto.metrics.v1.Gauge;
import io.opentelemetry.proto.metrics.v1.Histogram;
import io.opentelemetry.proto.metrics.v1.HistogramDataPoint;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.metrics.v1.NumberDataPoint;
import io.opentelemetry.proto.metrics.v1.ResourceMetrics;
import io.opentelemetry.proto.metrics.v1.ScopeMetrics;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What is read from the wire, against what the generated classes of opentelemetry-proto wrote. */
class FieldReaderTest {

  private static final Resource SHOP =
      Resource.newBuilder().addAttributes(text("service.name", "shop")).build();

  @Test
  void readsLogs() throws Exception {
    byte[] bytes =
        ExportLogsServiceRequest.newBuilder()
            .addResourceLogs(
                ResourceLogs.newBuilder()
                    .setResource(SHOP)
                    .addScopeLogs(
                        ScopeLogs.newBuilder()
                            .setScope(InstrumentationScope.newBuilder().setName("lib"))
                            .addLogRecords(
                                LogRecord.newBuilder()
                                    .setSeverityNumber(SeverityNumber.SEVERITY_NUMBER_ERROR2)
                                    .setSeverityText("err")
                                    .setEventName("boom")
                                    .setBody(AnyValue.newBuilder().setDoubleValue(2.5))
                                    .addAttributes(text("route", "/cart"))
                                    .addAttributes(number("ms", 12)))
                            .addLogRecords(
                                LogRecord.newBuilder()
                                    .setSeverityText("notice")
                                    .setBody(AnyValue.newBuilder().setStringValue("hello"))
                                    .addAttributes(text("ms", "7.25"))
                                    .addAttributes(text("route", "x".repeat(300))))
                            .addLogRecords(
                                LogRecord.newBuilder()
                                    .addAttributes(text("ms", "7 ms"))
                                    .addAttributes(number("route", 9)))))
            .build()
            .toByteArray();

    assertThat(groups(Signal.LOGS, bytes, "resource.attributes.service.name", "attributes.route"))
        .containsExactly("shop,/cart", "shop," + "x".repeat(256), "shop,9");
    assertThat(groups(Signal.LOGS, bytes, "severity", "severity_text", "severity_number"))
        .containsExactly("ERROR,err,18", "NOTICE,notice,0", "UNSPECIFIED,-,0");
    assertThat(groups(Signal.LOGS, bytes, "scope.name", "event_name", "attributes.none"))
        .containsExactly("lib,boom,-", "lib,-,-", "lib,-,-");
    assertThat(numbers(Signal.LOGS, bytes, "attributes.ms"))
        .containsExactly(12.0, 7.25, Double.NaN);
    assertThat(numbers(Signal.LOGS, bytes, "body")).containsExactly(2.5, Double.NaN, Double.NaN);
    assertThat(numbers(Signal.LOGS, bytes, "severity_number")).containsExactly(18.0, 0.0, 0.0);
  }

  @Test
  void readsSpans() throws Exception {
    byte[] bytes =
        ExportTraceServiceRequest.newBuilder()
            .addResourceSpans(
                ResourceSpans.newBuilder()
                    .setResource(SHOP)
                    .addScopeSpans(
                        ScopeSpans.newBuilder()
                            .addSpans(
                                Span.newBuilder()
                                    .setTraceId(ByteString.copyFrom(new byte[16]))
                                    .setName("GET /")
                                    .setKind(Span.SpanKind.SPAN_KIND_SERVER)
                                    .setStartTimeUnixNano(1_000_000_000L)
                                    .setEndTimeUnixNano(1_002_500_000L)
                                    .setStatus(
                                        Status.newBuilder()
                                            .setCode(Status.StatusCode.STATUS_CODE_ERROR)))
                            .addSpans(Span.newBuilder().setStartTimeUnixNano(5))))
            .build()
            .toByteArray();

    assertThat(groups(Signal.TRACES, bytes, "span.name", "span.kind", "span.status"))
        .containsExactly("GET /,server,error", "-,unspecified,unset");
    assertThat(numbers(Signal.TRACES, bytes, "duration_ms")).containsExactly(2.5, Double.NaN);
  }

  @Test
  void readsDataPoints() throws Exception {
    byte[] bytes =
        ExportMetricsServiceRequest.newBuilder()
            .addResourceMetrics(
                ResourceMetrics.newBuilder()
                    .setResource(SHOP)
                    .addScopeMetrics(
                        ScopeMetrics.newBuilder()
                            .addMetrics(
                                Metric.newBuilder()
                                    .setName("cpu")
                                    .setUnit("1")
                                    .setGauge(
                                        Gauge.newBuilder()
                                            .addDataPoints(
                                                NumberDataPoint.newBuilder().setAsDouble(0.5))
                                            .addDataPoints(NumberDataPoint.newBuilder().setAsInt(3))
                                            .addDataPoints(
                                                NumberDataPoint.newBuilder()
                                                    .setAsDouble(Double.NaN))))
                            .addMetrics(
                                Metric.newBuilder()
                                    .setName("size")
                                    .setHistogram(
                                        Histogram.newBuilder()
                                            .addDataPoints(
                                                HistogramDataPoint.newBuilder()
                                                    .setCount(3)
                                                    .setSum(9))))))
            .build()
            .toByteArray();

    assertThat(groups(Signal.METRICS, bytes, "metric.name", "metric.type", "metric.unit"))
        .containsExactly("cpu,gauge,1", "cpu,gauge,1", "cpu,gauge,1", "size,histogram,-");
    assertThat(numbers(Signal.METRICS, bytes, "value"))
        .containsExactly(0.5, 3.0, Double.NaN, Double.NaN);
  }

  @Test
  void measuresTheSizeOnTheWire() throws Exception {
    LogRecord record =
        LogRecord.newBuilder().setBody(AnyValue.newBuilder().setStringValue("abc")).build();
    byte[] bytes =
        ExportLogsServiceRequest.newBuilder()
            .addResourceLogs(
                ResourceLogs.newBuilder()
                    .addScopeLogs(ScopeLogs.newBuilder().addLogRecords(record)))
            .build()
            .toByteArray();
    assertThat(numbers(Signal.LOGS, bytes, "size_bytes"))
        .containsExactly((double) record.getSerializedSize());
  }

  private static List<String> groups(Signal signal, byte[] bytes, String... paths)
      throws Exception {
    AggregateDefinition definition =
        Telemetry.definitions(
                0,
                "aggregates: [{name: x, signal: "
                    + signal.id()
                    + ", window: 1m, group_by: ["
                    + String.join(", ", paths)
                    + "]}]")
            .get(0);
    List<FieldReader> readers = definition.groupBy().stream().map(FieldReader::new).toList();
    List<String> groups = new ArrayList<>();
    Batch.read(signal, bytes)
        .forEachItem(
            (group, scope, item) -> {
              List<String> values = new ArrayList<>();
              for (FieldReader reader : readers) {
                @Nullable String value = reader.text(group, scope, item);
                values.add(value == null ? "-" : value);
              }
              groups.add(String.join(",", values));
            });
    return groups;
  }

  private static List<Double> numbers(Signal signal, byte[] bytes, String path) throws Exception {
    AggregateDefinition definition =
        Telemetry.definitions(
                0,
                "aggregates: [{name: x, signal: "
                    + signal.id()
                    + ", window: 1m, measures: [{field: "
                    + path
                    + ", stats: [sum]}]}]")
            .get(0);
    FieldReader reader = new FieldReader(definition.measures().get(0).field());
    List<Double> numbers = new ArrayList<>();
    Batch.read(signal, bytes)
        .forEachItem((group, scope, item) -> numbers.add(reader.number(group, item)));
    return numbers;
  }

  private static KeyValue text(String key, String value) {
    return KeyValue.newBuilder()
        .setKey(key)
        .setValue(AnyValue.newBuilder().setStringValue(value))
        .build();
  }

  private static KeyValue number(String key, long value) {
    return KeyValue.newBuilder()
        .setKey(key)
        .setValue(AnyValue.newBuilder().setIntValue(value))
        .build();
  }
}
