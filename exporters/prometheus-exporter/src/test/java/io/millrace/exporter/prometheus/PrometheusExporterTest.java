package io.millrace.exporter.prometheus;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.api.component.ExportOutcome;
import io.millrace.api.config.Endpoint;
import io.millrace.api.pipeline.RequestContext;
import io.millrace.api.telemetry.Signal;
import io.millrace.testkit.TestContext;
import io.millrace.toolkit.otlpjson.OtlpJson;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PrometheusExporterTest {
  @TempDir Path directory;
  private TestContext context;
  private @Nullable PrometheusExporter exporter;

  @BeforeEach
  void prepare() {
    context = TestContext.of("prometheus", directory);
  }

  @AfterEach
  void stop() {
    if (exporter != null) {
      exporter.stop();
    }
  }

  @Test
  void offersTheLatestValueOfGaugesAndCounters() throws Exception {
    PrometheusExporter started = start(100);
    export(
        started,
        """
        {"name":"queue.size","description":"How many","unit":"1","gauge":{"dataPoints":[
          {"asInt":"7","timeUnixNano":"1000000","attributes":[{"key":"q.name","value":{"stringValue":"a\\"b"}}]}]}}
        """);
    export(
        started,
        """
        {"name":"http.requests","unit":"{request}","sum":{"aggregationTemporality":2,"isMonotonic":true,
          "dataPoints":[{"asDouble":2.5,"timeUnixNano":"1000000"}]}}
        """);

    assertThat(scrape(started))
        .isEqualTo(
            """
            # HELP http_requests_total\s
            # TYPE http_requests_total counter
            http_requests_total{env="test",job="shop/cart"} 2.5
            # HELP queue_size_ratio How many
            # TYPE queue_size_ratio gauge
            queue_size_ratio{env="test",job="shop/cart",q_name="a\\"b"} 7
            # HELP target_info Target metadata
            # TYPE target_info gauge
            target_info{env="test",host="h1",job="shop/cart"} 1
            """);
  }

  @Test
  void addsUpDeltas() throws Exception {
    PrometheusExporter started = start(100);
    String delta =
        """
        {"name":"bytes","unit":"By","sum":{"aggregationTemporality":1,"isMonotonic":true,
          "dataPoints":[{"asInt":"3","timeUnixNano":"1000000"}]}}
        """;
    export(started, delta);
    export(started, delta);

    assertThat(scrape(started)).contains("bytes_total{env=\"test\",job=\"shop/cart\"} 6\n");
  }

  @Test
  void offersHistogramsCumulatively() throws Exception {
    PrometheusExporter started = start(100);
    export(
        started,
        """
        {"name":"latency","unit":"s","histogram":{"aggregationTemporality":2,"dataPoints":[
          {"count":"6","sum":9.5,"explicitBounds":[0.5,2],"bucketCounts":["1","2","3"],"timeUnixNano":"1000000"}]}}
        """);

    assertThat(scrape(started))
        .contains(
            """
            # TYPE latency_seconds histogram
            latency_seconds_bucket{env="test",job="shop/cart",le="0.5"} 1
            latency_seconds_bucket{env="test",job="shop/cart",le="2"} 3
            latency_seconds_bucket{env="test",job="shop/cart",le="+Inf"} 6
            latency_seconds_sum{env="test",job="shop/cart"} 9.5
            latency_seconds_count{env="test",job="shop/cart"} 6
            """);
  }

  @Test
  void forgetsSeriesWithoutNewValues() throws Exception {
    PrometheusExporter started = start(100);
    export(started, "{\"name\":\"m\",\"gauge\":{\"dataPoints\":[{\"asInt\":\"1\"}]}}");
    assertThat(scrape(started)).contains("\nm{");

    context.clock().advance(Duration.ofMinutes(6));

    assertThat(scrape(started)).isEmpty();
  }

  @Test
  void countsWhatItCannotTakeUp() throws Exception {
    PrometheusExporter started = start(2);
    export(
        started,
        """
        {"name":"m","gauge":{"dataPoints":[
          {"asInt":"1","attributes":[{"key":"k","value":{"intValue":"1"}}]},
          {"asInt":"1","attributes":[{"key":"k","value":{"intValue":"2"}}]}]}}
        """);
    export(
        started,
        "{\"name\":\"e\",\"exponentialHistogram\":{\"aggregationTemporality\":2,\"dataPoints\":[{}]}}");

    assertThat(context.meter().count("exporter_prometheus_overflow_points")).isEqualTo(1);
    assertThat(context.meter().count("exporter_prometheus_unsupported_points")).isEqualTo(1);
  }

  private PrometheusExporter start(int maxSeries) throws Exception {
    PrometheusExporter started =
        new PrometheusExporter(
            context,
            new PrometheusExporterConfig(
                new Endpoint("127.0.0.1", 0),
                "",
                Map.of("env", "test"),
                false,
                Duration.ofMinutes(5),
                new PrometheusExporterConfig.ResourceConversion(false),
                true,
                maxSeries,
                false,
                "",
                Map.of()));
    started.start();
    exporter = started;
    return started;
  }

  private static void export(PrometheusExporter exporter, String metric) throws Exception {
    String json =
        "{\"resourceMetrics\":[{\"resource\":{\"attributes\":["
            + "{\"key\":\"service.name\",\"value\":{\"stringValue\":\"cart\"}},"
            + "{\"key\":\"service.namespace\",\"value\":{\"stringValue\":\"shop\"}},"
            + "{\"key\":\"host\",\"value\":{\"stringValue\":\"h1\"}}]},"
            + "\"scopeMetrics\":[{\"metrics\":["
            + metric
            + "]}]}]}";
    assertThat(
            exporter.export(
                OtlpJson.read(Signal.METRICS, json.getBytes(StandardCharsets.UTF_8)),
                RequestContext.local(1)))
        .isEqualTo(ExportOutcome.ACCEPTED);
  }

  private static String scrape(PrometheusExporter exporter) throws Exception {
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpResponse<String> response =
          client.send(
              HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + exporter.port() + "/metrics"))
                  .build(),
              HttpResponse.BodyHandlers.ofString());
      assertThat(response.statusCode()).isEqualTo(200);
      return response.body();
    }
  }
}
