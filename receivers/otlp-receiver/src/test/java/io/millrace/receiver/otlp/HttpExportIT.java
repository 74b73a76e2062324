package io.millrace.receiver.otlp;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.util.JsonFormat;
import io.millrace.api.component.StartException;
import io.millrace.api.config.DataSize;
import io.millrace.api.pipeline.Outcome;
import io.millrace.api.pipeline.Parcel;
import io.millrace.api.telemetry.Batch;
import io.millrace.api.telemetry.Signal;
import io.millrace.testkit.TestCertificates;
import io.millrace.testkit.TestTelemetry;
import io.millrace.toolkit.compression.Compression;
import io.millrace.toolkit.http.HttpServerConfig;
import io.millrace.toolkit.otlp.OtlpService;
import io.millrace.toolkit.otlp.RpcStatus;
import io.millrace.toolkit.tls.TlsConfig;
import io.millrace.toolkit.tls.TlsServerConfig;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The receiver against Java's own HTTP client. */
@Timeout(180)
class HttpExportIT {
  private static final byte[] LOGS = TestTelemetry.logs(List.of("a", "b")).toBytes();

  @TempDir Path directory;
  private final HttpClient client = HttpClient.newHttpClient();

  @AfterEach
  void closeClient() {
    client.shutdownNow();
  }

  @ParameterizedTest
  @EnumSource
  void handsEverySignalOver(Signal signal) throws Exception {
    List<String> ids = TestTelemetry.ids("h", 100);
    Batch sent = TestTelemetry.batch(signal, ids);
    try (ReceiverFixture receiver = start()) {
      HttpResponse<byte[]> answer =
          send(post(receiver, OtlpService.of(signal).httpPath(), sent.toBytes()));

      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(answer.body()).isEmpty();
      assertThat(type(answer)).isEqualTo("application/x-protobuf");
      Parcel parcel = receiver.consumer(signal).parcels().getFirst();
      assertThat(parcel.batch().toBytes()).isEqualTo(sent.toBytes());
      assertThat(TestTelemetry.ids(parcel.batch())).isEqualTo(ids);
      assertThat(parcel.batch().origins().size()).isEqualTo(100);
      assertThat(parcel.context().peer()).startsWith("127.0.0.1:");
    }
  }

  @Test
  void readsJson() throws Exception {
    String json = JsonFormat.printer().print(ExportLogsServiceRequest.parseFrom(LOGS));
    try (ReceiverFixture receiver = start()) {
      HttpResponse<byte[]> answer =
          send(
              request(receiver, "/v1/logs")
                  .header("Content-Type", "application/json; charset=utf-8")
                  .POST(BodyPublishers.ofString(json)));

      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(type(answer)).isEqualTo("application/json");
      assertThat(new String(answer.body(), UTF_8)).isEqualTo("{}");
      assertThat(receiver.logs().deliveredBodies()).containsExactly("a", "b");
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"GZIP", "ZSTD", "ZLIB", "DEFLATE"})
  void unfoldsCompressedBodies(Compression compression) throws Exception {
    try (ReceiverFixture receiver = start()) {
      HttpResponse<byte[]> answer =
          send(
              post(receiver, "/v1/logs", compress(compression, LOGS))
                  .header("Content-Encoding", compression.headerValue()));

      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(receiver.logs().deliveredBodies()).containsExactly("a", "b");
    }
  }

  @Test
  void passesHeadersOnWhereAsked() throws Exception {
    HttpServerConfig server = HttpServerConfig.standard().withIncludeMetadata(true);
    try (ReceiverFixture receiver = ReceiverFixture.start(http(server), directory)) {
      send(post(receiver, "/v1/logs", LOGS).header("X-Tenant", "acme"));

      assertThat(receiver.logs().parcels().getFirst().context().metadata())
          .containsEntry("x-tenant", List.of("acme"));
    }
  }

  @Test
  void answersOnlyOnceTheTelemetryIsDelivered() throws Exception {
    try (ReceiverFixture receiver = start()) {
      CompletableFuture<HttpResponse<byte[]>> answer = sendHeld(receiver);
      assertThat(answer).isNotDone();

      receiver.logs().release(Outcome.DELIVERED);

      assertThat(answer.get(20, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
    }
  }

  @Test
  void answersEmptyRequests() throws Exception {
    try (ReceiverFixture receiver = start()) {
      assertThat(send(post(receiver, "/v1/logs", new byte[0])).statusCode()).isEqualTo(200);
      assertThat(receiver.logs().parcels()).isEmpty();
    }
  }

  @Test
  void asksForAnotherTryWhenRefused() throws Exception {
    try (ReceiverFixture receiver = start()) {
      receiver.logs().next(1, new Outcome.Refused("Full.", Duration.ofMillis(6500)));

      HttpResponse<byte[]> answer = send(post(receiver, "/v1/logs", LOGS));

      assertThat(answer.statusCode()).isEqualTo(503);
      assertThat(answer.headers().firstValue("Retry-After")).contains("7");
      assertThat(RpcStatus.fromProtobuf(answer.body()))
          .isEqualTo(new RpcStatus(14, "Full.", Duration.ofMillis(6500)));
      assertThat(receiver.refused("http", "refused")).isEqualTo(1);
    }
  }

  @Test
  void asksForNoOtherTryWhenRejected() throws Exception {
    try (ReceiverFixture receiver = start()) {
      receiver.logs().rejectNext(1);

      HttpResponse<byte[]> answer = send(post(receiver, "/v1/logs", LOGS));

      assertThat(answer.statusCode()).isEqualTo(400);
      assertThat(RpcStatus.fromProtobuf(answer.body()))
          .isEqualTo(new RpcStatus(3, "rejected by the test", null));
    }
  }

  @Test
  void answersInTimeAndWithdrawsWhatStillWaitsForAdmission() throws Exception {
    OtlpReceiverConfig config = ReceiverFixture.config().withAnswerTimeout(Duration.ofMillis(300));
    try (ReceiverFixture receiver = ReceiverFixture.start(config, directory)) {
      receiver.logs().block();

      HttpResponse<byte[]> answer = send(post(receiver, "/v1/logs", LOGS));

      assertThat(answer.statusCode()).isEqualTo(503);
      assertThat(answer.headers().firstValue("Retry-After")).contains("1");
      assertThat(receiver.refused("http", "deadline")).isEqualTo(1);
      ReceiverFixture.await("withdrawal", () -> receiver.logs().waiting() == 0);
      receiver.logs().unblock();
      assertThat(send(post(receiver, "/v1/logs", LOGS)).statusCode()).isEqualTo(200);
      assertThat(receiver.logs().parcels()).hasSize(1);
    }
  }

  @Test
  void refusesMalformedProtobuf() throws Exception {
    try (ReceiverFixture receiver = start()) {
      HttpResponse<byte[]> answer =
          send(post(receiver, "/v1/logs", Arrays.copyOf(LOGS, LOGS.length - 1)));

      assertThat(answer.statusCode()).isEqualTo(400);
      assertThat(type(answer)).isEqualTo("application/x-protobuf");
      RpcStatus status = RpcStatus.fromProtobuf(answer.body());
      assertThat(status.code()).isEqualTo(3);
      assertThat(status.message()).startsWith("Malformed request: ");
      assertThat(receiver.refused("http", "malformed")).isEqualTo(1);
      ReceiverFixture.await("sample", () -> receiver.samples().size() == 1);
      assertThat(receiver.samples().getFirst().text()).hasSize(LOGS.length - 1);
      assertThat(receiver.samples().getFirst().origin()).startsWith("otlp logs 127.0.0.1:");
      assertThat(receiver.samples().getFirst().reason()).startsWith("Malformed request: ");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{", "[]", "{\"resourceLogs\":1}", "no"})
  void refusesMalformedJson(String json) throws Exception {
    try (ReceiverFixture receiver = start()) {
      HttpResponse<byte[]> answer =
          send(
              request(receiver, "/v1/logs")
                  .header("Content-Type", "application/json")
                  .POST(BodyPublishers.ofString(json)));

      assertThat(answer.statusCode()).isEqualTo(400);
      assertThat(type(answer)).isEqualTo("application/json");
      RpcStatus status = RpcStatus.fromJson(answer.body());
      assertThat(status.code()).isEqualTo(3);
      assertThat(status.message()).startsWith("Malformed request: ");
    }
  }

  @Test
  void refusesOtherMediaTypes() throws Exception {
    try (ReceiverFixture receiver = start()) {
      HttpResponse<byte[]> answer =
          send(
              request(receiver, "/v1/logs")
                  .header("Content-Type", "text/csv")
                  .POST(BodyPublishers.ofByteArray(LOGS)));

      assertThat(answer.statusCode()).isEqualTo(415);
      assertThat(new String(answer.body(), UTF_8))
          .isEqualTo(
              "Unsupported media type: \"text/csv\" (expected: application/x-protobuf or"
                  + " application/json)\n");
      assertThat(receiver.refused("http", "media_type")).isEqualTo(1);
    }
  }

  @Test
  void takesNoProfilesAsJson() throws Exception {
    try (ReceiverFixture receiver = start()) {
      HttpResponse<byte[]> answer =
          send(
              request(receiver, "/v1development/profiles")
                  .header("Content-Type", "application/json")
                  .POST(BodyPublishers.ofString("{}")));

      assertThat(answer.statusCode()).isEqualTo(415);
      assertThat(new String(answer.body(), UTF_8))
          .contains("\\\"application/json\\\" (expected: application/x-protobuf)");
      assertThat(receiver.refused("http", "media_type")).isEqualTo(1);
    }
  }

  @Test
  void refusesOtherPathsMethodsAndEncodings() throws Exception {
    try (ReceiverFixture receiver =
        ReceiverFixture.start(ReceiverFixture.config(), directory, Signal.LOGS)) {
      assertThat(send(post(receiver, "/v1/logs/", LOGS)).statusCode()).isEqualTo(404);
      assertThat(send(post(receiver, "/v1/traces", LOGS)).statusCode()).isEqualTo(404);
      assertThat(receiver.refused("http", "unknown_path")).isEqualTo(2);
      HttpResponse<byte[]> get = send(request(receiver, "/v1/logs").GET());
      assertThat(get.statusCode()).isEqualTo(405);
      assertThat(get.headers().firstValue("Allow")).contains("POST");
      assertThat(receiver.refused("http", "method")).isEqualTo(1);
      assertThat(
              send(post(receiver, "/v1/logs", LOGS).header("Content-Encoding", "br")).statusCode())
          .isEqualTo(415);
      assertThat(receiver.refused("http", "encoding")).isEqualTo(1);
      assertThat(
              send(post(receiver, "/v1/logs", LOGS).header("Content-Encoding", "gzip"))
                  .statusCode())
          .isEqualTo(400);
      assertThat(receiver.refused("http", "malformed")).isEqualTo(1);
    }
  }

  @Test
  void refusesBodiesThatAreTooLarge() throws Exception {
    HttpServerConfig server =
        HttpServerConfig.standard().withMaxRequestBodySize(DataSize.ofBytes(100_000));
    byte[] large = TestTelemetry.logs(List.of("x".repeat(100_000))).toBytes();
    try (ReceiverFixture receiver = ReceiverFixture.start(http(server), directory)) {
      assertThat(send(post(receiver, "/v1/logs", large)).statusCode()).isEqualTo(413);
      assertThat(
              send(post(receiver, "/v1/logs", compress(Compression.GZIP, large))
                      .header("Content-Encoding", "gzip"))
                  .statusCode())
          .isEqualTo(413);
      assertThat(receiver.refused("http", "too_large")).isEqualTo(2);
    }
  }

  @Test
  void refusesWhatExceedsTheBytesThatMayWait() throws Exception {
    OtlpReceiverConfig config =
        ReceiverFixture.config().withMaxWaitingSize(DataSize.ofBytes(LOGS.length));
    try (ReceiverFixture receiver = ReceiverFixture.start(config, directory)) {
      CompletableFuture<HttpResponse<byte[]>> waiting = sendHeld(receiver);

      HttpResponse<byte[]> answer = send(post(receiver, "/v1/logs", LOGS));

      assertThat(answer.statusCode()).isEqualTo(503);
      assertThat(answer.headers().firstValue("Retry-After")).contains("1");
      assertThat(receiver.refused("http", "overloaded")).isEqualTo(1);
      receiver.logs().release(Outcome.DELIVERED);
      assertThat(waiting.get(20, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
    }
  }

  @Test
  void speaksTls() throws Exception {
    TestCertificates certificates = TestCertificates.create(directory.resolve("tls"));
    TlsConfig key =
        TlsConfig.standard()
            .withKeyPair(certificates.serverCertificatePem(), certificates.serverKeyPem());
    HttpServerConfig server =
        HttpServerConfig.standard()
            .withTls(TlsServerConfig.of(key).withClientCa(certificates.authorityPem()));
    try (ReceiverFixture receiver = ReceiverFixture.start(http(server), directory);
        HttpClient secure =
            HttpClient.newBuilder().sslContext(certificates.clientContext()).build()) {
      HttpRequest request =
          HttpRequest.newBuilder(
                  URI.create("https://localhost:" + receiver.httpPort() + "/v1/logs"))
              .header("Content-Type", "application/x-protobuf")
              .POST(BodyPublishers.ofByteArray(LOGS))
              .build();

      assertThat(secure.send(request, BodyHandlers.ofByteArray()).statusCode()).isEqualTo(200);
      assertThat(receiver.logs().deliveredBodies()).containsExactly("a", "b");
    }
  }

  @Test
  void answersWhatWaitsWhenItStops() throws Exception {
    try (ReceiverFixture receiver = start()) {
      CompletableFuture<HttpResponse<byte[]>> waiting = sendHeld(receiver);

      receiver.stop();

      HttpResponse<byte[]> answer = waiting.get(20, TimeUnit.SECONDS);
      assertThat(answer.statusCode()).isEqualTo(503);
      assertThat(RpcStatus.fromProtobuf(answer.body()).message()).isEqualTo("The agent stops.");
    }
  }

  private ReceiverFixture start() throws StartException {
    return ReceiverFixture.start(directory);
  }

  private static OtlpReceiverConfig http(HttpServerConfig server) {
    return OtlpReceiverConfig.of(
        null, OtlpReceiverConfig.Http.of(ReceiverFixture.ANY_PORT, server));
  }

  private static HttpRequest.Builder request(ReceiverFixture receiver, String path) {
    return HttpRequest.newBuilder(URI.create("http://localhost:" + receiver.httpPort() + path));
  }

  private static HttpRequest.Builder post(ReceiverFixture receiver, String path, byte[] body) {
    return request(receiver, path)
        .header("Content-Type", "application/x-protobuf")
        .POST(BodyPublishers.ofByteArray(body));
  }

  private HttpResponse<byte[]> send(HttpRequest.Builder request)
      throws IOException, InterruptedException {
    return client.send(request.build(), BodyHandlers.ofByteArray());
  }

  /** Sends logs that the consumer holds; returns when it does. */
  private CompletableFuture<HttpResponse<byte[]>> sendHeld(ReceiverFixture receiver)
      throws InterruptedException {
    receiver.logs().hold();
    CompletableFuture<HttpResponse<byte[]>> answer =
        client.sendAsync(post(receiver, "/v1/logs", LOGS).build(), BodyHandlers.ofByteArray());
    receiver.logs().awaitParcels(1);
    return answer;
  }

  private static String type(HttpResponse<byte[]> answer) {
    return answer.headers().firstValue("Content-Type").orElse("");
  }

  private static byte[] compress(Compression compression, byte[] data) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (OutputStream compressing = compression.compressing(out, Compression.DEFAULT_LEVEL)) {
      compressing.write(data);
    }
    return out.toByteArray();
  }
}
