package io.millrace.benchmarks.fault.traffic;

import com.google.protobuf.InvalidProtocolBufferException;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.millrace.benchmarks.fault.ledger.Arrivals;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.zip.GZIPInputStream;

/**
 * An OTLP server over HTTP that takes everything and remembers what it took before it answers.
 * Thread-safe.
 */
public final class OtlpSink implements AutoCloseable {
  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Arrivals arrivals;
  private final Semaphore atOnce = new Semaphore(1, true);
  private final Duration pace;

  /**
   * Starts one on a free port.
   *
   * @param pace how long it works on a request, on one at a time; zero for as fast as it can
   */
  public OtlpSink(Arrivals arrivals, Duration pace) throws IOException {
    this.arrivals = arrivals;
    this.pace = pace;
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/v1/logs", this::take);
    server.start();
  }

  /** {@code 127.0.0.1:port}. */
  public String address() {
    return "127.0.0.1:" + server.getAddress().getPort();
  }

  private void take(HttpExchange exchange) throws IOException {
    try (exchange) {
      InputStream in = exchange.getRequestBody();
      String encoding = exchange.getRequestHeaders().getFirst("Content-Encoding");
      byte[] body = ("gzip".equals(encoding) ? new GZIPInputStream(in) : in).readAllBytes();
      work();
      exchange.getResponseHeaders().add("Content-Type", "application/x-protobuf");
      exchange.sendResponseHeaders(answer(body), -1);
    }
  }

  private int answer(byte[] body) {
    try {
      arrivals.add(body);
      return 200;
    } catch (InvalidProtocolBufferException e) {
      arrivals.addBroken(e.toString());
      return 400;
    }
  }

  private void work() throws IOException {
    if (pace.isZero()) {
      return;
    }
    try {
      atOnce.acquire();
      try {
        Thread.sleep(pace);
      } finally {
        atOnce.release();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("stopped", e);
    }
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
