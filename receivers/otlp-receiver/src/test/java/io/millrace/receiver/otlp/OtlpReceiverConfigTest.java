package io.millrace.receiver.otlp;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.api.component.Acknowledge;
import io.millrace.api.component.ComponentContext;
import io.millrace.api.component.ComponentId;
import io.millrace.api.component.Exporter;
import io.millrace.api.component.ExporterFactory;
import io.millrace.api.component.Plugin;
import io.millrace.api.component.Stability;
import io.millrace.api.config.DataSize;
import io.millrace.api.config.Endpoint;
import io.millrace.api.config.Secret;
import io.millrace.api.telemetry.Signal;
import io.millrace.core.config.ConfigLoader;
import io.millrace.core.config.LoadRequest;
import io.millrace.core.config.LoadResult;
import io.millrace.core.config.Problem;
import io.millrace.core.graph.Configured;
import io.millrace.core.plugin.Components;
import io.millrace.toolkit.grpc.GrpcServerConfig;
import io.millrace.toolkit.http.HttpServerConfig;
import io.millrace.toolkit.tls.TlsConfig;
import io.millrace.toolkit.tls.TlsServerConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OtlpReceiverConfigTest {
  private static final String REST =
      """
      exporters: {nothing: }
      service: {pipelines: {logs: {receivers: [otlp], exporters: [nothing]}}}
      """;

  @TempDir Path directory;

  @Test
  void listensWhereTheCollectorDoesUnlessToldOtherwise() throws IOException {
    assertThat(config("receivers: {otlp: {protocols: {grpc: , http: }}}"))
        .isEqualTo(
            OtlpReceiverConfig.of(
                OtlpReceiverConfig.Grpc.at(new Endpoint("localhost", 4317)),
                OtlpReceiverConfig.Http.at(new Endpoint("localhost", 4318))));
  }

  @Test
  void acknowledgesWhatIsLoggedUnlessToldOtherwise() throws IOException {
    OtlpReceiverFactory factory = new OtlpReceiverFactory();
    assertThat(factory.acknowledge(config("receivers: {otlp: {protocols: {grpc: }}}")))
        .isEqualTo(Acknowledge.LOGGED);
    assertThat(
            factory.acknowledge(
                config("receivers: {otlp: {protocols: {grpc: }, acknowledge: delivered}}")))
        .isEqualTo(Acknowledge.DELIVERED);
  }

  @Test
  void speaksOnlyTheProtocolsThatAreThere() throws IOException {
    assertThat(config("receivers: {otlp: {protocols: {http: {endpoint: '0.0.0.0:80'}}}}"))
        .isEqualTo(
            OtlpReceiverConfig.of(null, OtlpReceiverConfig.Http.at(new Endpoint("0.0.0.0", 80))));
  }

  @Test
  void readsEveryKey() throws IOException {
    OtlpReceiverConfig config =
        config(
            """
            receivers:
              otlp:
                acknowledge: accepted
                answer_timeout: 3s
                max_waiting_size: 5MiB
                protocols:
                  grpc:
                    endpoint: 127.0.0.1:1
                    transport: tcp
                    tls:
                      ca_file: ca.pem
                      cert_pem: certificate
                      key_pem: key
                      min_version: "1.3"
                      max_version: "1.3"
                      cipher_suites: [TLS_AES_128_GCM_SHA256]
                      include_system_ca_certs_pool: true
                      reload_interval: 1h
                      client_ca_file: clients.pem
                      client_ca_file_reload: true
                    max_recv_msg_size_mib: 16
                    max_concurrent_streams: 7
                    include_metadata: true
                    keepalive:
                      server_parameters:
                        max_connection_idle: 1s
                        max_connection_age: 2s
                        max_connection_age_grace: 3s
                        time: 4s
                        timeout: 5s
                      enforcement_policy:
                        min_time: 6s
                        permit_without_stream: true
                  http:
                    endpoint: 127.0.0.1:2
                    traces_url_path: /t
                    metrics_url_path: m
                    logs_url_path: /l
                    profiles_url_path: /p
                    cors:
                      allowed_origins: ["https://*.test"]
                      allowed_headers: [x-a]
                      exposed_headers: [x-b]
                      max_age: 8
                    max_request_body_size: 1048576
                    include_metadata: true
                    response_headers: {x-c: d}
                    compression_algorithms: ["", zstd]
                    read_timeout: 9s
                    idle_timeout: 10s
                    keep_alives_enabled: false
            """);

    OtlpReceiverConfig.Grpc grpc = Objects.requireNonNull(config.protocols().grpc());
    assertThat(grpc.endpoint()).isEqualTo(new Endpoint("127.0.0.1", 1));
    TlsServerConfig tls = grpc.server().tls();
    assertThat(tls)
        .isEqualTo(
            new TlsServerConfig(
                new TlsConfig(
                    Path.of("ca.pem"),
                    null,
                    null,
                    "certificate",
                    null,
                    new Secret("key"),
                    "1.3",
                    "1.3",
                    List.of("TLS_AES_128_GCM_SHA256"),
                    List.of(),
                    true,
                    false,
                    Duration.ofHours(1),
                    null),
                Path.of("clients.pem"),
                true));
    assertThat(grpc.server().maxMessageBytes()).isEqualTo(16 << 20);
    assertThat(grpc.server().maxConcurrentStreams()).isEqualTo(7);
    assertThat(grpc.server().includeMetadata()).isTrue();
    assertThat(grpc.server().keepalive())
        .isEqualTo(
            new GrpcServerConfig.Keepalive(
                new GrpcServerConfig.ServerParameters(
                    Duration.ofSeconds(1),
                    Duration.ofSeconds(2),
                    Duration.ofSeconds(3),
                    Duration.ofSeconds(4),
                    Duration.ofSeconds(5)),
                new GrpcServerConfig.EnforcementPolicy(Duration.ofSeconds(6), true)));
    OtlpReceiverConfig.Http http = Objects.requireNonNull(config.protocols().http());
    assertThat(http)
        .isEqualTo(
            new OtlpReceiverConfig.Http(
                new Endpoint("127.0.0.1", 2),
                "/t",
                "m",
                "/l",
                "/p",
                new HttpServerConfig(
                    "tcp",
                    null,
                    new HttpServerConfig.Cors(
                        List.of("https://*.test"), List.of("x-a"), List.of("x-b"), 8),
                    DataSize.ofMebibytes(1),
                    true,
                    Map.of("x-c", "d"),
                    List.of("", "zstd"),
                    Duration.ofSeconds(9),
                    Duration.ZERO,
                    Duration.ZERO,
                    Duration.ofSeconds(10),
                    false,
                    null,
                    List.of())));
    assertThat(http.path(Signal.METRICS)).isEqualTo("/m");
    assertThat(config.acknowledge()).isEqualTo(Acknowledge.ACCEPTED);
    assertThat(config.answerTimeout()).isEqualTo(Duration.ofSeconds(3));
    assertThat(config.maxWaitingSize()).isEqualTo(DataSize.ofMebibytes(5));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{protocols: {}} | protocols: no protocol (expected: grpc, http or both)",
        "{protocols: {grpc: {transport: unix}}} | protocols.grpc.transport: \"unix\" is not"
            + " supported (expected: tcp)",
        "{protocols: {grpc: {tls: {}}}} | protocols.grpc.tls.cert_file: absent (expected: the"
            + " server's certificate, or cert_pem)",
        "{protocols: {http: {compression_algorithms: [lz4]}}} |"
            + " protocols.http.compression_algorithms: \"lz4\" is not supported (expected: \"\","
            + " gzip, zstd, zlib or deflate)",
        "{protocols: {http: {logs_url_path: /v1/traces}}} | protocols.http.traces_url_path:"
            + " \"/v1/traces\" is another signal's path too (expected: one path each)",
      })
  void saysWhatIsWrong(String text, String message) throws IOException {
    assertThat(load("receivers: {otlp: " + text + "}").errors())
        .extracting(problem -> problem.path() + ": " + problem.message())
        .containsExactly("receivers.otlp." + message);
  }

  @Test
  void refusesWhatItLacks() throws IOException {
    assertThat(
            load("receivers: {otlp: {protocols: {grpc: {auth: {authenticator: x}, middlewares:"
                    + " [{id: y}]}}}}")
                .errors())
        .extracting(Problem::path)
        .containsExactlyInAnyOrder(
            "receivers.otlp.protocols.grpc.auth", "receivers.otlp.protocols.grpc.middlewares");
  }

  @Test
  void acceptsKeysThatOnlyTuneWithAWarning() throws IOException {
    LoadResult result =
        load(
            "receivers: {otlp: {protocols: {grpc: {read_buffer_size: 1024}, http: {write_timeout:"
                + " 5s}}}}");

    assertThat(result.errors()).isEmpty();
    assertThat(result.warnings()).hasSize(2);
  }

  @Test
  void warnsOfLimitsAboveWhatThereIsMemoryFor() throws IOException {
    LoadResult result =
        load(
            """
            receivers:
              otlp:
                protocols:
                  grpc: {max_recv_msg_size_mib: 1024}
                  http: {max_request_body_size: 1GiB}
            """);
    assertThat(result.errors()).isEmpty();
    String refused =
        "messages above "
            + Runtime.getRuntime().maxMemory() / 6
            + " bytes are refused: more than a sixth of the heap (expected: at most that, or a"
            + " larger --memory)";
    String file = directory.resolve("config.yaml").toString();
    assertThat(result.warnings())
        .extracting(Problem::toString)
        .containsExactly(
            file + ":4:37 receivers.otlp.protocols.grpc.max_recv_msg_size_mib: " + refused,
            file + ":5:37 receivers.otlp.protocols.http.max_request_body_size: " + refused);
  }

  private OtlpReceiverConfig config(String receivers) throws IOException {
    LoadResult result = load(receivers);
    assertThat(result.errors()).isEmpty();
    Configured configured =
        result.config().orElseThrow().receivers().get(ComponentId.parse("otlp"));
    return (OtlpReceiverConfig) Objects.requireNonNull(configured).config();
  }

  private LoadResult load(String receivers) throws IOException {
    Path file = directory.resolve("config.yaml");
    Files.writeString(file, receivers + "\n" + REST);
    Components components = Components.of(List.of(new OtlpReceiverPlugin(), new Nothing()));
    return new ConfigLoader(components).load(LoadRequest.of(file.toString()));
  }

  /** An exporter without keys, so that there is a pipeline. */
  private static final class Nothing implements Plugin {
    @Override
    public String name() {
      return "nothing";
    }

    @Override
    public List<ExporterFactory<?>> exporters() {
      return List.of(new NothingFactory());
    }
  }

  private record NothingConfig() {}

  private static final class NothingFactory implements ExporterFactory<NothingConfig> {
    @Override
    public String type() {
      return "nothing";
    }

    @Override
    public Stability stability() {
      return Stability.DEVELOPMENT;
    }

    @Override
    public Class<NothingConfig> configType() {
      return NothingConfig.class;
    }

    @Override
    public Set<Signal> signals() {
      return Set.of(Signal.values());
    }

    @Override
    public Exporter create(ComponentContext context, NothingConfig config) {
      throw new UnsupportedOperationException("only configured");
    }
  }
}
