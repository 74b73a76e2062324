package io.millrace.receiver.otlp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.netty.GrpcSslContexts;
import io.millrace.api.component.Acknowledge;
import io.millrace.api.component.StartException;
import io.millrace.api.config.DataSize;
import io.millrace.api.config.Endpoint;
import io.millrace.api.pipeline.Outcome;
import io.millrace.api.pipeline.Parcel;
import io.millrace.api.telemetry.Batch;
import io.millrace.api.telemetry.Signal;
import io.millrace.testkit.TestCertificates;
import io.millrace.testkit.TestTelemetry;
import io.millrace.testkit.server.LoopbackPorts;
import io.millrace.toolkit.grpc.GrpcServerConfig;
import io.millrace.toolkit.net.EventLoops;
import io.millrace.toolkit.otlp.OtlpService;
import io.millrace.toolkit.otlp.RpcStatus;
import io.millrace.toolkit.tls.TlsConfig;
import io.millrace.toolkit.tls.TlsServerConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The receiver against a client of bare gRPC. */
@Timeout(180)
class GrpcExportIT {
  private static final String EXPORT_LOGS = OtlpService.LOGS.grpcMethod();
  private static final byte[] LOGS = TestTelemetry.logs(List.of("a", "b")).toBytes();

  @TempDir Path directory;

  @ParameterizedTest
  @EnumSource
  void handsEverySignalOver(Signal signal) throws Exception {
    List<String> ids = TestTelemetry.ids("g", 100);
    Batch sent = TestTelemetry.batch(signal, ids);
    try (ReceiverFixture receiver = start();
        GrpcClient client = GrpcClient.plaintext(receiver.grpcPort())) {
      byte[] answer = get(client.call(OtlpService.of(signal).grpcMethod(), sent.toBytes()));

      assertThat(answer).isEmpty();
      Parcel parcel = receiver.consumer(signal).parcels().getFirst();
      assertThat(TestTelemetry.ids(parcel.batch())).isEqualTo(ids);
      assertThat(parcel.batch().toBytes()).isEqualTo(sent.toBytes());
      assertThat(parcel.batch().origins().size()).isEqualTo(100);
      assertThat(parcel.delivery().replayable()).isFalse();
      assertThat(parcel.context().peer()).startsWith("127.0.0.1:");
      assertThat(parcel.context().metadata()).isEmpty();
    }
  }

  @Test
  void numbersItemsThroughoutAllRequests() throws Exception {
    try (ReceiverFixture receiver = start();
        GrpcClient client = GrpcClient.plaintext(receiver.grpcPort())) {
      get(client.call(EXPORT_LOGS, LOGS));
      get(client.call(EXPORT_LOGS, LOGS));

      List<Batch> batches = receiver.logs().batches();
      assertThat(batches.get(0).origins().start(1)).isEqualTo(1);
      assertThat(batches.get(1).origins().start(0)).isEqualTo(2);
      assertThat(batches.get(1).origins().stream(0)).isEqualTo(batches.get(0).origins().stream(0));
    }
  }

  @Test
  void passesHeadersOnWhereAsked() throws Exception {
    GrpcServerConfig server = GrpcServerConfig.standard().withIncludeMetadata(true);
    try (ReceiverFixture receiver = ReceiverFixture.start(grpc(server), directory);
        GrpcClient client = GrpcClient.plaintext(receiver.grpcPort()).header("x-tenant", "acme")) {
      get(client.call(EXPORT_LOGS, LOGS));

      assertThat(receiver.logs().parcels().getFirst().context().metadata())
          .containsEntry("x-tenant", List.of("acme"));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"gzip", "zstd"})
  void unfoldsCompressedMessages(String encoding) throws Exception {
    try (ReceiverFixture receiver = start();
        GrpcClient client = GrpcClient.plaintext(receiver.grpcPort()).compressing(encoding)) {
      get(client.call(EXPORT_LOGS, LOGS));

      assertThat(receiver.logs().deliveredBodies()).containsExactly("a", "b");
    }
  }

  @Test
  void answersOnlyOnceTheTelemetryIsDelivered() throws Exception {
    try (ReceiverFixture receiver = start();
        GrpcClient client = GrpcClient.plaintext(receiver.grpcPort())) {
      receiver.logs().hold();
      CompletableFuture<byte[]> first = client.call(EXPORT_LOGS, LOGS);
      CompletableFuture<byte[]> second = client.call(EXPORT_LOGS, LOGS);
      receiver.logs().awaitParcels(2);
      assertThat(first).isNotDone();

      receiver.logs().release(Outcome.DELIVERED);

      assertThat(get(first)).isEmpty();
      assertThat(get(second)).isEmpty();
    }
  }

  @Test
  void answersEmptyRequests() throws Exception {
    try (ReceiverFixture receiver = start();
        GrpcClient client = GrpcClient.plaintext(receiver.grpcPort())) {
      assertThat(get(client.call(EXPORT_LOGS, new byte[0]))).isEmpty();
      assertThat(get(client.call(EXPORT_LOGS, new byte[] {10, 0}))).isEmpty();
      assertThat(receiver.logs().parcels()).isEmpty();
    }
  }

  @Test
  void asksForAnotherTryWhenRefused() throws Exception {
    try (ReceiverFixture receiver = start();
        GrpcClient client = GrpcClient.plaintext(receiver.grpcPort())) {
      receiver.logs().next(1, new Outcome.Refused("Full.", Duration.ofSeconds(7)));

      StatusException failure = failure(client.call(EXPORT_LOGS, LOGS));

      assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
      assertThat(failure.getStatus().getDescription()).isEqualTo("Full.");
      assertThat(retryDelay(failure)).isEqualTo(Duration.ofSeconds(7));
      assertThat(receiver.refused("grpc", "refused")).isEqualTo(1);
    }
  }

  @Test
  void asksForAnotherTryWhenStopped() throws Exception {
    try (ReceiverFixture receiver = start();
        GrpcClient client = GrpcClient.plaintext(receiver.grpcPort())) {
      receiver.logs().next(1, Outcome.STOPPED);

      StatusException failure = failure(client.call(EXPORT_LOGS, LOGS));

      assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
      assertThat(retryDelay(failure)).isEqualTo(Duration.ofSeconds(1));
    }
  }

  @Test
  void asksForNoOtherTryWhenRejected() throws Exception {
    try (ReceiverFixture receiver = start();
        GrpcClient client = GrpcClient.plaintext(receiver.grpcPort())) {
      receiver.logs().rejectNext(1);

      StatusException failure = failure(client.call(EXPORT_LOGS, LOGS));

      assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
      assertThat(failure.getStatus().getDescription()).isEqualTo("rejected by the test");
      assertThat(receiver.refused("grpc", "rejected")).isEqualTo(1);
    }
  }

  @Test
  void answersBeforeTheClientsDeadlineAndCountsWhatArrivesLater() throws Exception {
    try (ReceiverFixture receiver = start();
        GrpcClient client =
            GrpcClient.plaintext(receiver.grpcPort()).deadline(Duration.ofSeconds(5))) {
      receiver.logs().hold();

      StatusException failure = failure(client.call(EXPORT_LOGS, LOGS));

      assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
      assertThat(retryDelay(failure)).isNotNull();
      assertThat(receiver.refused("grpc", "deadline")).isEqualTo(1);
      assertThat(receiver.count("receiver_late_deliveries")).isZero();
      receiver.logs().release(Outcome.DELIVERED);
      assertThat(receiver.count("receiver_late_deliveries")).isEqualTo(1);
    }
  }

  @Test
  void withdrawsWhatWaitsForAdmissionWhenTheTimeIsOver() throws Exception {
    OtlpReceiverConfig config = ReceiverFixture.config().withAnswerTimeout(Duration.ofMillis(300));
    try (ReceiverFixture receiver = ReceiverFixture.start(config, directory);
        GrpcClient client = GrpcClient.plaintext(receiver.grpcPort())) {
      receiver.logs().block();

      StatusException failure = failure(client.call(EXPORT_LOGS, LOGS));

      assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
      ReceiverFixture.await("withdrawal", () -> receiver.logs().waiting() == 0);
      receiver.logs().unblock();
      assertThat(get(client.call(EXPORT_LOGS, LOGS))).isEmpty();
      assertThat(receiver.logs().parcels()).hasSize(1);
    }
  }

  @Test
  void withdrawsWhatWaitsForAdmissionWhenTheClientGivesUp() throws Exception {
    try (ReceiverFixture receiver = start();
        GrpcClient client = GrpcClient.plaintext(receiver.grpcPort())) {
      receiver.logs().block();
      ClientCall<byte[], byte[]> call = client.open(EXPORT_LOGS);
      call.start(new ClientCall.Listener<>() {}, new Metadata());
      call.sendMessage(LOGS);
      call.halfClose();
      ReceiverFixture.await("admission", () -> receiver.logs().waiting() == 1);

      call.cancel("enough", null);

      ReceiverFixture.await("withdrawal", () -> receiver.logs().waiting() == 0);
      assertThat(receiver.refused("grpc", "cancelled")).isEqualTo(1);
    }
  }

  @Test
  void refusesMessagesThatAreNoTelemetry() throws Exception {
    try (ReceiverFixture receiver = start();
        GrpcClient client = GrpcClient.plaintext(receiver.grpcPort())) {
      byte[] cut = Arrays.copyOf(LOGS, LOGS.length - 1);

      StatusException failure = failure(client.call(EXPORT_LOGS, cut));

      assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
      assertThat(failure.getStatus().getDescription()).startsWith("Malformed request: ");
      assertThat(receiver.refused("grpc", "malformed")).isEqualTo(1);
      assertThat(get(client.call(EXPORT_LOGS, LOGS))).isEmpty();
    }
  }

  @Test
  void refusesAnythingButOneMessage() throws Exception {
    try (ReceiverFixture receiver = start();
        GrpcClient client = GrpcClient.plaintext(receiver.grpcPort())) {
      assertThat(failure(client.call(EXPORT_LOGS)).getStatus().getCode())
          .isNotEqualTo(Status.Code.OK);
      assertThat(failure(client.call(EXPORT_LOGS, LOGS, LOGS)).getStatus().getCode())
          .isNotEqualTo(Status.Code.OK);
      assertThat(receiver.logs().parcels()).isEmpty();
    }
  }

  @Test
  void refusesDamagedCompression() throws Exception {
    try (ReceiverFixture receiver = start();
        GrpcClient client = GrpcClient.plaintext(receiver.grpcPort()).compressing("damaged")) {
      StatusException failure = failure(client.call(EXPORT_LOGS, LOGS));

      assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
      assertThat(failure.getStatus().getDescription()).startsWith("message cannot be decompressed");
      assertThat(receiver.refused("grpc", "malformed")).isEqualTo(1);
    }
  }

  @Test
  void refusesUnknownCompression() throws Exception {
    try (ReceiverFixture receiver = start();
        GrpcClient client = GrpcClient.plaintext(receiver.grpcPort()).compressing("brotli")) {
      StatusException failure = failure(client.call(EXPORT_LOGS, LOGS));

      assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.UNIMPLEMENTED);
      ReceiverFixture.await("count", () -> receiver.refused("grpc", "unknown_path") == 1);
    }
  }

  @Test
  void refusesMessagesThatAreTooLarge() throws Exception {
    GrpcServerConfig server = GrpcServerConfig.standard().withMaxRecvMsgSizeMib(1);
    byte[] large = randomLogs((1 << 20) + 1000);
    try (ReceiverFixture receiver = ReceiverFixture.start(grpc(server), directory);
        GrpcClient client = GrpcClient.plaintext(receiver.grpcPort())) {
      StatusException failure = failure(client.call(EXPORT_LOGS, large));

      assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
      ReceiverFixture.await("count", () -> receiver.refused("grpc", "too_large") == 1);
      assertThat(get(client.call(EXPORT_LOGS, randomLogs(1_000_000)))).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"gzip", "zstd"})
  void refusesBombs(String encoding) throws Exception {
    byte[] bomb = TestTelemetry.logs(List.of("x".repeat(30 << 20))).toBytes();
    try (ReceiverFixture receiver = start();
        GrpcClient client = GrpcClient.plaintext(receiver.grpcPort()).compressing(encoding)) {
      StatusException failure = failure(client.call(EXPORT_LOGS, bomb));

      assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
      ReceiverFixture.await("count", () -> receiver.refused("grpc", "too_large") == 1);
    }
  }

  @Test
  void knowsNoMethodOfSignalsThatNoPipelineTakes() throws Exception {
    try (ReceiverFixture receiver =
            ReceiverFixture.start(ReceiverFixture.config(), directory, Signal.LOGS);
        GrpcClient client = GrpcClient.plaintext(receiver.grpcPort())) {
      StatusException failure = failure(client.call(OtlpService.TRACES.grpcMethod(), new byte[0]));

      assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.UNIMPLEMENTED);
      ReceiverFixture.await("count", () -> receiver.refused("grpc", "unknown_path") == 1);
    }
  }

  @Test
  void refusesWhatExceedsTheBytesThatMayWait() throws Exception {
    OtlpReceiverConfig config =
        ReceiverFixture.config().withMaxWaitingSize(DataSize.ofBytes(3L * LOGS.length));
    try (ReceiverFixture receiver = ReceiverFixture.start(config, directory);
        GrpcClient client = GrpcClient.plaintext(receiver.grpcPort())) {
      receiver.logs().hold();
      List<CompletableFuture<byte[]>> waiting =
          List.of(
              client.call(EXPORT_LOGS, LOGS),
              client.call(EXPORT_LOGS, LOGS),
              client.call(EXPORT_LOGS, LOGS));
      receiver.logs().awaitParcels(3);

      StatusException failure = failure(client.call(EXPORT_LOGS, LOGS));

      assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
      assertThat(retryDelay(failure)).isNotNull();
      assertThat(receiver.refused("grpc", "overloaded")).isEqualTo(1);
      receiver.logs().release(Outcome.DELIVERED);
      for (CompletableFuture<byte[]> call : waiting) {
        get(call);
      }
      assertThat(get(client.call(EXPORT_LOGS, LOGS))).isEmpty();
    }
  }

  @Test
  void keepsCountingWhatIsAnsweredButStillInMemory() throws Exception {
    OtlpReceiverConfig config =
        ReceiverFixture.config()
            .withMaxWaitingSize(DataSize.ofBytes(LOGS.length))
            .withAnswerTimeout(Duration.ofMillis(100));
    try (ReceiverFixture receiver = ReceiverFixture.start(config, directory);
        GrpcClient client = GrpcClient.plaintext(receiver.grpcPort())) {
      receiver.logs().hold();
      failure(client.call(EXPORT_LOGS, LOGS));
      failure(client.call(EXPORT_LOGS, LOGS));

      assertThat(receiver.refused("grpc", "deadline")).isEqualTo(1);
      assertThat(receiver.refused("grpc", "overloaded")).isEqualTo(1);
      receiver.logs().release(Outcome.DELIVERED);
      assertThat(get(client.call(EXPORT_LOGS, LOGS))).isEmpty();
    }
  }

  @Test
  void answersWhatWaitsWhenItStops() throws Exception {
    try (ReceiverFixture receiver = start();
        GrpcClient client = GrpcClient.plaintext(receiver.grpcPort())) {
      receiver.logs().hold();
      CompletableFuture<byte[]> delivered = client.call(EXPORT_LOGS, LOGS);
      CompletableFuture<byte[]> held = client.call(EXPORT_LOGS, LOGS);
      receiver.logs().awaitParcels(2);
      Thread stopping = Thread.ofVirtual().start(receiver::stop);

      receiver.logs().release(0, Outcome.DELIVERED);

      List<CompletableFuture<byte[]>> both = List.of(delivered, held);
      stopping.join();
      long taken = both.stream().filter(f -> !f.isCompletedExceptionally()).count();
      assertThat(taken).isEqualTo(1);
      CompletableFuture<byte[]> other =
          both.stream()
              .filter(CompletableFuture::isCompletedExceptionally)
              .findFirst()
              .orElseThrow();
      assertThat(failure(other).getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
      assertThat(receiver.refused("grpc", "stopping")).isEqualTo(1);
    }
  }

  @Test
  void acknowledgesOnAcceptanceWhereAskedAndCountsWhatIsLostThen() throws Exception {
    OtlpReceiverConfig config = ReceiverFixture.config().withAcknowledge(Acknowledge.ACCEPTED);
    try (ReceiverFixture receiver = ReceiverFixture.start(config, directory);
        GrpcClient client = GrpcClient.plaintext(receiver.grpcPort())) {
      receiver.logs().hold();
      assertThat(get(client.call(EXPORT_LOGS, LOGS))).isEmpty();

      receiver.logs().release(new Outcome.Refused("Too late.", null));

      assertThat(receiver.count("receiver_lost_requests")).isEqualTo(1);
      receiver.logs().refuseNext(1);
      assertThat(failure(client.call(EXPORT_LOGS, LOGS)).getStatus().getCode())
          .isEqualTo(Status.Code.UNAVAILABLE);
    }
  }

  @Test
  void speaksTlsAndDemandsClientCertificatesWhereAsked() throws Exception {
    TestCertificates certificates = TestCertificates.create(directory.resolve("tls"));
    TlsConfig key =
        TlsConfig.standard()
            .withKeyPair(certificates.serverCertificatePem(), certificates.serverKeyPem());
    GrpcServerConfig server =
        GrpcServerConfig.standard()
            .withTls(TlsServerConfig.of(key).withClientCa(certificates.authorityPem()));
    try (ReceiverFixture receiver = ReceiverFixture.start(grpc(server), directory);
        GrpcClient known =
            GrpcClient.tls(
                receiver.grpcPort(),
                GrpcSslContexts.forClient()
                    .trustManager(certificates.authorityPem().toFile())
                    .keyManager(
                        certificates.clientCertificatePem().toFile(),
                        certificates.clientKeyPem().toFile())
                    .build());
        GrpcClient stranger =
            GrpcClient.tls(
                receiver.grpcPort(),
                GrpcSslContexts.forClient()
                    .trustManager(certificates.authorityPem().toFile())
                    .build());
        GrpcClient plain = GrpcClient.plaintext(receiver.grpcPort())) {
      assertThat(get(known.call(EXPORT_LOGS, LOGS))).isEmpty();
      assertThat(failure(stranger.call(EXPORT_LOGS, LOGS)).getStatus().getCode())
          .isEqualTo(Status.Code.UNAVAILABLE);
      assertThat(failure(plain.call(EXPORT_LOGS, LOGS)).getStatus().getCode())
          .isEqualTo(Status.Code.UNAVAILABLE);
      assertThat(receiver.logs().parcels()).hasSize(1);
    }
  }

  @Test
  void namesThePortThatIsTaken() throws Exception {
    try (ReceiverFixture first = start()) {
      Endpoint taken = new Endpoint("localhost", first.grpcPort());
      OtlpReceiverConfig config = OtlpReceiverConfig.of(OtlpReceiverConfig.Grpc.at(taken), null);

      assertThatThrownBy(() -> ReceiverFixture.start(config, directory).close())
          .isInstanceOf(StartException.class)
          .hasMessage("localhost:" + first.grpcPort() + ": address already in use");
    }
  }

  @Test
  void startsOnItsPortAgainAtOnce() throws Exception {
    int port = LoopbackPorts.free();
    OtlpReceiverConfig config =
        OtlpReceiverConfig.of(OtlpReceiverConfig.Grpc.at(new Endpoint("localhost", port)), null);
    EventLoops ofOtherComponents = EventLoops.open();
    try {
      for (int life = 0; life < 50; life++) {
        try (ReceiverFixture receiver = ReceiverFixture.start(config, directory);
            GrpcClient client = GrpcClient.plaintext(port)) {
          assertThat(get(client.call(EXPORT_LOGS, LOGS))).isEmpty();
          assertThat(receiver.grpcPort()).isEqualTo(port);
          assertThat(receiver.httpPort()).isZero();
        }
      }
    } finally {
      ofOtherComponents.close();
    }
  }

  private ReceiverFixture start() throws StartException {
    return ReceiverFixture.start(ReceiverFixture.config(), directory);
  }

  private static OtlpReceiverConfig grpc(GrpcServerConfig server) {
    return OtlpReceiverConfig.of(
        new OtlpReceiverConfig.Grpc(ReceiverFixture.ANY_PORT, server), null);
  }

  private static byte[] randomLogs(int bytes) {
    StringBuilder text = new StringBuilder(bytes);
    Random random = new Random(3);
    for (int i = 0; i < bytes; i++) {
      text.append((char) (' ' + random.nextInt(90)));
    }
    String half = text.substring(0, bytes / 2);
    return TestTelemetry.logs(List.of(half)).toBytes();
  }

  private static byte[] get(CompletableFuture<byte[]> call) throws Exception {
    return call.get(20, TimeUnit.SECONDS);
  }

  private static StatusException failure(CompletableFuture<byte[]> call) {
    return (StatusException)
        assertThatThrownBy(() -> call.orTimeout(20, TimeUnit.SECONDS).join())
            .isInstanceOf(CompletionException.class)
            .cause()
            .isInstanceOf(StatusException.class)
            .actual();
  }

  private static Duration retryDelay(StatusException failure) throws IOException {
    Metadata trailers = Objects.requireNonNull(failure.getTrailers());
    byte[] details =
        trailers.get(Metadata.Key.of("grpc-status-details-bin", Metadata.BINARY_BYTE_MARSHALLER));
    RpcStatus status = RpcStatus.fromProtobuf(Objects.requireNonNull(details));
    assertThat(status.code()).isEqualTo(Status.Code.UNAVAILABLE.value());
    return Objects.requireNonNull(status.retryDelay());
  }
}
