package io.millrace.toolkit.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.api.component.StartException;
import io.millrace.api.config.Endpoint;
import io.millrace.toolkit.net.ByteBudget;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What tests of the server share: a service that echoes, clients, and an end to all of them. */
abstract class HttpServerSetup {
  static final Logger LOGGER = LoggerFactory.getLogger(HttpServerSetup.class);
  static final Clock CLOCK = Clock.systemUTC();
  static final HttpServerConfig STANDARD = HttpServerConfig.standard();
  static final int MAX_REPLY_BYTES = 4 << 20;
  private static final Endpoint ANY_PORT = new Endpoint("localhost", 0);

  final ByteBudget budget = new ByteBudget(2 << 20);
  final Echo echo = new Echo();
  private final List<AutoCloseable> opened = new ArrayList<>();

  @AfterEach
  void closeEverything() throws Exception {
    for (AutoCloseable closeable : opened.reversed()) {
      closeable.close();
    }
    assertThat(budget.used()).as("bytes still on lease").isZero();
  }

  HttpServer start(HttpServerConfig config) throws StartException {
    HttpServer server = HttpServer.start(ANY_PORT, config, budget, echo, CLOCK, LOGGER);
    opened.add(server);
    return server;
  }

  HttpSender sender(HttpClientConfig config) throws StartException {
    HttpSender sender = HttpSender.open(config, "Test/1", MAX_REPLY_BYTES, CLOCK, LOGGER);
    opened.add(sender);
    return sender;
  }

  static URI uri(HttpServer server) {
    return URI.create("http://localhost:" + server.port() + "/");
  }

  /** The head of a request. */
  static String post(String path, String... headers) {
    return "POST " + path + " HTTP/1.1\r\nHost: x\r\n" + String.join("\r\n", headers) + "\r\n\r\n";
  }

  /** Sends bytes and reads until the server closes or goes on waiting for more. */
  static String talk(HttpServer server, String request) throws IOException {
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

  static void await(BooleanSupplier condition) throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("in time").isLessThan(deadline);
      TimeUnit.MILLISECONDS.sleep(5);
    }
  }

  /** Answers with the request's body, once its gate is open. */
  static final class Echo implements HttpService {
    final Queue<HttpHead> heads = new ConcurrentLinkedQueue<>();
    volatile @Nullable CountDownLatch gate;

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
