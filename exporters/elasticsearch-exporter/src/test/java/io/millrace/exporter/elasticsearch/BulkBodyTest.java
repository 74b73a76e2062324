package io.millrace.exporter.elasticsearch;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.sun.management.ThreadMXBean;
import io.millrace.api.telemetry.Batch;
import io.millrace.api.telemetry.Logs;
import io.millrace.api.telemetry.LogsBuilder;
import io.millrace.api.telemetry.MalformedTelemetryException;
import io.millrace.api.telemetry.Origins;
import io.millrace.api.telemetry.Signal;
import io.millrace.api.telemetry.Value;
import io.millrace.testkit.Json;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.metrics.v1.AggregationTemporality;
import io.opentelemetry.proto.metrics.v1.ExponentialHistogram;
import io.opentelemetry.proto.metrics.v1.ExponentialHistogramDataPoint;
import io.opentelemetry.proto.metrics.v1.Gauge;
import io.opentelemetry.proto.metrics.v1.Histogram;
import io.opentelemetry.proto.metrics.v1.HistogramDataPoint;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.metrics.v1.NumberDataPoint;
import io.opentelemetry.proto.metrics.v1.ResourceMetrics;
import io.opentelemetry.proto.metrics.v1.ScopeMetrics;
import io.opentelemetry.proto.metrics.v1.Sum;
import io.opentelemetry.proto.metrics.v1.Summary;
import io.opentelemetry.proto.metrics.v1.SummaryDataPoint;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class BulkBodyTest {
  private static final long TIME = 1_767_323_045_678_901_234L;
  private static final String TIME_TEXT = "2026-01-02T03:04:05.678901234Z";

  private static final int LONG_BYTES = 3_000_000;

  private final TestConfig config = TestConfig.at("http://localhost:9200");

  @Test
  void writesALogRecordInTheOtelLayout() throws Exception {
    LogsBuilder logs = Logs.builder();
    logs.resource(
        r -> {
          r.put("service.name", Value.of("shop"));
          r.put("host.cpus", Value.of(4));
        });
    logs.scope("lib", "1.2");
    logs.record()
        .timeUnixNanos(TIME)
        .observedTimeUnixNanos(TIME + 1)
        .severity(17, "ERROR")
        .body(Value.of("it \"broke\""))
        .traceId(bytes(16, 1))
        .spanId(bytes(8, 2))
        .put("code", Value.of(500))
        .put("data_stream.dataset", Value.of("Orders-EU"))
        .put("nested", Value.ofMap(Map.of("k", Value.ofList(List.of(Value.of(1.5))))));
    Batch batch = withOrigins(logs.build(), "file/a/1-2/0", 100);

    List<Object> lines = lines(batch);

    assertThat(lines.get(0))
        .isEqualTo(
            Json.parse(
                "{\"create\":{\"_index\":\"logs-orders_eu.otel-default\",\"_id\":\""
                    + batch.origins().documentId(0)
                    + "\"}}"));
    assertThat(lines.get(1))
        .isEqualTo(
            Json.parse(
                """
                {"@timestamp": "2026-01-02T03:04:05.678901234Z",
                 "data_stream": {"type": "logs", "dataset": "orders_eu.otel", "namespace": "default"},
                 "observed_timestamp": "2026-01-02T03:04:05.678901235Z",
                 "severity_text": "ERROR", "severity_number": 17,
                 "trace_id": "01010101010101010101010101010101", "span_id": "0202020202020202",
                 "body": {"text": "it \\"broke\\""},
                 "attributes": {"code": 500, "nested": {"k": [1.5]}},
                 "resource": {"attributes": {"service.name": "shop", "host.cpus": 4}},
                 "scope": {"name": "lib", "version": "1.2"},
                 "origin": {"stream": "file/a/1-2/0", "start": 100, "end": 101, "sub": 0}}
                """));
  }

  @Test
  void writesBodiesByTheirType() throws Exception {
    LogsBuilder logs = Logs.builder();
    Value map = Value.ofMap(Map.of("a", Value.of(1)));
    logs.record().body(map);
    logs.record().body(Value.ofList(List.of(map)));
    logs.record().body(Value.ofList(List.of(Value.of(1), map)));
    logs.record().body(Value.of(7));
    logs.record().body(Value.of(new byte[] {1, 2}));
    logs.record();

    List<Object> lines = lines(logs.build());

    assertThat(lines).hasSize(12);
    assertThat(at(lines, 0, "body")).isEqualTo(Map.of("structured", Map.of("a", 1L)));
    assertThat(at(lines, 1, "body")).isEqualTo(Map.of("structured", List.of(Map.of("a", 1L))));
    assertThat(at(lines, 2, "body"))
        .isEqualTo(Map.of("structured", Map.of("value", List.of(1L, Map.of("a", 1L)))));
    assertThat(at(lines, 3, "body")).isEqualTo(Map.of("text", "7"));
    assertThat(at(lines, 4, "body")).isEqualTo(Map.of("text", "AQI="));
    assertThat(at(lines, 5, "body")).isNull();
  }

  @Test
  void writesEachNameOnceSinceElasticsearchRefusesTwins() throws Exception {
    LogsBuilder logs = Logs.builder();
    var log = logs.record();
    for (int i = 0; i < 30; i++) {
      log.put("k" + i % 15, Value.of(i));
    }

    Object attributes = at(lines(logs.build()), 0, "attributes");

    assertThat((Map<?, ?>) attributes).hasSize(15);
    assertThat(Json.at(attributes, "k3")).isEqualTo(3L);
  }

  @Test
  void writesEachNameOnceAmongThousandsAndWithinObjects() throws Exception {
    Random random = new Random(1);
    LogsBuilder logs = Logs.builder();
    var log = logs.record();
    Map<String, Object> expected = new HashMap<>();
    for (int i = 0; i < 20_000; i++) {
      String name = "k" + random.nextInt(7_000);
      boolean nested = i % 100 == 0;
      log.put(
          name, nested ? Value.ofMap(Map.of(name, Value.of(i), "k", Value.of(2))) : Value.of(i));
      expected.putIfAbsent(name, nested ? Map.of(name, (long) i, "k", 2L) : (long) i);
    }
    logs.record().put("k1", Value.of(3)).put("k1", Value.of(4));

    List<Object> lines = lines(logs.build());

    assertThat(at(lines, 0, "attributes")).isEqualTo(expected);
    assertThat(at(lines, 1, "attributes")).isEqualTo(Map.of("k1", 3L));
  }

  @Test
  void takesNamesForTheSameThatReadTheSame() throws Exception {
    ExportLogsServiceRequest.Builder request = ExportLogsServiceRequest.newBuilder();
    request
        .addResourceLogsBuilder()
        .addScopeLogsBuilder()
        .addLogRecordsBuilder()
        .addAttributes(attribute("ab", "one"))
        .addAttributes(attribute("ac", "other"));
    byte[] bytes = request.build().toByteArray();
    for (int i = 1; i < bytes.length; i++) {
      if (bytes[i - 1] == 'a' && (bytes[i] == 'b' || bytes[i] == 'c')) {
        bytes[i] += (byte) 0x80; // two bytes that no character begins with
      }
    }

    Object attributes = at(lines(Batch.read(Signal.LOGS, bytes)), 0, "attributes");

    assertThat(attributes).isEqualTo(Map.of("a\ufffd", "one"));
  }

  static List<Value> longValues() {
    Random random = new Random(1);
    byte[] bytes = new byte[LONG_BYTES];
    random.nextBytes(bytes);
    String chinese = "\u6f22\u5b57\ud840\udc00".repeat(LONG_BYTES / 10);
    return List.of(
        Value.of("plain text ".repeat(LONG_BYTES / 11)),
        Value.of("\"\u0000\n".repeat(LONG_BYTES / 3)),
        Value.of(chinese),
        Value.of(bytes));
  }

  @ParameterizedTest
  @MethodSource("longValues")
  void takesNoMoreMemoryForALongTextThanForAShortOne(Value value) throws Exception {
    LogsBuilder logs = Logs.builder();
    logs.record().body(value).put("text", value);
    BulkBody body = body(logs.build());
    LogsBuilder few = Logs.builder();
    few.record().body(Value.of("x")).put("text", Value.of("x"));
    BulkBody shortBody = body(few.build());

    long allocated = allocated(body);

    assertThat(allocated).isLessThan(allocated(shortBody) + 64 * 1024);
  }

  @Test
  void leavesIdsOutWhereThereAreNoOrigins() throws Exception {
    LogsBuilder logs = Logs.builder();
    logs.record().body(Value.of("x"));
    BulkBody body = body(logs.build());

    List<Object> lines = lines(body);

    assertThat(Json.at(lines.get(0), "create", "_id")).isNull();
    assertThat(Json.at(lines.get(1), "origin")).isNull();
    assertThat(body.hasOriginId(0)).isFalse();
  }

  @Test
  void leavesIdsOutForItemsAmongOthersThatHaveNoOrigin() throws Exception {
    LogsBuilder logs = Logs.builder();
    logs.record().body(Value.of("x"));
    Logs part = logs.build();
    BulkBody body = body(Batch.concat(List.of(part, withOrigins(part, "s", 4))));

    List<Object> lines = lines(body);

    assertThat(Json.at(lines.get(0), "create", "_id")).isNull();
    assertThat(at(lines, 0, "origin")).isNull();
    assertThat(body.hasOriginId(0)).isFalse();
    assertThat(Json.at(lines.get(2), "create", "_id")).isInstanceOf(String.class);
    assertThat(at(lines, 1, "origin", "start")).isEqualTo(4L);
    assertThat(body.hasOriginId(1)).isTrue();
  }

  @Test
  void takesIdAndPipelineFromAttributesWhereAsked() throws Exception {
    config.documentIdAttribute = true;
    config.pipelineAttribute = true;
    LogsBuilder logs = Logs.builder();
    logs.record()
        .put("elasticsearch.document_id", Value.of("mine"))
        .put("elasticsearch.ingest_pipeline", Value.of("geo"));
    logs.record().body(Value.of("x"));
    BulkBody body = body(withOrigins(logs.build(), "s", 0));

    List<Object> lines = lines(body);

    assertThat(Json.at(lines.get(0), "create", "_id")).isEqualTo("mine");
    assertThat(Json.at(lines.get(0), "create", "pipeline")).isEqualTo("geo");
    assertThat(Json.at(lines.get(1), "attributes")).isNull();
    assertThat(body.hasOriginId(0)).isFalse();
    assertThat(body.hasOriginId(1)).isTrue();
  }

  @Test
  void writesManyRecordsInTheirOrder() throws Exception {
    LogsBuilder logs = Logs.builder();
    for (int i = 0; i < 2_000; i++) {
      if (i % 300 == 0) {
        String name = "service-" + i;
        logs.resource(r -> r.put("service.name", Value.of(name)));
      }
      logs.record().body(Value.of("body " + i));
    }

    List<Object> lines = lines(logs.build());

    assertThat(lines).hasSize(4_000);
    for (int i = 0; i < 2_000; i++) {
      assertThat(at(lines, i, "body", "text")).isEqualTo("body " + i);
      assertThat(at(lines, i, "resource", "attributes", "service.name"))
          .isEqualTo("service-" + i / 300 * 300);
    }
  }

  @Test
  void writesWhereEachItemGoesAndCameFrom() throws Exception {
    List<Batch> parts = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      LogsBuilder logs = Logs.builder();
      logs.record().put("data_stream.dataset", Value.of("d" + i / 2));
      parts.add(withOrigins(logs.build(), "s" + i / 3, i));
    }
    BulkBody body = body(Batch.concat(parts));

    for (List<Object> lines : List.of(lines(body), lines(body))) {
      for (int i = 0; i < 8; i++) {
        String dataset = "d" + i / 2 + ".otel";
        assertThat(Json.at(lines.get(2 * i), "create", "_index"))
            .isEqualTo("logs-" + dataset + "-default");
        assertThat(at(lines, i, "data_stream"))
            .isEqualTo(Map.of("type", "logs", "dataset", dataset, "namespace", "default"));
        assertThat(at(lines, i, "origin", "stream")).isEqualTo("s" + i / 3);
      }
    }
  }

  @Test
  void writesASpanWithItsEventsAndLinks() throws Exception {
    Span span =
        Span.newBuilder()
            .setTraceId(ByteString.copyFrom(bytes(16, 3)))
            .setSpanId(ByteString.copyFrom(bytes(8, 4)))
            .setParentSpanId(ByteString.copyFrom(bytes(8, 5)))
            .setName("GET /")
            .setKind(Span.SpanKind.SPAN_KIND_SERVER)
            .setStartTimeUnixNano(TIME)
            .setEndTimeUnixNano(TIME + 1500)
            .setStatus(
                Status.newBuilder().setCode(Status.StatusCode.STATUS_CODE_ERROR).setMessage("boom"))
            .addAttributes(attribute("http.route", "/"))
            .addEvents(
                Span.Event.newBuilder()
                    .setTimeUnixNano(TIME)
                    .setName("exception")
                    .addAttributes(attribute("exception.type", "E")))
            .addLinks(
                Span.Link.newBuilder()
                    .setTraceId(ByteString.copyFrom(bytes(16, 6)))
                    .setSpanId(ByteString.copyFrom(bytes(8, 7))))
            .setDroppedLinksCount(9)
            .build();
    ExportTraceServiceRequest request =
        ExportTraceServiceRequest.newBuilder()
            .addResourceSpans(
                ResourceSpans.newBuilder().addScopeSpans(ScopeSpans.newBuilder().addSpans(span)))
            .build();

    List<Object> lines = lines(Batch.read(Signal.TRACES, request.toByteArray()));

    assertThat(Json.at(lines.get(0), "create", "_index")).isEqualTo("traces-generic.otel-default");
    assertThat(lines.get(1))
        .isEqualTo(
            Json.parse(
                """
                {"@timestamp": "2026-01-02T03:04:05.678901234Z",
                 "data_stream": {"type": "traces", "dataset": "generic.otel", "namespace": "default"},
                 "trace_id": "03030303030303030303030303030303", "span_id": "0404040404040404",
                 "parent_span_id": "0505050505050505", "name": "GET /", "kind": "Server",
                 "duration": 1500, "status": {"message": "boom", "code": "Error"},
                 "dropped_links_count": 9,
                 "events": [{"timestamp": "2026-01-02T03:04:05.678901234Z", "name": "exception",
                             "attributes": {"exception.type": "E"}}],
                 "links": [{"trace_id": "06060606060606060606060606060606",
                            "span_id": "0707070707070707"}],
                 "attributes": {"http.route": "/"}, "resource": {}, "scope": {}}
                """));
  }

  @Test
  void writesNumbersUnderTheNameOfTheirMetric() throws Exception {
    Metric gauge =
        Metric.newBuilder()
            .setName("cpu.load")
            .setUnit("1")
            .setGauge(
                Gauge.newBuilder()
                    .addDataPoints(
                        NumberDataPoint.newBuilder()
                            .setTimeUnixNano(TIME)
                            .setAsDouble(0.5)
                            .addAttributes(attribute("cpu", "0")))
                    .addDataPoints(NumberDataPoint.newBuilder().setAsDouble(Double.NaN)))
            .build();
    Metric sum =
        Metric.newBuilder()
            .setName("requests")
            .setSum(
                Sum.newBuilder()
                    .setIsMonotonic(true)
                    .setAggregationTemporality(
                        AggregationTemporality.AGGREGATION_TEMPORALITY_CUMULATIVE)
                    .addDataPoints(
                        NumberDataPoint.newBuilder()
                            .setStartTimeUnixNano(TIME)
                            .setTimeUnixNano(TIME)
                            .setAsInt(12)))
            .build();

    List<Object> lines = lines(metrics(gauge, sum));

    assertThat(at(lines, 0, "metrics")).isEqualTo(Map.of("cpu.load", 0.5));
    assertThat(at(lines, 0, "metric"))
        .isEqualTo(Map.of("name", "cpu.load", "type", "gauge", "unit", "1"));
    assertThat(at(lines, 0, "attributes")).isEqualTo(Map.of("cpu", "0"));
    assertThat(at(lines, 1, "metrics")).isNull();
    assertThat(at(lines, 1, "value_text")).isEqualTo("NaN");
    assertThat(at(lines, 2, "metrics")).isEqualTo(Map.of("requests", 12L));
    assertThat(at(lines, 2, "start_timestamp")).isEqualTo(TIME_TEXT);
    assertThat(at(lines, 2, "metric", "temporality")).isEqualTo("cumulative");
    assertThat(at(lines, 2, "metric", "monotonic")).isEqualTo(true);
  }

  @Test
  void writesDistributionsAsValuesAndCounts() throws Exception {
    Metric histogram =
        Metric.newBuilder()
            .setName("latency")
            .setHistogram(
                Histogram.newBuilder()
                    .addDataPoints(
                        HistogramDataPoint.newBuilder()
                            .setCount(7)
                            .setSum(30)
                            .setMin(0.5)
                            .setMax(20)
                            .addAllExplicitBounds(List.of(1.0, 5.0, 10.0))
                            .addAllBucketCounts(List.of(1L, 4L, 0L, 2L))))
            .build();
    Metric exponential =
        Metric.newBuilder()
            .setName("size")
            .setExponentialHistogram(
                ExponentialHistogram.newBuilder()
                    .addDataPoints(
                        ExponentialHistogramDataPoint.newBuilder()
                            .setCount(6)
                            .setScale(0)
                            .setZeroCount(1)
                            .setPositive(
                                ExponentialHistogramDataPoint.Buckets.newBuilder()
                                    .setOffset(1)
                                    .addAllBucketCounts(List.of(2L, 0L, 1L)))
                            .setNegative(
                                ExponentialHistogramDataPoint.Buckets.newBuilder()
                                    .setOffset(0)
                                    .addAllBucketCounts(List.of(2L)))))
            .build();
    Metric summary =
        Metric.newBuilder()
            .setName("old")
            .setSummary(
                Summary.newBuilder()
                    .addDataPoints(
                        SummaryDataPoint.newBuilder()
                            .setCount(3)
                            .setSum(4)
                            .addQuantileValues(
                                SummaryDataPoint.ValueAtQuantile.newBuilder()
                                    .setQuantile(0.5)
                                    .setValue(1.25))))
            .build();

    List<Object> lines = lines(metrics(histogram, exponential, summary));

    assertThat(at(lines, 0, "count")).isEqualTo(7L);
    assertThat(at(lines, 0, "sum")).isEqualTo(30.0);
    assertThat(at(lines, 0, "min")).isEqualTo(0.5);
    assertThat(at(lines, 0, "max")).isEqualTo(20.0);
    assertThat(at(lines, 0, "distribution"))
        .isEqualTo(
            Map.of(
                "values", List.of(0.5, 3.0, 10.0),
                "counts", List.of(1L, 4L, 2L),
                "bounds", List.of(1.0, 5.0, 10.0),
                "bucket_counts", List.of(1L, 4L, 0L, 2L)));
    assertThat(at(lines, 1, "distribution", "values")).isEqualTo(List.of(-1.5, 0.0, 3.0, 12.0));
    assertThat(at(lines, 1, "distribution", "counts")).isEqualTo(List.of(2L, 1L, 2L, 1L));
    assertThat(at(lines, 1, "distribution", "positive", "offset")).isEqualTo(1L);
    assertThat(at(lines, 2, "distribution", "quantiles"))
        .isEqualTo(List.of(Map.of("quantile", 0.5, "value", 1.25)));
  }

  /** Bytes that writing takes, when nothing is loaded for the first time. */
  private static long allocated(BulkBody body) throws IOException {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long least = Long.MAX_VALUE;
    for (int i = 0; i < 5; i++) {
      long before = threads.getCurrentThreadAllocatedBytes();
      body.writeTo(OutputStream.nullOutputStream());
      least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
    }
    return least;
  }

  private static Batch metrics(Metric... metrics) throws MalformedTelemetryException {
    ExportMetricsServiceRequest request =
        ExportMetricsServiceRequest.newBuilder()
            .addResourceMetrics(
                ResourceMetrics.newBuilder()
                    .addScopeMetrics(ScopeMetrics.newBuilder().addAllMetrics(List.of(metrics))))
            .build();
    return Batch.read(Signal.METRICS, request.toByteArray());
  }

  private static KeyValue attribute(String key, String value) {
    return KeyValue.newBuilder()
        .setKey(key)
        .setValue(AnyValue.newBuilder().setStringValue(value))
        .build();
  }

  private static byte[] bytes(int length, int value) {
    byte[] bytes = new byte[length];
    Arrays.fill(bytes, (byte) value);
    return bytes;
  }

  private static Batch withOrigins(Batch batch, String stream, long first) {
    return batch.withOrigins(Origins.sequence(stream, first, batch.itemCount()));
  }

  private static @Nullable Object at(List<Object> lines, int item, Object... path) {
    return Json.at(lines.get(2 * item + 1), path);
  }

  private BulkBody body(Batch batch) {
    ElasticsearchExporterConfig made = config.make();
    return new BulkBody(batch, new IndexRouter(made), made);
  }

  private List<Object> lines(Batch batch) throws IOException {
    return lines(body(batch));
  }

  private static List<Object> lines(BulkBody body) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    body.writeTo(out);
    String text = out.toString(StandardCharsets.UTF_8);
    assertThat(text).endsWith("\n");
    return text.lines().map(BulkBodyTest::parsed).toList();
  }

  private static Object parsed(String line) {
    return Objects.requireNonNull(Json.parse(line));
  }
}
