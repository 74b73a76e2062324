package io.millrace.toolkit.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.api.component.StartException;
import io.millrace.api.config.Endpoint;
import io.millrace.api.config.Secret;
import io.millrace.testkit.TestCertificates;
import io.millrace.toolkit.compression.Compression;
import io.millrace.toolkit.tls.TlsClientConfig;
import io.millrace.toolkit.tls.TlsConfig;
import io.millrace.toolkit.tls.TlsServerConfig;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The server over loopback, and {@link HttpSender} as its client. */
@Timeout(180)
class HttpServerIT extends HttpServerSetup {
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
}
