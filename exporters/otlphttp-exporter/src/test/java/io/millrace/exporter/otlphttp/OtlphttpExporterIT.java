package io.millrace.exporter.otlphttp;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.api.component.ExportOutcome;
import io.millrace.api.component.Receiver;
import io.millrace.api.component.StartException;
import io.millrace.api.config.DataSize;
import io.millrace.api.config.Endpoint;
import io.millrace.api.config.Secret;
import io.millrace.api.pipeline.RequestContext;
import io.millrace.api.telemetry.Batch;
import io.millrace.api.telemetry.Signal;
import io.millrace.receiver.otlp.OtlpReceiverConfig;
import io.millrace.receiver.otlp.OtlpReceiverFactory;
import io.millrace.testkit.RecordingOutputs;
import io.millrace.testkit.TestCertificates;
import io.millrace.testkit.TestContext;
import io.millrace.testkit.TestTelemetry;
import io.millrace.testkit.server.LoopbackPorts;
import io.millrace.toolkit.compression.Compression;
import io.millrace.toolkit.http.HttpClientConfig;
import io.millrace.toolkit.http.HttpServerConfig;
import io.millrace.toolkit.otlp.ExportResponse;
import io.millrace.toolkit.tls.TlsClientConfig;
import io.millrace.toolkit.tls.TlsConfig;
import io.millrace.toolkit.tls.TlsServerConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The exporter against the product's own receiver and against Java's HTTP server. */
@Timeout(180)
class OtlphttpExporterIT {
  private static final HttpClientConfig STANDARD = HttpClientConfig.standard();
  private static final RequestContext REQUEST = RequestContext.local(0);
  private static final Batch LOGS = TestTelemetry.logs(List.of("a", "b", "c"));
  private static final Map<String, String> PROTOBUF =
      Map.of("Content-Type", "application/x-protobuf");

  @TempDir Path directory;
  private final List<AutoCloseable> opened = new ArrayList<>();

  @AfterEach
  void closeEverything() throws Exception {
    for (AutoCloseable closeable : opened.reversed()) {
      closeable.close();
    }
  }

  @ParameterizedTest
  @EnumSource
  void sendsEverySignalToTheReceiver(Signal signal) throws Exception {
    for (Compression compression :
        List.of(
            Compression.NONE,
            Compression.GZIP,
            Compression.ZSTD,
            Compression.ZLIB,
            Compression.DEFLATE)) {
      RecordingOutputs outputs = RecordingOutputs.forSignals(Signal.values());
      String endpoint = receiver(HttpServerConfig.standard(), outputs);
      OtlphttpExporter exporter =
          exporter(OtlphttpExporterConfig.of(endpoint, STANDARD.withCompression(compression)));
      Batch batch = TestTelemetry.batch(signal, TestTelemetry.ids("x", 1000));

      assertThat(exporter.export(batch, REQUEST)).isEqualTo(ExportOutcome.ACCEPTED);

      assertThat(outputs.consumer(signal).batches().getFirst().toBytes())
          .isEqualTo(batch.toBytes());
    }
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "PROFILES")
  void sendsEverySignalAsJson(Signal signal) throws Exception {
    RecordingOutputs outputs = RecordingOutputs.forSignals(Signal.values());
    OtlphttpExporter exporter =
        exporter(
            OtlphttpExporterConfig.of(receiver(HttpServerConfig.standard(), outputs), STANDARD)
                .withEncoding(OtlphttpExporterConfig.Encoding.JSON));
    Batch batch = TestTelemetry.batch(signal, TestTelemetry.ids("x", 100));

    assertThat(exporter.export(batch, REQUEST)).isEqualTo(ExportOutcome.ACCEPTED);

    assertThat(TestTelemetry.ids(outputs.consumer(signal).batches().getFirst()))
        .isEqualTo(TestTelemetry.ids("x", 100));
  }

  @Test
  void speaksTlsWithClientCertificates() throws Exception {
    TestCertificates certificates = TestCertificates.create(directory.resolve("tls"));
    TlsConfig serverKey =
        TlsConfig.standard()
            .withKeyPair(certificates.serverCertificatePem(), certificates.serverKeyPem());
    String endpoint =
        receiver(
                HttpServerConfig.standard()
                    .withTls(
                        TlsServerConfig.of(serverKey).withClientCa(certificates.authorityPem())),
                RecordingOutputs.forSignals(Signal.LOGS))
            .replace("http:", "https:");
    TlsConfig trust = TlsConfig.standard().withCa(certificates.authorityPem());
    TlsConfig both =
        trust.withKeyPair(certificates.clientCertificatePem(), certificates.clientKeyPem());

    assertThat(export(endpoint, TlsClientConfig.of(both))).isEqualTo(ExportOutcome.ACCEPTED);
    assertThat(export(endpoint.replace("localhost", "127.0.0.1"), TlsClientConfig.of(both)))
        .isEqualTo(ExportOutcome.ACCEPTED);
    assertThat(export(endpoint, TlsClientConfig.of(trust))).isInstanceOf(ExportOutcome.Retry.class);
    assertThat(export(endpoint, TlsClientConfig.standard()))
        .isInstanceOf(ExportOutcome.Retry.class);
  }

  @Test
  void saysWhatTheReceiverRefuses() throws Exception {
    RecordingOutputs outputs = RecordingOutputs.forSignals(Signal.LOGS);
    OtlphttpExporter exporter =
        exporter(
            OtlphttpExporterConfig.of(receiver(HttpServerConfig.standard(), outputs), STANDARD));
    outputs.logs().refuseNext(1);
    outputs.logs().rejectNext(1);

    assertThat(exporter.export(LOGS, REQUEST))
        .isEqualTo(
            new ExportOutcome.Retry("HTTP 503: refused by the test", Duration.ofSeconds(1), "503"));
    assertThat(exporter.export(LOGS, REQUEST))
        .isEqualTo(new ExportOutcome.Rejected("HTTP 400: rejected by the test", "400", true));
    assertThat(exporter.export(TestTelemetry.batch(Signal.TRACES, List.of("t")), REQUEST))
        .isEqualTo(new ExportOutcome.Retry("HTTP 404: No such path: /v1/traces", null, "404"));
  }

  @Test
  void saysThatABatchIsTooLarge() throws Exception {
    String endpoint =
        receiver(
            HttpServerConfig.standard().withMaxRequestBodySize(DataSize.ofBytes(10_000)),
            RecordingOutputs.forSignals(Signal.LOGS));
    Batch large = TestTelemetry.logs(TestTelemetry.ids("large", 1000));
    for (Compression compression : List.of(Compression.NONE, Compression.GZIP)) {
      OtlphttpExporter exporter =
          exporter(OtlphttpExporterConfig.of(endpoint, STANDARD.withCompression(compression)));

      assertThat(exporter.export(large, REQUEST)).isInstanceOf(ExportOutcome.TooLarge.class);
      assertThat(exporter.export(LOGS, REQUEST)).isEqualTo(ExportOutcome.ACCEPTED);
    }
  }

  @Test
  void triesAgainWhereNobodyListens() throws Exception {
    String endpoint = "http://localhost:" + LoopbackPorts.free();
    OtlphttpExporter exporter = exporter(OtlphttpExporterConfig.of(endpoint, STANDARD));

    ExportOutcome outcome = exporter.export(LOGS, REQUEST);

    assertThat(outcome).isInstanceOf(ExportOutcome.Retry.class);
    assertThat(outcome.toString()).contains(endpoint + "/v1/logs: ConnectException");
  }

  @Test
  void saysWhoItIsAndWhatItWasToldToSay() throws Exception {
    ScriptedServer server = server();
    HttpClientConfig client =
        STANDARD.withHeaders(Map.of("Authorization", new Secret("Bearer geheim")));
    OtlphttpExporter exporter = exporter(OtlphttpExporterConfig.of(server.endpoint(), client));

    assertThat(exporter.export(LOGS, REQUEST)).isEqualTo(ExportOutcome.ACCEPTED);

    ScriptedServer.Request request = server.requests().element();
    assertThat(request.method()).isEqualTo("POST");
    assertThat(request.path()).isEqualTo("/v1/logs");
    assertThat(request.headers().getFirst("Authorization")).isEqualTo("Bearer geheim");
    assertThat(request.headers().getFirst("User-Agent")).matches("Millrace/\\d.*");
    assertThat(request.headers().getFirst("Content-Type")).isEqualTo("application/x-protobuf");
    assertThat(request.headers().getFirst("Content-Encoding")).isEqualTo("gzip");
    assertThat(request.headers().containsKey("Upgrade")).isFalse();
    assertThat(Compression.GZIP.decompress(request.body(), 1 << 20)).isEqualTo(LOGS.toBytes());
  }

  @Test
  void canBeInterrupted() throws Exception {
    ScriptedServer server = server();
    server.keepSilent();
    OtlphttpExporter exporter = exporter(OtlphttpExporterConfig.of(server.endpoint(), STANDARD));
    CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
    Thread exporting =
        Thread.ofVirtual()
            .start(
                () -> {
                  try {
                    exporter.export(LOGS, REQUEST);
                    interrupted.complete(false);
                  } catch (InterruptedException e) {
                    interrupted.complete(true);
                  }
                });
    while (server.requests().isEmpty()) {
      TimeUnit.MILLISECONDS.sleep(2);
    }

    exporting.interrupt();

    assertThat(interrupted.get(20, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void putsAPartlyTakenBatchAside() throws Exception {
    ScriptedServer server = server();
    TestContext context = TestContext.of("otlphttp", directory);
    OtlphttpExporter exporter =
        exporter(context, OtlphttpExporterConfig.of(server.endpoint(), STANDARD));
    server.answer(200, PROTOBUF, new ExportResponse(2, "too old").toProtobuf());
    server.answer(
        200,
        Map.of("Content-Type", "application/json"),
        "{\"partialSuccess\":{\"rejectedLogRecords\":\"1\"}}".getBytes(UTF_8));

    assertThat(exporter.export(LOGS, REQUEST)).isEqualTo(ExportOutcome.ACCEPTED);
    assertThat(exporter.export(LOGS, REQUEST)).isEqualTo(ExportOutcome.ACCEPTED);

    assertThat(context.deadLetters().letters())
        .extracting(letter -> letter.reason())
        .containsExactly(
            "Partial success: 2 of 3 items rejected, unknown which: too old",
            "Partial success: 1 of 3 items rejected, unknown which");
    assertThat(context.meter().count("exporter_partially_rejected_items")).isEqualTo(3);
  }

  @Test
  void takesDamagedAnswersForSuccess() throws Exception {
    ScriptedServer server = server();
    OtlphttpExporter exporter = exporter(OtlphttpExporterConfig.of(server.endpoint(), STANDARD));
    server.answer(200, PROTOBUF, new byte[] {(byte) 0xff});
    server.answer(202, Map.of("Content-Type", "text/html"), "<html>".getBytes(UTF_8));

    assertThat(exporter.export(LOGS, REQUEST)).isEqualTo(ExportOutcome.ACCEPTED);
    assertThat(exporter.export(LOGS, REQUEST)).isEqualTo(ExportOutcome.ACCEPTED);
  }

  @Test
  void readsTheServersWishOffTheWire() throws Exception {
    ScriptedServer server = server();
    OtlphttpExporter exporter = exporter(OtlphttpExporterConfig.of(server.endpoint(), STANDARD));
    server.answer(
        429, Map.of("Retry-After", "11", "Content-Type", "text/plain"), "slow".getBytes(UTF_8));
    server.answer(401, Map.of(), new byte[0]);
    server.answer(307, Map.of("Location", "http://elsewhere.test/"), new byte[0]);

    assertThat(exporter.export(LOGS, REQUEST))
        .isEqualTo(new ExportOutcome.Retry("HTTP 429: slow", Duration.ofSeconds(11), "429"));
    assertThat(exporter.export(LOGS, REQUEST))
        .isEqualTo(new ExportOutcome.Retry("HTTP 401", null, "401"));
    assertThat(exporter.export(LOGS, REQUEST))
        .isEqualTo(
            new ExportOutcome.Retry(
                "HTTP 307 to http://elsewhere.test/, which is not followed", null, "307"));
  }

  @Test
  void stopsWithoutAStartAndTwice() throws Exception {
    OtlphttpExporter exporter =
        new OtlphttpExporter(
            TestContext.of("otlphttp", directory),
            OtlphttpExporterConfig.of("http://localhost:1", STANDARD));
    exporter.stop();
    exporter.start();
    exporter.stop();
    exporter.stop();

    assertThat(exporter.export(LOGS, REQUEST)).isInstanceOf(ExportOutcome.Retry.class);
  }

  private ExportOutcome export(String endpoint, TlsClientConfig tls) throws Exception {
    return exporter(OtlphttpExporterConfig.of(endpoint, STANDARD.withTls(tls)))
        .export(LOGS, REQUEST);
  }

  private OtlphttpExporter exporter(OtlphttpExporterConfig config) throws StartException {
    return exporter(TestContext.of("otlphttp", directory), config);
  }

  private OtlphttpExporter exporter(TestContext context, OtlphttpExporterConfig config)
      throws StartException {
    OtlphttpExporter exporter = new OtlphttpExporter(context, config);
    exporter.start();
    opened.add(exporter::stop);
    return exporter;
  }

  private ScriptedServer server() throws Exception {
    ScriptedServer server = new ScriptedServer();
    opened.add(server);
    return server;
  }

  /** Starts the product's receiver; returns its URL. */
  private String receiver(HttpServerConfig config, RecordingOutputs outputs) throws Exception {
    Endpoint endpoint = new Endpoint("localhost", LoopbackPorts.free());
    Receiver receiver =
        new OtlpReceiverFactory()
            .create(
                TestContext.of("otlp", directory),
                OtlpReceiverConfig.of(null, OtlpReceiverConfig.Http.of(endpoint, config)),
                outputs);
    receiver.start();
    opened.add(receiver::stop);
    return "http://" + endpoint;
  }
}
