package io.millrace.exporter.otlphttp;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.api.component.ComponentId;
import io.millrace.api.component.DeliverySettings;
import io.millrace.api.config.Secret;
import io.millrace.api.telemetry.Signal;
import io.millrace.core.config.ConfigLoader;
import io.millrace.core.config.LoadRequest;
import io.millrace.core.config.LoadResult;
import io.millrace.core.config.Problem;
import io.millrace.core.graph.Configured;
import io.millrace.core.plugin.Components;
import io.millrace.receiver.otlp.OtlpReceiverPlugin;
import io.millrace.toolkit.compression.Compression;
import io.millrace.toolkit.http.HttpClientConfig;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OtlphttpExporterConfigTest {
  @TempDir Path directory;

  @Test
  void addsTheSignalsPathToTheEndpoint() {
    for (String endpoint : List.of("http://h:4318", "http://h:4318/")) {
      OtlphttpExporterConfig config = config(endpoint, "");

      assertThat(config.uri(Signal.LOGS)).contains(URI.create("http://h:4318/v1/logs"));
      assertThat(config.uri(Signal.METRICS)).contains(URI.create("http://h:4318/v1/metrics"));
      assertThat(config.uri(Signal.TRACES)).contains(URI.create("http://h:4318/v1/traces"));
      assertThat(config.uri(Signal.PROFILES))
          .contains(URI.create("http://h:4318/v1development/profiles"));
    }
    assertThat(config("https://h/otlp", "").uri(Signal.LOGS))
        .contains(URI.create("https://h/otlp/v1/logs"));
  }

  @Test
  void takesASignalsOwnEndpointAsItIs() {
    OtlphttpExporterConfig config = config("http://h:4318", "https://logs.test/ingest?x=1");

    assertThat(config.uri(Signal.LOGS)).contains(URI.create("https://logs.test/ingest?x=1"));
    assertThat(config.uri(Signal.TRACES)).contains(URI.create("http://h:4318/v1/traces"));
    assertThat(config("", "http://h/x").uri(Signal.TRACES)).isEmpty();
  }

  @Test
  void wantsAnEndpoint() {
    assertThat(problems(config("", "")))
        .containsExactly(
            "endpoint: absent (expected: a URL here, or in an endpoint of each signal)");
    assertThat(problems(config("", "http://h/x"))).isEmpty();
  }

  @Test
  void wantsUrls() {
    assertThat(problems(config("localhost:4318", "ftp://x")))
        .containsExactly(
            "endpoint: \"localhost:4318\" (expected: http://host:port or https://host:port)",
            "logs_endpoint: \"ftp://x\" (expected: http://host:port or https://host:port)");
  }

  @Test
  void wantsCredentialsElsewhere() {
    assertThat(problems(config("http://user:secret@h:4318", "")))
        .containsExactly(
            "endpoint: user and password in the URL (expected: http://host:port, and them in the"
                + " header authorization)");
  }

  @Test
  void sendsNoProfilesAsJson() {
    OtlphttpExporterFactory factory = new OtlphttpExporterFactory();
    OtlphttpExporterConfig proto = config("http://h:4318", "");

    assertThat(factory.signals(proto)).containsExactlyInAnyOrder(Signal.values());
    assertThat(factory.signals(proto.withEncoding(OtlphttpExporterConfig.Encoding.JSON)))
        .containsExactlyInAnyOrderElementsOf(Signal.readable());
  }

  @Test
  void answersToBothOfItsNames() {
    OtlphttpExporterFactory factory = new OtlphttpExporterFactory();

    assertThat(factory.type()).isEqualTo("otlphttp");
    assertThat(factory.aliases()).containsExactly("otlp_http");
    assertThat(factory.deliveryDefaults().timeout()).isEqualTo(Duration.ofSeconds(30));
  }

  @Test
  void readsEveryKey() throws IOException {
    LoadResult result =
        load(
            """
            endpoint: https://h:1
            traces_endpoint: https://h:2/t
            metrics_endpoint: https://h:3/m
            logs_endpoint: https://h:4/l
            profiles_endpoint: https://h:5/p
            encoding: json
            timeout: 12s
            compression: zstd
            compression_params: {level: 5}
            proxy_url: http://proxy:3128
            tls: {insecure_skip_verify: true}
            headers: {x-a: b}
            force_attempt_http2: false
            max_idle_conns: 5
            """);

    assertThat(result.errors()).isEmpty();
    assertThat(result.warnings())
        .extracting(Problem::path)
        .containsExactly("exporters.otlp_http.max_idle_conns");
    Configured configured = configured(result);
    OtlphttpExporterConfig config = (OtlphttpExporterConfig) configured.config();
    assertThat(config.uri(Signal.TRACES)).contains(URI.create("https://h:2/t"));
    assertThat(config.uri(Signal.METRICS)).contains(URI.create("https://h:3/m"));
    assertThat(config.uri(Signal.LOGS)).contains(URI.create("https://h:4/l"));
    assertThat(config.uri(Signal.PROFILES)).contains(URI.create("https://h:5/p"));
    assertThat(config.encoding()).isEqualTo(OtlphttpExporterConfig.Encoding.JSON);
    HttpClientConfig client = config.client();
    assertThat(client.compression()).isEqualTo(Compression.ZSTD);
    assertThat(client.compressionParams().level()).isEqualTo(5);
    assertThat(client.proxyUrl()).isEqualTo("http://proxy:3128");
    assertThat(client.tls().insecureSkipVerify()).isTrue();
    assertThat(client.headers()).containsEntry("x-a", new Secret("b"));
    assertThat(client.forceAttemptHttp2()).isFalse();
    DeliverySettings delivery = Objects.requireNonNull(configured.delivery());
    assertThat(delivery.timeout()).isEqualTo(Duration.ofSeconds(12));
  }

  @Test
  void hasTheCollectorsDefaults() throws IOException {
    Configured configured = configured(load("endpoint: http://h:4318"));

    assertThat(configured.config())
        .isEqualTo(OtlphttpExporterConfig.of("http://h:4318", HttpClientConfig.standard()));
  }

  private static Configured configured(LoadResult result) {
    return Objects.requireNonNull(
        result.config().orElseThrow().exporters().get(ComponentId.parse("otlp_http")));
  }

  private LoadResult load(String keys) throws IOException {
    Path file = directory.resolve("config.yaml");
    Files.writeString(
        file,
        """
        receivers: {otlp: {protocols: {grpc: }}}
        service: {pipelines: {logs: {receivers: [otlp], exporters: [otlp_http]}}}
        exporters:
          otlp_http:
        """
            + keys.indent(4));
    Components components =
        Components.of(List.of(new OtlpReceiverPlugin(), new OtlphttpExporterPlugin()));
    return new ConfigLoader(components).load(LoadRequest.of(file.toString()));
  }

  private static OtlphttpExporterConfig config(String endpoint, String logsEndpoint) {
    return new OtlphttpExporterConfig(
        endpoint,
        "",
        "",
        logsEndpoint,
        "",
        OtlphttpExporterConfig.Encoding.PROTO,
        HttpClientConfig.standard());
  }

  private static List<String> problems(OtlphttpExporterConfig config) {
    List<String> problems = new ArrayList<>();
    config.validate((key, message) -> problems.add(key + ": " + message));
    return problems;
  }
}
