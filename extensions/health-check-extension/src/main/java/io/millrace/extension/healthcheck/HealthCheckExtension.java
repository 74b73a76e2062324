package io.millrace.extension.healthcheck;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.millrace.api.component.AgentHealth;
import io.millrace.api.component.ComponentContext;
import io.millrace.api.component.Extension;
import io.millrace.api.component.StartException;
import io.millrace.api.config.Endpoint;
import io.millrace.extension.healthcheck.HealthCheckExtensionConfig.ResponseBody;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/**
 * Answers GET with 200 while the agent is ready and no component has failed, else with 503. The
 * answer names every component and how it is. Thread-safe.
 */
final class HealthCheckExtension implements Extension {
  private final ComponentContext context;
  private final HealthCheckExtensionConfig config;
  private @Nullable HttpServer server;
  private @Nullable ExecutorService executor;

  HealthCheckExtension(ComponentContext context, HealthCheckExtensionConfig config) {
    this.context = context;
    this.config = config;
  }

  @Override
  public void start() throws StartException {
    Endpoint endpoint = config.endpoint();
    try {
      InetSocketAddress address =
          endpoint.host().isEmpty()
              ? new InetSocketAddress(endpoint.port())
              : new InetSocketAddress(InetAddress.getByName(endpoint.host()), endpoint.port());
      HttpServer opened = HttpServer.create(address, 0);
      ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
      opened.setExecutor(threads);
      opened.createContext(config.path(), this::answer);
      opened.start();
      server = opened;
      executor = threads;
    } catch (IOException e) {
      throw new StartException(endpoint + ": " + e.getMessage(), e);
    }
  }

  @Override
  public void stop() {
    if (server != null) {
      server.stop(0);
    }
    if (executor != null) {
      executor.shutdownNow();
    }
  }

  /** The port in use; -1 before start. */
  int port() {
    return server == null ? -1 : server.getAddress().getPort();
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      String method = exchange.getRequestMethod();
      if (!method.equals("GET") && !method.equals("HEAD")) {
        exchange.getResponseHeaders().set("Allow", "GET, HEAD");
        exchange.sendResponseHeaders(405, -1);
        return;
      }
      AgentHealth health = context.agentHealth();
      HealthReport report = HealthReport.of(health, context.clock().instant());
      ResponseBody texts = config.responseBody();
      String body = texts == null ? report.json() : text(texts, report.healthy());
      byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
      exchange
          .getResponseHeaders()
          .set("Content-Type", texts == null ? "application/json" : "text/plain; charset=utf-8");
      boolean send = method.equals("GET") && bytes.length > 0;
      exchange.sendResponseHeaders(report.healthy() ? 200 : 503, send ? bytes.length : -1);
      if (send) {
        exchange.getResponseBody().write(bytes);
      }
    }
  }

  private static String text(ResponseBody texts, boolean healthy) {
    return healthy ? texts.healthy() : texts.unhealthy();
  }
}
