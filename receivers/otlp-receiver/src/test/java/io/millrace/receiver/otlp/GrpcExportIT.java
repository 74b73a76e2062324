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
import io.millrace.toolkit.tls.TlsConfig;
import io.millrace.toolkit.tls.TlsServerConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the receiver takes over gRPC, when it answers, and where it listens. */
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
    try (ReceiverFixture receiver = ReceiverFixture.start(directory);
        GrpcClient client = GrpcClient.plaintext(receiver.grpcPort())) {
      byte[] answer =
          GrpcClient.answer(client.call(OtlpService.of(signal).grpcMethod(), sent.toBytes()));

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
    try (ReceiverFixture receiver = ReceiverFixture.start(directory);
        GrpcClient client = GrpcClient.plaintext(receiver.grpcPort())) {
      GrpcClient.answer(client.call(EXPORT_LOGS, LOGS));
      GrpcClient.answer(client.call(EXPORT_LOGS, LOGS));

      List<Batch> batches = receiver.logs().batches();
      assertThat(batches.get(0).origins().start(1)).isEqualTo(1);
      assertThat(batches.get(1).origins().start(0)).isEqualTo(2);
      assertThat(batches.get(1).origins().stream(0)).isEqualTo(batches.get(0).origins().stream(0));
    }
  }

  @Test
  void passesHeadersOnWhereAsked() throws Exception {
    GrpcServerConfig server = GrpcServerConfig.standard().withIncludeMetadata(true);
    try (ReceiverFixture receiver = ReceiverFixture.start(ReceiverFixture.grpc(server), directory);
        GrpcClient client = GrpcClient.plaintext(receiver.grpcPort()).header("x-tenant", "acme")) {
      GrpcClient.answer(client.call(EXPORT_LOGS, LOGS));

      assertThat(receiver.logs().parcels().getFirst().context().metadata())
          .containsEntry("x-tenant", List.of("acme"));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"gzip", "zstd"})
  void unfoldsCompressedMessages(String encoding) throws Exception {
    try (ReceiverFixture receiver = ReceiverFixture.start(directory);
        GrpcClient client = GrpcClient.plaintext(receiver.grpcPort()).compressing(encoding)) {
      GrpcClient.answer(client.call(EXPORT_LOGS, LOGS));

      assertThat(receiver.logs().deliveredBodies()).containsExactly("a", "b");
    }
  }

  @Test
  void answersOnlyOnceTheTelemetryIsDelivered() throws Exception {
    try (ReceiverFixture receiver = ReceiverFixture.start(directory);
        GrpcClient client = GrpcClient.plaintext(receiver.grpcPort())) {
      receiver.logs().hold();
      CompletableFuture<byte[]> first = client.call(EXPORT_LOGS, LOGS);
      CompletableFuture<byte[]> second = client.call(EXPORT_LOGS, LOGS);
      receiver.logs().awaitParcels(2);
      assertThat(first).isNotDone();

      receiver.logs().release(Outcome.DELIVERED);

      assertThat(GrpcClient.answer(first)).isEmpty();
      assertThat(GrpcClient.answer(second)).isEmpty();
    }
  }

  @Test
  void answersEmptyRequests() throws Exception {
    try (ReceiverFixture receiver = ReceiverFixture.start(directory);
        GrpcClient client = GrpcClient.plaintext(receiver.grpcPort())) {
      assertThat(GrpcClient.answer(client.call(EXPORT_LOGS, new byte[0]))).isEmpty();
      assertThat(GrpcClient.answer(client.call(EXPORT_LOGS, new byte[] {10, 0}))).isEmpty();
      assertThat(receiver.logs().parcels()).isEmpty();
    }
  }

  @Test
  void withdrawsWhatWaitsForAdmissionWhenTheTimeIsOver() throws Exception {
    OtlpReceiverConfig config = ReceiverFixture.config().withAnswerTimeout(Duration.ofMillis(300));
    try (ReceiverFixture receiver = ReceiverFixture.start(config, directory);
        GrpcClient client = GrpcClient.plaintext(receiver.grpcPort())) {
      receiver.logs().block();

      StatusException failure = GrpcClient.failure(client.call(EXPORT_LOGS, LOGS));

      assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
      ReceiverFixture.await("withdrawal", () -> receiver.logs().waiting() == 0);
      receiver.logs().unblock();
      assertThat(GrpcClient.answer(client.call(EXPORT_LOGS, LOGS))).isEmpty();
      assertThat(receiver.logs().parcels()).hasSize(1);
    }
  }

  @Test
  void withdrawsWhatWaitsForAdmissionWhenTheClientGivesUp() throws Exception {
    try (ReceiverFixture receiver = ReceiverFixture.start(directory);
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
  void answersWhatWaitsWhenItStops() throws Exception {
    try (ReceiverFixture receiver = ReceiverFixture.start(directory);
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
      assertThat(GrpcClient.failure(other).getStatus().getCode())
          .isEqualTo(Status.Code.UNAVAILABLE);
      assertThat(receiver.refused("grpc", "stopping")).isEqualTo(1);
    }
  }

  @Test
  void acknowledgesOnAcceptanceWhereAskedAndCountsWhatIsLostThen() throws Exception {
    OtlpReceiverConfig config = ReceiverFixture.config().withAcknowledge(Acknowledge.ACCEPTED);
    try (ReceiverFixture receiver = ReceiverFixture.start(config, directory);
        GrpcClient client = GrpcClient.plaintext(receiver.grpcPort())) {
      receiver.logs().hold();
      assertThat(GrpcClient.answer(client.call(EXPORT_LOGS, LOGS))).isEmpty();

      receiver.logs().release(new Outcome.Refused("Too late.", null));

      assertThat(receiver.count("receiver_lost_requests")).isEqualTo(1);
      receiver.logs().refuseNext(1);
      assertThat(GrpcClient.failure(client.call(EXPORT_LOGS, LOGS)).getStatus().getCode())
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
    try (ReceiverFixture receiver = ReceiverFixture.start(ReceiverFixture.grpc(server), directory);
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
      assertThat(GrpcClient.answer(known.call(EXPORT_LOGS, LOGS))).isEmpty();
      assertThat(GrpcClient.failure(stranger.call(EXPORT_LOGS, LOGS)).getStatus().getCode())
          .isEqualTo(Status.Code.UNAVAILABLE);
      assertThat(GrpcClient.failure(plain.call(EXPORT_LOGS, LOGS)).getStatus().getCode())
          .isEqualTo(Status.Code.UNAVAILABLE);
      assertThat(receiver.logs().parcels()).hasSize(1);
    }
  }

  @Test
  void namesThePortThatIsTaken() throws Exception {
    try (ReceiverFixture first = ReceiverFixture.start(directory)) {
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
          assertThat(GrpcClient.answer(client.call(EXPORT_LOGS, LOGS))).isEmpty();
          assertThat(receiver.grpcPort()).isEqualTo(port);
          assertThat(receiver.httpPort()).isZero();
        }
      }
    } finally {
      ofOtherComponents.close();
    }
  }
}
