package io.millrace.exporter.prometheus;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.millrace.api.component.ComponentContext;
import io.millrace.api.component.ExportOutcome;
import io.millrace.api.component.Exporter;
import io.millrace.api.component.Meter;
import io.millrace.api.component.StartException;
import io.millrace.api.config.Endpoint;
import io.millrace.api.pipeline.RequestContext;
import io.millrace.api.telemetry.Batch;
import io.millrace.api.telemetry.Metric;
import io.millrace.api.telemetry.ResourceGroup;
import io.millrace.api.telemetry.ScopeGroup;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the latest value of every series and answers scrapes with them. A batch is accepted once
 * its values are held; they are gone when the process ends, as scraping implies. Thread-safe.
 */
final class PrometheusExporter implements Exporter {
  private final ComponentContext context;
  private final PrometheusExporterConfig config;
  private final SeriesTable series;
  private final Meter.Counter unsupported;
  private final Meter.Counter overflow;
  private @Nullable HttpServer server;
  private @Nullable ExecutorService executor;

  PrometheusExporter(ComponentContext context, PrometheusExporterConfig config) {
    this.context = context;
    this.config = config;
    this.series = new SeriesTable(config);
    this.unsupported =
        context
            .meter()
            .counter(
                "exporter_prometheus_unsupported_points",
                "Data points that the text format cannot show");
    this.overflow =
        context
            .meter()
            .counter(
                "exporter_prometheus_overflow_points", "Data points of series beyond max_series");
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
      opened.createContext("/metrics", this::answer);
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

  @Override
  public ExportOutcome export(Batch batch, RequestContext request) {
    long now = context.clock().millis();
    long skipped = 0;
    long overflowed = 0;
    for (ResourceGroup group : batch.groups()) {
      Labels resource = Labels.ofResource(config, group.resource().attributes());
      series.target(resource, now);
      for (ScopeGroup scope : group.scopes()) {
        for (Metric metric : scope.metrics()) {
          SeriesTable.Taken taken = series.take(metric, resource, now);
          skipped += taken.unsupported();
          overflowed += taken.overflowed();
        }
      }
    }
    unsupported.add(skipped);
    overflow.add(overflowed);
    return ExportOutcome.ACCEPTED;
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      if (!exchange.getRequestMethod().equals("GET")) {
        exchange.getResponseHeaders().set("Allow", "GET");
        exchange.sendResponseHeaders(405, -1);
        return;
      }
      byte[] body = series.text(context.clock().millis()).getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().set("Content-Type", "text/plain; version=0.0.4; charset=utf-8");
      exchange.sendResponseHeaders(200, body.length == 0 ? -1 : body.length);
      exchange.getResponseBody().write(body);
    }
  }
}
