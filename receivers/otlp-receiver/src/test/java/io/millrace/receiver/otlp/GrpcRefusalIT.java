package io.millrace.receiver.otlp;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import io.grpc.StatusException;
import io.millrace.api.config.DataSize;
import io.millrace.api.pipeline.Outcome;
import io.millrace.api.telemetry.Signal;
import io.millrace.testkit.TestTelemetry;
import io.millrace.toolkit.grpc.GrpcServerConfig;
import io.millrace.toolkit.otlp.OtlpService;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the receiver does not take over gRPC, and how it says so. */
@Timeout(180)
class GrpcRefusalIT {
  private static final String EXPORT_LOGS = OtlpService.LOGS.grpcMethod();
  private static final byte[] LOGS = TestTelemetry.logs(List.of("a", "b")).toBytes();

  @TempDir Path directory;

  @Test
  void asksForAnotherTryWhenRefused() throws Exception {
    try (ReceiverFixture receiver = ReceiverFixture.start(directory);
        GrpcClient client = GrpcClient.plaintext(receiver.grpcPort())) {
      receiver.logs().next(1, new Outcome.Refused("Full.", Duration.ofSeconds(7)));

      StatusException failure = GrpcClient.failure(client.call(EXPORT_LOGS, LOGS));

      assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
      assertThat(failure.getStatus().getDescription()).isEqualTo("Full.");
      assertThat(GrpcClient.retryDelay(failure)).isEqualTo(Duration.ofSeconds(7));
      assertThat(receiver.refused("grpc", "refused")).isEqualTo(1);
    }
  }

  @Test
  void asksForAnotherTryWhenStopped() throws Exception {
    try (ReceiverFixture receiver = ReceiverFixture.start(directory);
        GrpcClient client = GrpcClient.plaintext(receiver.grpcPort())) {
      receiver.logs().next(1, Outcome.STOPPED);

      StatusException failure = GrpcClient.failure(client.call(EXPORT_LOGS, LOGS));

      assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
      assertThat(GrpcClient.retryDelay(failure)).isEqualTo(Duration.ofSeconds(1));
    }
  }

  @Test
  void asksForNoOtherTryWhenRejected() throws Exception {
    try (ReceiverFixture receiver = ReceiverFixture.start(directory);
        GrpcClient client = GrpcClient.plaintext(receiver.grpcPort())) {
      receiver.logs().rejectNext(1);

      StatusException failure = GrpcClient.failure(client.call(EXPORT_LOGS, LOGS));

      assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
      assertThat(failure.getStatus().getDescription()).isEqualTo("rejected by the test");
      assertThat(receiver.refused("grpc", "rejected")).isEqualTo(1);
    }
  }

  @Test
  void answersBeforeTheClientsDeadlineAndCountsWhatArrivesLater() throws Exception {
    try (ReceiverFixture receiver = ReceiverFixture.start(directory);
        GrpcClient client =
            GrpcClient.plaintext(receiver.grpcPort()).deadline(Duration.ofSeconds(5))) {
      receiver.logs().hold();

      StatusException failure = GrpcClient.failure(client.call(EXPORT_LOGS, LOGS));

      assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
      assertThat(GrpcClient.retryDelay(failure)).isNotNull();
      assertThat(receiver.refused("grpc", "deadline")).isEqualTo(1);
      assertThat(receiver.count("receiver_late_deliveries")).isZero();
      receiver.logs().release(Outcome.DELIVERED);
      assertThat(receiver.count("receiver_late_deliveries")).isEqualTo(1);
    }
  }

  @Test
  void refusesMessagesThatAreNoTelemetry() throws Exception {
    try (ReceiverFixture receiver = ReceiverFixture.start(directory);
        GrpcClient client = GrpcClient.plaintext(receiver.grpcPort())) {
      byte[] cut = Arrays.copyOf(LOGS, LOGS.length - 1);

      StatusException failure = GrpcClient.failure(client.call(EXPORT_LOGS, cut));

      assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
      assertThat(failure.getStatus().getDescription()).startsWith("Malformed request: ");
      assertThat(receiver.refused("grpc", "malformed")).isEqualTo(1);
      assertThat(GrpcClient.answer(client.call(EXPORT_LOGS, LOGS))).isEmpty();
    }
  }

  @Test
  void refusesAnythingButOneMessage() throws Exception {
    try (ReceiverFixture receiver = ReceiverFixture.start(directory);
        GrpcClient client = GrpcClient.plaintext(receiver.grpcPort())) {
      assertThat(GrpcClient.failure(client.call(EXPORT_LOGS)).getStatus().getCode())
          .isNotEqualTo(Status.Code.OK);
      assertThat(GrpcClient.failure(client.call(EXPORT_LOGS, LOGS, LOGS)).getStatus().getCode())
          .isNotEqualTo(Status.Code.OK);
      assertThat(receiver.logs().parcels()).isEmpty();
    }
  }

  @Test
  void refusesDamagedCompression() throws Exception {
    try (ReceiverFixture receiver = ReceiverFixture.start(directory);
        GrpcClient client = GrpcClient.plaintext(receiver.grpcPort()).compressing("damaged")) {
      StatusException failure = GrpcClient.failure(client.call(EXPORT_LOGS, LOGS));

      assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
      assertThat(failure.getStatus().getDescription()).startsWith("message cannot be decompressed");
      assertThat(receiver.refused("grpc", "malformed")).isEqualTo(1);
    }
  }

  @Test
  void refusesUnknownCompression() throws Exception {
    try (ReceiverFixture receiver = ReceiverFixture.start(directory);
        GrpcClient client = GrpcClient.plaintext(receiver.grpcPort()).compressing("brotli")) {
      StatusException failure = GrpcClient.failure(client.call(EXPORT_LOGS, LOGS));

      assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.UNIMPLEMENTED);
      ReceiverFixture.await("count", () -> receiver.refused("grpc", "unknown_path") == 1);
    }
  }

  @Test
  void refusesMessagesThatAreTooLarge() throws Exception {
    GrpcServerConfig server = GrpcServerConfig.standard().withMaxRecvMsgSizeMib(1);
    byte[] large = randomLogs((1 << 20) + 1000);
    try (ReceiverFixture receiver = ReceiverFixture.start(ReceiverFixture.grpc(server), directory);
        GrpcClient client = GrpcClient.plaintext(receiver.grpcPort())) {
      StatusException failure = GrpcClient.failure(client.call(EXPORT_LOGS, large));

      assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
      ReceiverFixture.await("count", () -> receiver.refused("grpc", "too_large") == 1);
      assertThat(GrpcClient.answer(client.call(EXPORT_LOGS, randomLogs(1_000_000)))).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"gzip", "zstd"})
  void refusesBombs(String encoding) throws Exception {
    byte[] bomb = TestTelemetry.logs(List.of("x".repeat(30 << 20))).toBytes();
    try (ReceiverFixture receiver = ReceiverFixture.start(directory);
        GrpcClient client = GrpcClient.plaintext(receiver.grpcPort()).compressing(encoding)) {
      StatusException failure = GrpcClient.failure(client.call(EXPORT_LOGS, bomb));

      assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
      ReceiverFixture.await("count", () -> receiver.refused("grpc", "too_large") == 1);
    }
  }

  @Test
  void knowsNoMethodOfSignalsThatNoPipelineTakes() throws Exception {
    try (ReceiverFixture receiver =
            ReceiverFixture.start(ReceiverFixture.config(), directory, Signal.LOGS);
        GrpcClient client = GrpcClient.plaintext(receiver.grpcPort())) {
      StatusException failure =
          GrpcClient.failure(client.call(OtlpService.TRACES.grpcMethod(), new byte[0]));

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

      StatusException failure = GrpcClient.failure(client.call(EXPORT_LOGS, LOGS));

      assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
      assertThat(GrpcClient.retryDelay(failure)).isNotNull();
      assertThat(receiver.refused("grpc", "overloaded")).isEqualTo(1);
      receiver.logs().release(Outcome.DELIVERED);
      for (CompletableFuture<byte[]> call : waiting) {
        GrpcClient.answer(call);
      }
      assertThat(GrpcClient.answer(client.call(EXPORT_LOGS, LOGS))).isEmpty();
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
      GrpcClient.failure(client.call(EXPORT_LOGS, LOGS));
      GrpcClient.failure(client.call(EXPORT_LOGS, LOGS));

      assertThat(receiver.refused("grpc", "deadline")).isEqualTo(1);
      assertThat(receiver.refused("grpc", "overloaded")).isEqualTo(1);
      receiver.logs().release(Outcome.DELIVERED);
      assertThat(GrpcClient.answer(client.call(EXPORT_LOGS, LOGS))).isEmpty();
    }
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
}
