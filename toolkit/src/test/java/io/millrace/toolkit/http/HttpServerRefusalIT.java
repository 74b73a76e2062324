package io.millrace.toolkit.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.api.config.DataSize;
import io.millrace.toolkit.compression.Compression;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Requests that the server cannot or must not serve, over loopback. */
@Timeout(180)
class HttpServerRefusalIT extends HttpServerSetup {
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
}
