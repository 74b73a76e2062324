package io.millrace.core.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.api.config.Endpoint;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PrometheusTextTest {
  private final Instruments instruments = new Instruments(Map.of("service.name", "millrace"));

  @AfterEach
  void close() {
    instruments.close();
  }

  @Test
  void writesNamesWithoutSuffixesSortedAndEscaped() throws Exception {
    instruments.counter("otelcol_b", "Counts", Map.of("exporter", "a\"b\\c\nd")).add(3);
    instruments.counter("otelcol_b", "Counts", Map.of("exporter", "a\"b\\c\nd")).add(4);
    AutoCloseable gauge =
        instruments.gauge("otelcol_a", "Mea\nsures", Map.of("otel.signal", "logs"), () -> 1.5);
    assertThat(PrometheusText.of(instruments.collect()))
        .isEqualTo(
            """
            # HELP target_info Attributes of the agent
            # TYPE target_info gauge
            target_info{service_name="millrace"} 1
            # HELP otelcol_a Mea\\nsures
            # TYPE otelcol_a gauge
            otelcol_a{otel_signal="logs"} 1.5
            # HELP otelcol_b Counts
            # TYPE otelcol_b counter
            otelcol_b{exporter="a\\"b\\\\c\\nd"} 7
            """);
    gauge.close();
    assertThat(PrometheusText.of(instruments.collect())).doesNotContain("otelcol_a");
  }

  @Test
  void writesHistogramsWithCumulativeBuckets() {
    Instruments.Latency latency = instruments.latency("otelcol_l", "Takes", Map.of());
    latency.record(Duration.ofMillis(30).toNanos());
    latency.record(Duration.ofMillis(70).toNanos());
    latency.record(Duration.ofHours(2).toNanos());
    assertThat(PrometheusText.of(instruments.collect()))
        .contains("# TYPE otelcol_l histogram\n")
        .contains("otelcol_l_bucket{le=\"0.01\"} 0\n")
        .contains("otelcol_l_bucket{le=\"0.05\"} 1\n")
        .contains("otelcol_l_bucket{le=\"0.1\"} 2\n")
        .contains("otelcol_l_bucket{le=\"+Inf\"} 3\n")
        .contains("otelcol_l_count 3\n");
  }

  @Test
  void leavesOutAGaugeThatThrows() {
    var _ =
        instruments.gauge(
            "otelcol_bad",
            "Throws",
            Map.of(),
            () -> {
              throw new IllegalStateException("on purpose");
            });
    instruments.counter("otelcol_good", "Counts", Map.of()).add(1);
    assertThat(PrometheusText.of(instruments.collect()))
        .doesNotContain("otelcol_bad")
        .contains("otelcol_good 1\n");
  }

  @Test
  void servesThePageOverHttp() throws Exception {
    ProcessMetrics.register(instruments);
    try (MetricsServer server = MetricsServer.open(new Endpoint("localhost", 0), instruments);
        HttpClient client = HttpClient.newHttpClient()) {
      HttpResponse<String> page = get(client, server.port(), "/metrics");
      assertThat(page.statusCode()).isEqualTo(200);
      assertThat(page.headers().firstValue("Content-Type"))
          .contains("text/plain; version=0.0.4; charset=utf-8");
      assertThat(page.body())
          .contains("# TYPE otelcol_process_uptime counter")
          .contains("otelcol_process_cpu_seconds ")
          .contains("otelcol_process_memory_rss ");
      assertThat(get(client, server.port(), "/metricsx").statusCode()).isEqualTo(404);
    }
  }

  private static HttpResponse<String> get(HttpClient client, int port, String path)
      throws Exception {
    return client.send(
        HttpRequest.newBuilder(URI.create("http://localhost:" + port + path)).build(),
        HttpResponse.BodyHandlers.ofString());
  }
}
