package io.millrace.exporter.otlp;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.api.component.ComponentId;
import io.millrace.api.component.DeliverySettings;
import io.millrace.api.config.DataSize;
import io.millrace.api.config.Secret;
import io.millrace.core.config.ConfigLoader;
import io.millrace.core.config.LoadRequest;
import io.millrace.core.config.LoadResult;
import io.millrace.core.config.Problem;
import io.millrace.core.graph.Configured;
import io.millrace.core.plugin.Components;
import io.millrace.receiver.otlp.OtlpReceiverPlugin;
import io.millrace.toolkit.compression.Compression;
import io.millrace.toolkit.grpc.GrpcClientConfig;
import io.millrace.toolkit.tls.TlsClientConfig;
import io.millrace.toolkit.tls.TlsConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OtlpExporterConfigTest {
  @TempDir Path directory;

  @Test
  void wantsAHostAndAPort() {
    assertThat(problems("localhost"))
        .containsExactly("endpoint: \"localhost\" (expected: host:port)");
    assertThat(problems("localhost:4317")).isEmpty();
    assertThat(problems("https://localhost:4317")).isEmpty();
  }

  @Test
  void answersToBothOfItsNames() {
    OtlpExporterFactory factory = new OtlpExporterFactory();

    assertThat(factory.type()).isEqualTo("otlp");
    assertThat(factory.aliases()).containsExactly("otlp_grpc");
    assertThat(factory.deliveryDefaults().timeout()).isZero();
  }

  @Test
  void readsEveryKey() throws IOException {
    LoadResult result =
        load(
            """
            endpoint: collector:4317
            timeout: 12s
            compression: zstd
            tls:
              insecure: true
              insecure_skip_verify: true
              server_name_override: other
              ca_file: ca.pem
            headers: {x-a: b}
            keepalive: {time: 1m, timeout: 2s, permit_without_stream: true}
            balancer_name: pick_first
            authority: host
            user_agent: me
            wait_for_ready: true
            write_buffer_size: 1024
            retry_on_failure: {enabled: false}
            sending_queue: {queue_size: 3}
            """);

    assertThat(result.errors()).isEmpty();
    assertThat(result.warnings())
        .extracting(Problem::path)
        .containsExactly("exporters.otlp_grpc.write_buffer_size");
    Configured configured = configured(result);
    assertThat(configured.config())
        .isEqualTo(
            new OtlpExporterConfig(
                "collector:4317",
                Duration.ofSeconds(12),
                new GrpcClientConfig(
                    Compression.ZSTD,
                    new TlsClientConfig(
                        TlsConfig.standard().withCa(Path.of("ca.pem")), true, true, "other"),
                    Map.of("x-a", new Secret("b")),
                    new GrpcClientConfig.Keepalive(
                        Duration.ofMinutes(1), Duration.ofSeconds(2), true),
                    "pick_first",
                    "host",
                    "me",
                    true,
                    DataSize.ofBytes(0),
                    DataSize.ofBytes(1024),
                    null,
                    List.of())));
    DeliverySettings delivery = Objects.requireNonNull(configured.delivery());
    assertThat(delivery.timeout()).isZero();
    assertThat(delivery.retry().enabled()).isFalse();
    assertThat(delivery.queue().queueSize()).isEqualTo(3);
  }

  @Test
  void hasTheCollectorsDefaults() throws IOException {
    assertThat(configured(load("endpoint: collector:4317")).config())
        .isEqualTo(OtlpExporterConfig.of("collector:4317", GrpcClientConfig.standard()));
    assertThat(load("timeout: 1s").errors())
        .extracting(Problem::path)
        .containsExactly("exporters.otlp_grpc.endpoint");
  }

  private static Configured configured(LoadResult result) {
    return Objects.requireNonNull(
        result.config().orElseThrow().exporters().get(ComponentId.parse("otlp_grpc")));
  }

  private LoadResult load(String keys) throws IOException {
    Path file = directory.resolve("config.yaml");
    Files.writeString(
        file,
        """
        receivers: {otlp: {protocols: {grpc: }}}
        service: {pipelines: {logs: {receivers: [otlp], exporters: [otlp_grpc]}}}
        exporters:
          otlp_grpc:
        """
            + keys.indent(4));
    Components components =
        Components.of(List.of(new OtlpReceiverPlugin(), new OtlpExporterPlugin()));
    return new ConfigLoader(components).load(LoadRequest.of(file.toString()));
  }

  private static List<String> problems(String endpoint) {
    List<String> problems = new ArrayList<>();
    OtlpExporterConfig.of(endpoint, GrpcClientConfig.standard())
        .validate((key, message) -> problems.add(key + ": " + message));
    return problems;
  }
}
