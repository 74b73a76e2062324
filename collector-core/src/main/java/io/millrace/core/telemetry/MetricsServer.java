package io.millrace.core.telemetry;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.millrace.api.config.Endpoint;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Serves the agent's metrics at {@code /metrics} in Prometheus' text format. Thread-safe. */
public final class MetricsServer implements AutoCloseable {
  private final HttpServer server;
  private final ExecutorService executor;
  private final Instruments instruments;

  private MetricsServer(HttpServer server, Instruments instruments) {
    this.server = server;
    this.instruments = instruments;
    this.executor =
        Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("metrics-", 0).factory());
  }

  /**
   * Opens the port.
   *
   * @throws IOException when it cannot be opened, such as because it is in use
   */
  public static MetricsServer open(Endpoint endpoint, Instruments instruments) throws IOException {
    InetSocketAddress address =
        endpoint.host().isEmpty()
            ? new InetSocketAddress(endpoint.port())
            : new InetSocketAddress(InetAddress.getByName(endpoint.host()), endpoint.port());
    MetricsServer metrics = new MetricsServer(HttpServer.create(address, 0), instruments);
    metrics.server.createContext("/metrics", metrics::answer);
    metrics.server.setExecutor(metrics.executor);
    metrics.server.start();
    return metrics;
  }

  /** The port that is open. */
  public int port() {
    return server.getAddress().getPort();
  }

  @Override
  public void close() {
    server.stop(0);
    executor.shutdownNow();
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      if (!exchange.getRequestURI().getPath().equals("/metrics")) {
        exchange.sendResponseHeaders(404, -1);
        return;
      }
      byte[] page = PrometheusText.of(instruments.collect()).getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().set("Content-Type", "text/plain; version=0.0.4; charset=utf-8");
      exchange.sendResponseHeaders(200, page.length);
      exchange.getResponseBody().write(page);
    }
  }
}
