package io.millrace.receiver.otlp;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import io.grpc.StatusException;
import io.millrace.api.telemetry.Logs;
import io.millrace.api.telemetry.LogsBuilder;
import io.millrace.testkit.TestTelemetry;
import io.millrace.toolkit.otlp.OtlpService;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * More telemetry at the same time than the agent's default memory holds is taken all the same, part
 * after part: what does not fit waits or is asked for again, and no connection breaks.
 */
@Timeout(300)
class SmallMemoryIT {
  private static final int REQUESTS = 32;
  private static final int ROUNDS = 2;
  private static final byte[] BODY = randomText(1_900_000);
  private static final String EXPORT_LOGS = OtlpService.LOGS.grpcMethod();

  @TempDir Path directory;

  @ParameterizedTest
  @ValueSource(ints = {1, 4, 32})
  void takesManyLargeRequestsOverGrpc(int connections) throws Exception {
    List<GrpcClient> clients = new ArrayList<>();
    try (SmallProcess receiver = SmallProcess.start(directory)) {
      for (int i = 0; i < connections; i++) {
        clients.add(GrpcClient.plaintext(receiver.grpcPort()));
      }
      List<String> sent =
          sendAll((number, bytes) -> overGrpc(clients.get(number % connections), bytes));

      for (GrpcClient client : clients) {
        assertThat(overGrpc(client, TestTelemetry.logs(List.of("after")).toBytes())).isTrue();
        sent.add("after");
      }
      assertThat(receiver.delivered()).containsExactlyInAnyOrderElementsOf(sent);
    } finally {
      clients.forEach(GrpcClient::close);
    }
  }

  @Test
  void takesManyLargeRequestsOverHttp() throws Exception {
    try (SmallProcess receiver = SmallProcess.start(directory);
        HttpClient client = HttpClient.newHttpClient()) {
      URI uri = URI.create("http://localhost:" + receiver.httpPort() + "/v1/logs");
      List<String> sent = sendAll((number, bytes) -> overHttp(client, uri, bytes));

      assertThat(receiver.delivered()).containsExactlyInAnyOrderElementsOf(sent);
    }
  }

  /** One try to send. */
  private interface Sending {

    /**
     * Sends.
     *
     * @return false when the request is to be sent again
     */
    boolean attempt(int number, byte[] bytes) throws Exception;
  }

  /** Sends until everything is acknowledged; the ids of it all. */
  private static List<String> sendAll(Sending sending) throws Exception {
    List<String> ids = new ArrayList<>();
    for (int round = 0; round < ROUNDS; round++) {
      List<Future<?>> requests = new ArrayList<>();
      try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
        for (int i = 0; i < REQUESTS; i++) {
          int number = i;
          String id = "request-" + round + "-" + i;
          ids.add(id);
          byte[] bytes = request(id);
          Callable<Void> client =
              () -> {
                while (!sending.attempt(number, bytes)) {
                  TimeUnit.MILLISECONDS.sleep(50); // the client's back-off
                }
                return null;
              };
          requests.add(executor.submit(client));
        }
        for (Future<?> request : requests) {
          request.get(60, TimeUnit.SECONDS);
        }
      }
    }
    return ids;
  }

  private static boolean overGrpc(GrpcClient client, byte[] bytes) throws Exception {
    try {
      client.call(EXPORT_LOGS, bytes).get(30, TimeUnit.SECONDS);
      return true;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof StatusException failure
          && failure.getStatus().getCode() == Status.Code.UNAVAILABLE) {
        return false;
      }
      throw e;
    }
  }

  private static boolean overHttp(HttpClient client, URI uri, byte[] bytes) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(uri)
            .header("Content-Type", OtlpService.PROTOBUF)
            .POST(BodyPublishers.ofByteArray(bytes))
            .build();
    int status = client.send(request, BodyHandlers.discarding()).statusCode();
    assertThat(status).isIn(200, 503);
    return status == 200;
  }

  private static byte[] request(String id) {
    LogsBuilder builder = Logs.builder();
    builder.record().put(TestTelemetry.ID, id).bodyUtf8(BODY, 0, BODY.length);
    return builder.build().toBytes();
  }

  private static byte[] randomText(int length) {
    Random random = new Random(1);
    byte[] text = new byte[length];
    for (int i = 0; i < length; i++) {
      text[i] = (byte) (' ' + random.nextInt(64));
    }
    return text;
  }
}
