package io.millrace.toolkit.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.api.component.StartException;
import io.millrace.api.config.DataSize;
import io.millrace.api.config.Endpoint;
import io.millrace.api.config.Secret;
import io.millrace.testkit.TestCertificates;
import io.millrace.toolkit.compression.Compression;
import io.millrace.toolkit.net.ByteBudget;
import io.millrace.toolkit.tls.TlsClientConfig;
import io.millrace.toolkit.tls.TlsConfig;
import io.millrace.toolkit.tls.TlsServerConfig;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The server over loopback, and {@link HttpSender} as its client. */
@Timeout(180)
class HttpServerIT {
  private static final Logger LOGGER = LoggerFactory.getLogger(HttpServerIT.class);
  private static final Clock CLOCK = Clock.systemUTC();
  private static final Endpoint ANY_PORT = new Endpoint("localhost", 0);
  private static final int MAX_REPLY_BYTES = 4 << 20;
  private static final HttpServerConfig STANDARD = HttpServerConfig.standard();

  private final ByteBudget budget = new ByteBudget(2 << 20);
  private final Echo echo = new Echo();
  private final List<AutoCloseable> opened = new ArrayList<>();

  @AfterEach
  void closeEverything() throws Exception {
    for (AutoCloseable closeable : opened.reversed()) {
      closeable.close();
    }
    assertThat(budget.used()).as("bytes still on lease").isZero();
  }

  @ParameterizedTest
  @EnumSource(names = {"NONE", "GZIP", "ZSTD", "ZLIB", "DEFLATE"})
  void servesBodiesInEveryCompression(Compression compression) throws Exception {
    HttpServer server = start(STANDARD);
    HttpSender sender = sender(HttpClientConfig.standard().withCompression(compression));
    byte[] body = "hello ".repeat(5000).getBytes(UTF_8);

    HttpReply reply = sender.post(uri(server), "text/x", body.length, HttpBody.of(body));

    assertThat(reply.status()).isEqualTo(200);
    assertThat(reply.body()).isEqualTo(body);
    assertThat(reply.mediaType()).isEqualTo("text/echo");
  }

  @Test
  void sendsConfiguredHeadersAndItsOwnName() throws Exception {
    HttpServer server = start(STANDARD);
    HttpSender sender =
        sender(HttpClientConfig.standard().withHeaders(Map.of("X-Token", new Secret("geheim"))));

    sender.post(uri(server), "text/x", 1, HttpBody.of(new byte[] {1}));

    HttpHead head = echo.heads.element();
    assertThat(head.header("x-token")).isEqualTo("geheim");
    assertThat(head.header("User-Agent")).isEqualTo("Test/1");
    assertThat(head.headers()).containsEntry("x-token", List.of("geheim"));
    assertThat(head.peer()).startsWith("127.0.0.1:");
  }

  @Test
  void speaksTls(@TempDir Path directory) throws Exception {
    TestCertificates certificates = TestCertificates.create(directory);
    TlsConfig key =
        TlsConfig.standard()
            .withKeyPair(certificates.serverCertificatePem(), certificates.serverKeyPem());
    HttpServer server =
        start(STANDARD.withTls(TlsServerConfig.of(key).withClientCa(certificates.authorityPem())));
    TlsConfig trust = TlsConfig.standard().withCa(certificates.authorityPem());
    HttpSender known =
        sender(
            HttpClientConfig.standard()
                .withTls(
                    TlsClientConfig.of(
                        trust.withKeyPair(
                            certificates.clientCertificatePem(), certificates.clientKeyPem()))));
    HttpSender stranger = sender(HttpClientConfig.standard().withTls(TlsClientConfig.of(trust)));
    URI uri = URI.create("https://localhost:" + server.port() + "/");

    assertThat(known.post(uri, "text/x", 2, HttpBody.of("ok".getBytes(UTF_8))).body())
        .isEqualTo("ok".getBytes(UTF_8));
    assertThatThrownBy(() -> stranger.post(uri, "text/x", 2, HttpBody.of("ok".getBytes(UTF_8))))
        .isInstanceOf(IOException.class);
  }

  @Test
  void refusesBodiesThatAreTooLargeHoweverTheyAreSent() throws Exception {
    HttpServer server = start(STANDARD.withMaxRequestBodySize(DataSize.ofBytes(1000)));
    byte[] large = new byte[1001];
    HttpSender plain = sender(HttpClientConfig.standard().withCompression(Compression.NONE));
    HttpSender zipped = sender(HttpClientConfig.standard());

    assertThat(plain.post(uri(server), "x/y", 1, HttpBody.of(large)).status()).isEqualTo(413);
    assertThat(zipped.post(uri(server), "x/y", 1, HttpBody.of(large)).status()).isEqualTo(413);
    assertThat(
            talk(
                server,
                "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3e9\r\n"
                    + "x".repeat(1001)
                    + "\r\n0\r\n\r\n"))
        .startsWith("HTTP/1.1 413 ");
    assertThat(plain.post(uri(server), "x/y", 1, HttpBody.of(new byte[1000])).status())
        .isEqualTo(200);
  }

  @Test
  void answersAHugeBodyBeforeItHasRead() throws Exception {
    HttpServer server = start(STANDARD.withMaxRequestBodySize(DataSize.ofBytes(1000)));
    HttpSender plain = sender(HttpClientConfig.standard().withCompression(Compression.NONE));

    HttpReply reply = plain.post(uri(server), "x/y", 8 << 20, HttpBody.of(new byte[8 << 20]));

    assertThat(reply.status()).isEqualTo(413);
    assertThat(echo.heads).isEmpty();
  }

  @Test
  void tellsClientsThatWaitNotToSend() throws Exception {
    HttpServer server = start(STANDARD.withMaxRequestBodySize(DataSize.ofBytes(1000)));

    assertThat(talk(server, post("/", "Expect: 100-continue", "Content-Length: 5000")))
        .startsWith("HTTP/1.1 413 ");
  }

  @Test
  void tellsClientsThatWaitToGoOn() throws Exception {
    HttpServer server = start(STANDARD);
    try (Socket socket = new Socket("localhost", server.port())) {
      socket
          .getOutputStream()
          .write(
              "POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\nConnection: close\r\n\r\n"
                  .getBytes(UTF_8));
      InputStream in = socket.getInputStream();
      assertThat(new String(in.readNBytes(25), UTF_8)).isEqualTo("HTTP/1.1 100 Continue\r\n\r\n");
      socket.getOutputStream().write("ok".getBytes(UTF_8));
      assertThat(new String(in.readAllBytes(), UTF_8))
          .startsWith("HTTP/1.1 200 OK\r\n")
          .endsWith("\r\n\r\nok");
    }
  }

  @Test
  void refusesCompressionsThatItDoesNotKnow() throws Exception {
    HttpServer server = start(STANDARD);

    for (String encoding : new String[] {"br", "snappy", "lz4"}) {
      assertThat(
              talk(
                  server,
                  "POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Encoding: "
                      + encoding
                      + "\r\nContent-Length: 2\r\n\r\nxx"))
          .startsWith("HTTP/1.1 415 ");
    }
  }

  @Test
  void refusesDamagedCompression() throws Exception {
    HttpServer server = start(STANDARD);

    assertThat(
            talk(
                server,
                "POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Encoding: gzip\r\n"
                    + "Content-Length: 2\r\n\r\nxx"))
        .startsWith("HTTP/1.1 400 ");
  }

  @Test
  void refusesWhatIsNoHttp() throws Exception {
    HttpServer server = start(STANDARD);

    assertThat(talk(server, "\u0016\u0003\u0001 hello\r\n\r\n")).startsWith("HTTP/1.1 400 ");
  }

  @Test
  void answersPipelinedRequestsInTheirOrder() throws Exception {
    HttpServer server = start(STANDARD);
    StringBuilder requests = new StringBuilder();
    for (int i = 0; i < 50; i++) {
      requests.append("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\n").append(100 + i);
    }
    requests.append(
        "POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 3\r\n\r\nend");

    String answers = talk(server, requests.toString());

    List<String> bodies = new ArrayList<>();
    for (String answer : answers.split("HTTP/1.1 200 OK\r\n", -1)) {
      if (!answer.isEmpty()) {
        bodies.add(answer.substring(answer.indexOf("\r\n\r\n") + 4));
      }
    }
    assertThat(bodies).hasSize(51).startsWith("100", "101").endsWith("149", "end");
  }

  @Test
  void goesOnAfterARefusal() throws Exception {
    HttpServer server = start(STANDARD);

    assertThat(
            talk(
                server,
                post("/no", "Content-Length: 3")
                    + "abc"
                    + post("/", "Connection: close", "Content-Length: 3")
                    + "def"))
        .containsSubsequence("HTTP/1.1 404 ", "HTTP/1.1 200 ", "def");
  }

  @Test
  void givesUpOnRequestsThatDoNotArrive() throws Exception {
    HttpServer server = start(STANDARD.withReadTimeout(Duration.ofMillis(200)));

    assertThat(talk(server, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\na"))
        .startsWith("HTTP/1.1 408 ");
  }

  @Test
  void forgetsRequestsWhoseClientGoesAway() throws Exception {
    HttpServer server = start(STANDARD);
    try (Socket socket = new Socket("localhost", server.port())) {
      socket
          .getOutputStream()
          .write("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 300\r\n\r\nabc".getBytes(UTF_8));
      await(() -> budget.used() == 300);
    }
    await(() -> budget.used() == 0);
    assertThat(echo.heads).isEmpty();
  }

  @Test
  void refusesWhatExceedsTheBudget() throws Exception {
    HttpServer server = start(STANDARD);
    HttpSender sender = sender(HttpClientConfig.standard().withCompression(Compression.NONE));
    HttpSender zipping = sender(HttpClientConfig.standard());
    echo.gate = new CountDownLatch(1);
    try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<HttpReply> waiting =
          executor.submit(() -> sender.post(uri(server), "x/y", 1, HttpBody.of(new byte[2 << 20])));
      await(() -> budget.used() == 2 << 20);

      assertThat(sender.post(uri(server), "x/y", 1, HttpBody.of(new byte[1])).status())
          .isEqualTo(503);
      assertThat(zipping.post(uri(server), "x/y", 1, HttpBody.of(new byte[1])).status())
          .isEqualTo(503);
      echo.gate.countDown();
      assertThat(waiting.get(10, TimeUnit.SECONDS).status()).isEqualTo(200);
    }
    assertThat(sender.post(uri(server), "x/y", 1, HttpBody.of(new byte[1])).status())
        .isEqualTo(200);
  }

  @Test
  void answersWhenTheServiceFails() throws Exception {
    HttpServer server = start(STANDARD);
    HttpSender sender = sender(HttpClientConfig.standard());

    assertThat(sender.post(uri(server), "x/y", 1, HttpBody.of("fail".getBytes(UTF_8))).status())
        .isEqualTo(500);
  }

  @Test
  void letsWebPagesInThatAreAllowed() throws Exception {
    HttpServer server =
        start(
            STANDARD.withCors(
                new HttpServerConfig.Cors(
                    List.of("https://*.example.com"), List.of("x-token"), List.of(), 600)));
    String preflight =
        String.join(
            "\r\n",
            "OPTIONS / HTTP/1.1",
            "Host: x",
            "Connection: close",
            "Access-Control-Request-Method: POST",
            "Access-Control-Request-Headers: content-type, X-Token",
            "Origin: ");

    assertThat(talk(server, preflight + "https://app.example.com\r\n\r\n"))
        .startsWith("HTTP/1.1 204 ")
        .contains("access-control-allow-origin: https://app.example.com\r\n")
        .contains("access-control-allow-methods: POST\r\n")
        .contains("access-control-allow-headers: content-type, X-Token\r\n")
        .contains("access-control-max-age: 600\r\n");
    assertThat(talk(server, preflight + "https://evil.test\r\n\r\n"))
        .doesNotContain("access-control-allow");
    assertThat(
            talk(
                server,
                post(
                        "/",
                        "Connection: close",
                        "Origin: https://app.example.com",
                        "Content-Length: 2")
                    + "xx"))
        .startsWith("HTTP/1.1 200 ")
        .contains("access-control-allow-origin: https://app.example.com\r\n");
  }

  @Test
  void namesThePortThatIsTaken() throws Exception {
    HttpServer server = start(STANDARD);
    Endpoint taken = new Endpoint("localhost", server.port());

    assertThatThrownBy(() -> HttpServer.start(taken, STANDARD, budget, echo, CLOCK, LOGGER).close())
        .isInstanceOf(StartException.class)
        .hasMessage("localhost:" + server.port() + ": address already in use");
  }

  @Test
  void breaksRequestsOffWhenInterrupted() throws Exception {
    HttpServer server = start(STANDARD);
    HttpSender sender = sender(HttpClientConfig.standard());
    echo.gate = new CountDownLatch(1);
    try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<HttpReply> waiting =
          executor.submit(() -> sender.post(uri(server), "x/y", 1, HttpBody.of(new byte[1])));
      await(() -> budget.used() > 0);
      waiting.cancel(true);
    } finally {
      echo.gate.countDown();
    }
    await(() -> budget.used() == 0);
  }

  @Test
  void breaksOffRepliesThatAreTooLong() throws Exception {
    HttpServer server = start(STANDARD);
    HttpSender sender = sender(HttpClientConfig.standard());

    assertThatThrownBy(
            () -> sender.post(uri(server), "x/y", 1, HttpBody.of(new byte[MAX_REPLY_BYTES + 1])))
        .isInstanceOf(IOException.class);
  }

  private HttpServer start(HttpServerConfig config) throws StartException {
    HttpServer server = HttpServer.start(ANY_PORT, config, budget, echo, CLOCK, LOGGER);
    opened.add(server);
    return server;
  }

  private HttpSender sender(HttpClientConfig config) throws StartException {
    HttpSender sender = HttpSender.open(config, "Test/1", MAX_REPLY_BYTES, CLOCK, LOGGER);
    opened.add(sender);
    return sender;
  }

  private static URI uri(HttpServer server) {
    return URI.create("http://localhost:" + server.port() + "/");
  }

  /** The head of a request. */
  private static String post(String path, String... headers) {
    return "POST " + path + " HTTP/1.1\r\nHost: x\r\n" + String.join("\r\n", headers) + "\r\n\r\n";
  }

  /** Sends bytes and reads until the server closes or goes on waiting for more. */
  private static String talk(HttpServer server, String request) throws IOException {
    try (Socket socket = new Socket("localhost", server.port())) {
      socket.setSoTimeout(20_000);
      socket.getOutputStream().write(request.getBytes(UTF_8));
      ByteArrayOutputStream answer = new ByteArrayOutputStream();
      byte[] buffer = new byte[4096];
      InputStream in = socket.getInputStream();
      boolean closes = request.contains("Connection: close");
      for (int read = in.read(buffer); read > 0; read = in.read(buffer)) {
        answer.write(buffer, 0, read);
        if (!closes && answer.toString(UTF_8).contains("\r\n\r\n")) {
          break;
        }
      }
      return answer.toString(UTF_8);
    }
  }

  private static void await(BooleanSupplier condition) throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("in time").isLessThan(deadline);
      TimeUnit.MILLISECONDS.sleep(5);
    }
  }

  /** Answers with the request's body, once its gate is open. */
  private static final class Echo implements HttpService {
    private final Queue<HttpHead> heads = new ConcurrentLinkedQueue<>();
    private volatile @Nullable CountDownLatch gate;

    @Override
    public @Nullable HttpAnswer refusal(HttpHead head) {
      return head.path().equals("/") ? null : HttpAnswer.of(404, "", new byte[0]);
    }

    @Override
    public void serve(HttpHead head, byte[] body, ByteBudget.Lease lease, Reply reply) {
      heads.add(head);
      if (new String(body, UTF_8).equals("fail")) {
        throw new IllegalStateException("on purpose");
      }
      CountDownLatch closed = gate;
      if (closed != null) {
        try {
          closed.await();
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
        }
      }
      lease.close();
      reply.send(HttpAnswer.of(200, "text/echo", body));
    }

    @Override
    public HttpAnswer failure(@Nullable HttpHead head, Failure failure, String message) {
      return HttpAnswer.of(failure.status(), "text/plain", message.getBytes(UTF_8));
    }
  }
}
