package io.millrace.testkit.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.millrace.testkit.TestCertificates;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FaultProxyTest {
  private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");

  private final AtomicInteger served = new AtomicInteger();
  private final HttpServer server = HttpServer.create(new InetSocketAddress(LOOPBACK, 0), 0);
  private final String target = "http://127.0.0.1:" + server.getAddress().getPort();
  private final FaultProxy proxy = FaultProxy.http(target);
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  FaultProxyTest() throws IOException {}

  @BeforeEach
  void serve() {
    server.createContext(
        "/",
        exchange -> {
          byte[] body = exchange.getRequestBody().readAllBytes();
          served.incrementAndGet();
          boolean chunked = exchange.getRequestURI().getPath().equals("/chunked");
          exchange.sendResponseHeaders(200, chunked ? 0 : body.length == 0 ? -1 : body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
  }

  @AfterEach
  void close() throws IOException {
    client.close();
    proxy.close();
    server.stop(0);
  }

  @Test
  void forwardsAndCounts() throws Exception {
    String large = "x".repeat(100_000);
    assertThat(post("/plain?q=1", large).body()).isEqualTo(large);
    assertThat(post("/chunked", large).body()).isEqualTo(large);
    assertThat(post("/empty", "").statusCode()).isEqualTo(200);
    HttpRequest expecting = request("/expecting", large).expectContinue(true).build();
    assertThat(client.send(expecting, HttpResponse.BodyHandlers.ofString()).body())
        .isEqualTo(large);
    HttpRequest unknownLength =
        HttpRequest.newBuilder(URI.create(proxy.url() + "/unknown-length"))
            .POST(
                HttpRequest.BodyPublishers.fromPublisher(
                    HttpRequest.BodyPublishers.ofString(large)))
            .build();
    assertThat(client.send(unknownLength, HttpResponse.BodyHandlers.ofString()).body())
        .isEqualTo(large);
    assertThat(proxy.seen()).isEqualTo(5);
    assertThat(proxy.forwarded()).isEqualTo(5);
    HttpRequestHead first = proxy.requests().get(0);
    assertThat(first.method()).isEqualTo("POST");
    assertThat(first.path()).isEqualTo("/plain?q=1");
    assertThat(first.header("x-test")).isEqualTo("yes");
  }

  @Test
  void answersTheNextRequestsInstead() throws Exception {
    proxy.next(1, new Fault.Answer(429, Map.of("Retry-After", "7"), "slow down"));
    proxy.answer(2, 503);
    HttpResponse<String> first = post("/", "a");
    assertThat(first.statusCode()).isEqualTo(429);
    assertThat(first.headers().firstValue("retry-after")).hasValue("7");
    assertThat(first.body()).isEqualTo("slow down");
    assertThat(post("/", "b").statusCode()).isEqualTo(503);
    assertThat(proxy.pendingFaults()).isEqualTo(1);
    proxy.clearFaults();
    assertThat(post("/", "c").body()).isEqualTo("c");
    assertThat(served).hasValue(1);
    assertThat(proxy.connections()).isEqualTo(1);
  }

  @Test
  void hangsUntilTheClientGivesUp() throws Exception {
    proxy.hang(1);
    HttpRequest impatient = request("/", "a").timeout(Duration.ofMillis(200)).build();
    assertThatThrownBy(() -> client.send(impatient, HttpResponse.BodyHandlers.ofString()))
        .isInstanceOf(HttpTimeoutException.class);
    assertThat(served).hasValue(0);
    assertThat(post("/", "b").body()).isEqualTo("b");
  }

  @Test
  void cutsAnAnswerToARequestThatTheServerHasSeen() throws Exception {
    proxy.cutAnswer(1, 20);
    assertThatThrownBy(() -> post("/", "a".repeat(1_000))).isInstanceOf(IOException.class);
    assertThat(served).hasValue(1);
  }

  @Test
  void dropsARequestThatTheServerDoesNotSee() throws Exception {
    proxy.drop(1);
    assertThatThrownBy(() -> post("/", "a")).isInstanceOf(IOException.class);
    assertThat(served).hasValue(0);
    assertThat(proxy.forwarded()).isZero();
  }

  @Test
  void forwardsAfterADelay() throws Exception {
    proxy.delay(1, Duration.ofMillis(100));
    long start = System.nanoTime();
    assertThat(post("/", "a").body()).isEqualTo("a");
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(99));
  }

  @Test
  void refusesConnectionsWhileItIsDown() throws Exception {
    assertThat(post("/", "a").body()).isEqualTo("a");
    proxy.goDown();
    assertThatThrownBy(() -> post("/", "b")).isInstanceOf(IOException.class);
    proxy.comeUp();
    assertThat(post("/", "c").body()).isEqualTo("c");
  }

  @Test
  void letsNothingThroughWhileFrozen() throws Exception {
    proxy.freeze();
    CompletableFuture<HttpResponse<String>> answer =
        client.sendAsync(request("/", "a").build(), HttpResponse.BodyHandlers.ofString());
    long deadline = System.nanoTime() + Duration.ofSeconds(10).toNanos();
    while (proxy.seen() == 0 && System.nanoTime() < deadline) {
      Thread.onSpinWait();
    }
    assertThat(served).hasValue(0);
    proxy.thaw();
    assertThat(answer.get().body()).isEqualTo("a");
  }

  @Test
  void speaksTls(@TempDir Path directory) throws Exception {
    TestCertificates certificates = TestCertificates.create(directory);
    try (FaultProxy secure = FaultProxy.https(target, certificates.serverContext());
        HttpClient trusting =
            HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .sslContext(certificates.clientContext())
                .build()) {
      HttpRequest request = HttpRequest.newBuilder(URI.create(secure.url())).build();
      assertThat(trusting.send(request, HttpResponse.BodyHandlers.discarding()).statusCode())
          .isEqualTo(200);
    }
  }

  @Test
  void forwardsAndCutsConnectionsOfAnyProtocol() throws Exception {
    try (ServerSocket echo = new ServerSocket(0, 10, LOOPBACK);
        FaultProxy tcp = FaultProxy.tcp("127.0.0.1:" + echo.getLocalPort())) {
      Thread.ofVirtual().start(() -> echoAll(echo));
      tcp.cutAnswer(1, 3);
      assertThat(talk(tcp, "abcdef")).isEqualTo("abc");
      assertThat(talk(tcp, "abcdef")).isEqualTo("abcdef");
      tcp.drop(1);
      assertThat(talk(tcp, "abcdef")).isEmpty();
      assertThat(tcp.seen()).isEqualTo(3);
      assertThat(tcp.forwarded()).isEqualTo(2);
      assertThatThrownBy(() -> tcp.answer(1, 503)).isInstanceOf(IllegalArgumentException.class);
    }
  }

  private static void echoAll(ServerSocket echo) {
    while (!echo.isClosed()) {
      try {
        Socket socket = echo.accept();
        Thread.ofVirtual()
            .start(
                () -> {
                  try (socket) {
                    socket.getInputStream().transferTo(socket.getOutputStream());
                  } catch (IOException e) {
                    // Cut by the proxy.
                  }
                });
      } catch (IOException e) {
        // Closed by the test.
      }
    }
  }

  private static String talk(FaultProxy tcp, String text) throws IOException {
    StringBuilder answer = new StringBuilder();
    try (Socket socket = new Socket(LOOPBACK, tcp.port())) {
      socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
      socket.shutdownOutput();
      InputStream in = socket.getInputStream();
      for (int b = in.read(); b >= 0; b = in.read()) {
        answer.append((char) b);
      }
    } catch (IOException e) {
      // A reset; what came before it counts.
    }
    return answer.toString();
  }

  private HttpResponse<String> post(String path, String body)
      throws IOException, InterruptedException {
    return client.send(request(path, body).build(), HttpResponse.BodyHandlers.ofString());
  }

  private HttpRequest.Builder request(String path, String body) {
    return HttpRequest.newBuilder(URI.create(proxy.url() + path))
        .header("X-Test", "yes")
        .POST(HttpRequest.BodyPublishers.ofString(body));
  }
}
