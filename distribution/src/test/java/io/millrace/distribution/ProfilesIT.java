package io.millrace.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.millrace.api.telemetry.Signal;
import io.millrace.testkit.TestTelemetry;
import io.millrace.testkit.server.LoopbackPorts;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Profiles pass through the agent byte for byte: in over HTTP, out over gRPC, in over gRPC, out
 * over HTTP, and through two logs on disk while the backend is down and the agent is killed.
 */
class ProfilesIT {
  private static final int REQUESTS = 20;
  private static final String PATH = "/v1development/profiles";

  @TempDir private Path directory;
  private final List<Integer> ports = LoopbackPorts.free(3);
  private final List<String> accepted = new CopyOnWriteArrayList<>();
  private final AtomicBoolean healthy = new AtomicBoolean();

  @Test
  void deliversTheBytesItAcknowledgedThoughItIsKilledWhileTheBackendIsDown() throws Exception {
    UnpackedAgent agent = UnpackedAgent.in(directory);
    List<String> sent = new ArrayList<>();
    HttpServer sink = sink();
    try {
      try (UnpackedAgent.Running running = start(agent, sink);
          HttpClient client = HttpClient.newHttpClient()) {
        running.awaitHealthy(ports.get(0));
        for (int i = 0; i < REQUESTS; i++) {
          byte[] request = request(i);
          sent.add(HexFormat.of().formatHex(request));
          assertThat(post(client, request, "application/x-protobuf").statusCode()).isEqualTo(200);
        }
        HttpResponse<String> json = post(client, new byte[] {'{', '}'}, "application/json");
        assertThat(json.statusCode()).isEqualTo(415);
        assertThat(json.body()).contains("(expected: application/x-protobuf)");
        // Killed with signal 9 at the end of this block.
      }
      assertThat(accepted).isEmpty();
      healthy.set(true);
      try (UnpackedAgent.Running running = start(agent, sink)) {
        running.process().awaitReady(UnpackedAgent.READY, () -> accepted.size() >= sent.size());
        assertThat(running.stop()).isZero();
      }
      assertThat(List.copyOf(accepted).stream().distinct())
          .as("bytes as they were sent")
          .containsExactlyInAnyOrderElementsOf(sent);
    } finally {
      sink.stop(0);
    }
  }

  /** Takes what it gets once it is healthy. */
  private HttpServer sink() throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        PATH,
        exchange -> {
          try (exchange) {
            byte[] body = exchange.getRequestBody().readAllBytes();
            boolean takes = healthy.get();
            if (takes) {
              accepted.add(HexFormat.of().formatHex(body));
            }
            exchange.sendResponseHeaders(takes ? 200 : 503, -1);
          }
        });
    server.start();
    return server;
  }

  private UnpackedAgent.Running start(UnpackedAgent agent, HttpServer sink) throws IOException {
    return agent.start(
        directory,
        """
        extensions:
          health_check: {endpoint: "127.0.0.1:${env:HEALTH}"}
        receivers:
          otlp: {protocols: {http: {endpoint: "127.0.0.1:${env:HTTP}"}}}
          otlp/again: {protocols: {grpc: {endpoint: "127.0.0.1:${env:GRPC}"}}}
        processors:
          memory_limiter: {check_interval: 1s, limit_percentage: 80}
        exporters:
          otlp:
            endpoint: 127.0.0.1:${env:GRPC}
            tls: {insecure: true}
            retry_on_failure: {initial_interval: 50ms, max_interval: 200ms}
          otlphttp:
            endpoint: http://127.0.0.1:${env:SINK}
            retry_on_failure: {initial_interval: 50ms, max_interval: 200ms}
            sending_queue: {batch: {min_size: 1000, flush_timeout: 1s}}
            compression: none
        service:
          extensions: [health_check]
          telemetry: {metrics: {level: none}}
          pipelines:
            profiles: {receivers: [otlp], processors: [memory_limiter], exporters: [otlp]}
            profiles/again: {receivers: [otlp/again], exporters: [otlphttp]}
        """,
        Map.of(
            "HEALTH", ports.get(0).toString(),
            "HTTP", ports.get(1).toString(),
            "GRPC", ports.get(2).toString(),
            "SINK", Integer.toString(sink.getAddress().getPort())));
  }

  private static byte[] request(int number) {
    return TestTelemetry.batch(Signal.PROFILES, TestTelemetry.ids("p" + number, 10)).toBytes();
  }

  private HttpResponse<String> post(HttpClient client, byte[] request, String mediaType)
      throws IOException, InterruptedException {
    return UnpackedAgent.post(client, ports.get(1), PATH, mediaType, request);
  }
}
