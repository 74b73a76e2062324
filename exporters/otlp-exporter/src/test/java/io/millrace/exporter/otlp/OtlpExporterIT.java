package io.millrace.exporter.otlp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.Metadata;
import io.grpc.Status;
import io.millrace.api.component.ExportOutcome;
import io.millrace.api.component.Receiver;
import io.millrace.api.component.StartException;
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
import io.millrace.toolkit.grpc.GrpcClientConfig;
import io.millrace.toolkit.grpc.GrpcServerConfig;
import io.millrace.toolkit.otlp.ExportResponse;
import io.millrace.toolkit.otlp.OtlpService;
import io.millrace.toolkit.otlp.RpcStatus;
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

/** The exporter against the product's own receiver and against a server that answers as told. */
@Timeout(180)
class OtlpExporterIT {
  private static final GrpcClientConfig PLAIN =
      GrpcClientConfig.standard().withTls(TlsClientConfig.plaintext());
  private static final RequestContext REQUEST = RequestContext.local(0);
  private static final Batch LOGS = TestTelemetry.logs(List.of("a", "b", "c"));

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
    for (Compression compression : List.of(Compression.NONE, Compression.GZIP, Compression.ZSTD)) {
      RecordingOutputs outputs = RecordingOutputs.forSignals(Signal.values());
      String endpoint = receiver(GrpcServerConfig.standard(), outputs);
      OtlpExporter exporter =
          exporter(OtlpExporterConfig.of(endpoint, PLAIN.withCompression(compression)));
      Batch batch = TestTelemetry.batch(signal, TestTelemetry.ids("x", 1000));

      assertThat(exporter.export(batch, REQUEST)).isEqualTo(ExportOutcome.ACCEPTED);

      assertThat(outputs.consumer(signal).batches().getFirst().toBytes())
          .isEqualTo(batch.toBytes());
    }
  }

  @Test
  void speaksTlsWithClientCertificates() throws Exception {
    TestCertificates certificates = TestCertificates.create(directory.resolve("tls"));
    TlsConfig serverKey =
        TlsConfig.standard()
            .withKeyPair(certificates.serverCertificatePem(), certificates.serverKeyPem());
    String endpoint =
        receiver(
            GrpcServerConfig.standard()
                .withTls(TlsServerConfig.of(serverKey).withClientCa(certificates.authorityPem())),
            RecordingOutputs.forSignals(Signal.LOGS));
    TlsConfig trust = TlsConfig.standard().withCa(certificates.authorityPem());
    TlsConfig both =
        trust.withKeyPair(certificates.clientCertificatePem(), certificates.clientKeyPem());

    assertThat(export(endpoint, TlsClientConfig.of(both))).isEqualTo(ExportOutcome.ACCEPTED);
    assertThat(export("https://" + endpoint, new TlsClientConfig(both, true, false, "")))
        .isEqualTo(ExportOutcome.ACCEPTED);
    assertThat(export(endpoint, new TlsClientConfig(both, false, false, "localhost")))
        .isEqualTo(ExportOutcome.ACCEPTED);
    assertThat(export(endpoint, new TlsClientConfig(both, false, false, "other.test")))
        .isInstanceOf(ExportOutcome.Retry.class);
    assertThat(export(endpoint, TlsClientConfig.of(trust))).isInstanceOf(ExportOutcome.Retry.class);
    assertThat(export(endpoint, TlsClientConfig.standard()))
        .isInstanceOf(ExportOutcome.Retry.class);
    assertThat(export(endpoint, TlsClientConfig.plaintext()))
        .isInstanceOf(ExportOutcome.Retry.class);
  }

  @Test
  void saysWhatTheReceiverRefuses() throws Exception {
    RecordingOutputs outputs = RecordingOutputs.forSignals(Signal.LOGS);
    OtlpExporter exporter =
        exporter(OtlpExporterConfig.of(receiver(GrpcServerConfig.standard(), outputs), PLAIN));
    outputs.logs().refuseNext(1);
    outputs.logs().rejectNext(1);

    assertThat(exporter.export(LOGS, REQUEST))
        .isEqualTo(
            new ExportOutcome.Retry(
                "UNAVAILABLE: refused by the test", Duration.ofSeconds(1), "UNAVAILABLE"));
    assertThat(exporter.export(LOGS, REQUEST))
        .isEqualTo(
            new ExportOutcome.Rejected(
                "INVALID_ARGUMENT: rejected by the test", "INVALID_ARGUMENT", true));
    assertThat(exporter.export(TestTelemetry.batch(Signal.TRACES, List.of("t")), REQUEST))
        .isInstanceOf(ExportOutcome.Retry.class);
  }

  @ParameterizedTest
  @EnumSource(names = {"NONE", "GZIP", "ZSTD"})
  void saysThatABatchIsTooLarge(Compression compression) throws Exception {
    String endpoint =
        receiver(
            GrpcServerConfig.standard().withMaxRecvMsgSizeMib(1),
            RecordingOutputs.forSignals(Signal.LOGS));
    OtlpExporter exporter =
        exporter(OtlpExporterConfig.of(endpoint, PLAIN.withCompression(compression)));

    assertThat(exporter.export(TestTelemetry.logs(List.of("x".repeat(2 << 20))), REQUEST))
        .isInstanceOf(ExportOutcome.TooLarge.class);
    assertThat(exporter.export(LOGS, REQUEST)).isEqualTo(ExportOutcome.ACCEPTED);
  }

  @Test
  void triesAgainWhereNobodyListens() throws Exception {
    OtlpExporter exporter =
        exporter(OtlpExporterConfig.of("localhost:" + LoopbackPorts.free(), PLAIN));

    ExportOutcome outcome = exporter.export(LOGS, REQUEST);

    assertThat(outcome).isInstanceOf(ExportOutcome.Retry.class);
    assertThat(outcome.toString()).contains("UNAVAILABLE").contains("Connection refused");
  }

  @Test
  void saysWhoItIsAndWhatItWasToldToSay() throws Exception {
    ScriptedServer server = server();
    GrpcClientConfig client =
        PLAIN.withHeaders(Map.of("Authorization", new Secret("Bearer geheim")));
    OtlpExporter exporter = exporter(OtlpExporterConfig.of(server.endpoint(), client));

    exporter.export(LOGS, REQUEST);

    ScriptedServer.Call call = server.calls().element();
    assertThat(call.method()).isEqualTo(OtlpService.LOGS.grpcMethod());
    assertThat(call.message()).isEqualTo(LOGS.toBytes());
    assertThat(header(call, "authorization")).isEqualTo("Bearer geheim");
    assertThat(header(call, "user-agent")).matches("Millrace/\\d.* grpc-java-netty/.*");
    assertThat(header(call, "grpc-encoding")).isEqualTo("gzip");
  }

  @Test
  void tellsTheServerItsDeadlineAndKeepsItItself() throws Exception {
    ScriptedServer server = server();
    server.keepSilent();
    OtlpExporter exporter =
        exporter(
            OtlpExporterConfig.of(server.endpoint(), PLAIN).withTimeout(Duration.ofMillis(500)));

    ExportOutcome outcome = exporter.export(LOGS, REQUEST);

    assertThat(outcome).isInstanceOf(ExportOutcome.Retry.class);
    assertThat(outcome.toString()).contains("DEADLINE_EXCEEDED");
    assertThat(server.calls().element().deadline()).isNotNull();
  }

  @Test
  void canBeInterrupted() throws Exception {
    ScriptedServer server = server();
    server.keepSilent();
    OtlpExporter exporter =
        exporter(OtlpExporterConfig.of(server.endpoint(), PLAIN).withTimeout(Duration.ZERO));
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
    while (server.calls().isEmpty()) {
      TimeUnit.MILLISECONDS.sleep(2);
    }

    exporting.interrupt();

    assertThat(interrupted.get(20, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void putsAPartlyTakenBatchAside() throws Exception {
    ScriptedServer server = server();
    TestContext context = TestContext.of("otlp", directory);
    OtlpExporter exporter = exporter(context, OtlpExporterConfig.of(server.endpoint(), PLAIN));
    server.answer(new ExportResponse(2, "too old").toProtobuf());

    assertThat(exporter.export(LOGS, REQUEST)).isEqualTo(ExportOutcome.ACCEPTED);

    assertThat(context.deadLetters().letters())
        .singleElement()
        .satisfies(
            letter -> {
              assertThat(letter.batch()).isSameAs(LOGS);
              assertThat(letter.reason())
                  .isEqualTo("Partial success: 2 of 3 items rejected, unknown which: too old");
            });
    assertThat(context.meter().count("exporter_partially_rejected_items")).isEqualTo(2);
  }

  @Test
  void rejectsABatchOfWhichNothingWasTaken() throws Exception {
    ScriptedServer server = server();
    OtlpExporter exporter = exporter(OtlpExporterConfig.of(server.endpoint(), PLAIN));
    server.answer(new ExportResponse(3, "").toProtobuf());

    assertThat(exporter.export(LOGS, REQUEST))
        .isEqualTo(
            new ExportOutcome.Rejected("Partial success: 3 of 3 items rejected, unknown which"));
  }

  @Test
  void triesAgainWhatItCannotPutAside() throws Exception {
    ScriptedServer server = server();
    TestContext context = TestContext.of("otlp", directory);
    OtlpExporter exporter = exporter(context, OtlpExporterConfig.of(server.endpoint(), PLAIN));
    context.deadLetters().failNext(1);
    server.answer(new ExportResponse(1, "").toProtobuf());

    assertThat(exporter.export(LOGS, REQUEST)).isInstanceOf(ExportOutcome.Retry.class);
  }

  @Test
  void takesWarningsAndDamagedAnswersForSuccess() throws Exception {
    ScriptedServer server = server();
    TestContext context = TestContext.of("otlp", directory);
    OtlpExporter exporter = exporter(context, OtlpExporterConfig.of(server.endpoint(), PLAIN));
    server.answer(new ExportResponse(0, "slow down").toProtobuf());
    server.answer(new byte[] {(byte) 0xff});

    assertThat(exporter.export(LOGS, REQUEST)).isEqualTo(ExportOutcome.ACCEPTED);
    assertThat(exporter.export(LOGS, REQUEST)).isEqualTo(ExportOutcome.ACCEPTED);
    assertThat(context.deadLetters().letters()).isEmpty();
  }

  @Test
  void readsTheServersWishOffTheWire() throws Exception {
    ScriptedServer server = server();
    OtlpExporter exporter = exporter(OtlpExporterConfig.of(server.endpoint(), PLAIN));
    Metadata trailers = new Metadata();
    trailers.put(
        GrpcOutcomes.STATUS_DETAILS, new RpcStatus(8, "slow", Duration.ofSeconds(4)).toProtobuf());
    server.answer(Status.RESOURCE_EXHAUSTED.withDescription("slow"), trailers);
    server.answer(Status.UNAUTHENTICATED.withDescription("who?"), new Metadata());

    assertThat(exporter.export(LOGS, REQUEST))
        .isEqualTo(
            new ExportOutcome.Retry(
                "RESOURCE_EXHAUSTED: slow", Duration.ofSeconds(4), "RESOURCE_EXHAUSTED"));
    assertThat(exporter.export(LOGS, REQUEST))
        .isEqualTo(new ExportOutcome.Retry("UNAUTHENTICATED: who?", null, "UNAUTHENTICATED"));
  }

  @Test
  void namesTheKeyFileThatItCannotRead() {
    Path missing = directory.resolve("ca.pem");
    TlsClientConfig tls = TlsClientConfig.of(TlsConfig.standard().withCa(missing));

    assertThatThrownBy(() -> exporter(OtlpExporterConfig.of("localhost:1", PLAIN.withTls(tls))))
        .isInstanceOf(StartException.class)
        .hasMessageStartingWith("tls.ca_file: " + missing);
  }

  @Test
  void stopsWithoutAStartAndTwice() throws Exception {
    OtlpExporter exporter =
        new OtlpExporter(
            TestContext.of("otlp", directory), OtlpExporterConfig.of("localhost:1", PLAIN));
    exporter.stop();
    exporter.start();
    exporter.stop();
    exporter.stop();

    assertThat(exporter.export(LOGS, REQUEST)).isInstanceOf(ExportOutcome.Retry.class);
  }

  private ExportOutcome export(String endpoint, TlsClientConfig tls) throws Exception {
    return exporter(OtlpExporterConfig.of(endpoint, PLAIN.withTls(tls))).export(LOGS, REQUEST);
  }

  private OtlpExporter exporter(OtlpExporterConfig config) throws StartException {
    return exporter(TestContext.of("otlp", directory), config);
  }

  private OtlpExporter exporter(TestContext context, OtlpExporterConfig config)
      throws StartException {
    OtlpExporter exporter = new OtlpExporter(context, config);
    exporter.start();
    opened.add(exporter::stop);
    return exporter;
  }

  private ScriptedServer server() throws Exception {
    ScriptedServer server = new ScriptedServer();
    opened.add(server);
    return server;
  }

  /** Starts the product's receiver; returns where it listens. */
  private String receiver(GrpcServerConfig config, RecordingOutputs outputs) throws Exception {
    Endpoint endpoint = new Endpoint("localhost", LoopbackPorts.free());
    OtlpReceiverFactory factory = new OtlpReceiverFactory();
    Receiver receiver =
        factory.create(
            TestContext.of("otlp", directory),
            OtlpReceiverConfig.of(new OtlpReceiverConfig.Grpc(endpoint, config), null),
            outputs);
    receiver.start();
    opened.add(receiver::stop);
    return endpoint.toString();
  }

  private static String header(ScriptedServer.Call call, String name) {
    String value = call.headers().get(Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER));
    return value == null ? "" : value;
  }
}
