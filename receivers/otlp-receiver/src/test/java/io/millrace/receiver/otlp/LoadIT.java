package io.millrace.receiver.otlp;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.api.config.DataSize;
import io.millrace.testkit.TestTelemetry;
import io.millrace.toolkit.otlp.OtlpService;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What clients are told and what arrives agree, under concurrency and random refusals. */
@Timeout(300)
class LoadIT {
  private static final int REQUESTS = 1500;
  private static final int ITEMS = 20;
  private static final int CONCURRENCY = 64;

  @TempDir Path directory;

  @Test
  void tellsEveryClientTheTruth() throws Exception {
    OtlpReceiverConfig config =
        ReceiverFixture.config().withMaxWaitingSize(DataSize.ofBytes(60_000));
    Collection<String> accepted = new ConcurrentLinkedQueue<>();
    Collection<String> refused = new ConcurrentLinkedQueue<>();
    Semaphore open = new Semaphore(CONCURRENCY);
    try (ReceiverFixture receiver = ReceiverFixture.start(config, directory);
        GrpcClient grpc = GrpcClient.plaintext(receiver.grpcPort()).compressing("gzip");
        HttpClient http = HttpClient.newHttpClient();
        ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
      receiver.logs().refuseAtRandom(42, 0.2);
      URI uri = URI.create("http://localhost:" + receiver.httpPort() + "/v1/logs");
      List<Future<?>> sent = new ArrayList<>();
      for (int i = 0; i < REQUESTS; i++) {
        List<String> ids = TestTelemetry.ids("r" + i, ITEMS);
        byte[] bytes = TestTelemetry.logs(ids).toBytes();
        Callable<Boolean> client =
            i % 2 == 0 ? () -> overGrpc(grpc, bytes) : () -> overHttp(http, uri, bytes);
        open.acquire();
        sent.add(
            clients.submit(
                () -> {
                  try {
                    (client.call() ? accepted : refused).addAll(ids);
                  } finally {
                    open.release();
                  }
                  return null;
                }));
      }
      for (Future<?> request : sent) {
        request.get();
      }

      assertThat(accepted.size() + refused.size()).isEqualTo(REQUESTS * ITEMS);
      assertThat(accepted).isNotEmpty();
      assertThat(refused).isNotEmpty();
      assertThat(receiver.logs().deliveredBodies()).containsExactlyInAnyOrderElementsOf(accepted);
      assertThat(receiver.count("receiver_refused_requests") * ITEMS).isEqualTo(refused.size());
    }
  }

  private static boolean overGrpc(GrpcClient client, byte[] bytes) throws InterruptedException {
    try {
      client.call(OtlpService.LOGS.grpcMethod(), bytes).get();
      return true;
    } catch (ExecutionException e) {
      return false;
    }
  }

  private static boolean overHttp(HttpClient client, URI uri, byte[] bytes) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(uri)
            .header("Content-Type", "application/x-protobuf")
            .POST(BodyPublishers.ofByteArray(bytes))
            .build();
    return client.send(request, BodyHandlers.discarding()).statusCode() == 200;
  }
}
