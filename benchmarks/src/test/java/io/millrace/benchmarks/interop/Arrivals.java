package io.millrace.benchmarks.interop;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.logs.v1.LogRecord;
import io.opentelemetry.proto.logs.v1.ResourceLogs;
import io.opentelemetry.proto.logs.v1.ScopeLogs;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.metrics.v1.ResourceMetrics;
import io.opentelemetry.proto.metrics.v1.ScopeMetrics;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Records by their names, each with its resource and its scope around it; {@link #listen} fills it
 * from a server for OTLP over HTTP. Thread-safe.
 */
final class Arrivals {
  private final Map<String, List<Message>> records = new TreeMap<>();
  private int count;

  /** Adds what arrives on a new server, which the caller stops. */
  HttpServer listen() throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::take);
    server.start();
    return server;
  }

  /** How many records there are. */
  synchronized int count() {
    return count;
  }

  /** Waits until there are so many records, or for the time given. */
  synchronized void awaitCount(int expected, Duration limit) throws InterruptedException {
    long end = System.nanoTime() + limit.toNanos();
    for (long left = limit.toMillis();
        count < expected && left > 0;
        left = (end - System.nanoTime()) / 1_000_000) {
      wait(left);
    }
  }

  synchronized Map<String, List<Message>> records() {
    return new TreeMap<>(records);
  }

  /**
   * Adds the records of a request.
   *
   * @param path where such requests are posted
   * @throws IOException when it is none
   */
  synchronized void add(String path, byte[] request) throws IOException {
    try {
      switch (path) {
        case "/v1/logs" -> addLogs(ExportLogsServiceRequest.parseFrom(request));
        case "/v1/metrics" -> addMetrics(ExportMetricsServiceRequest.parseFrom(request));
        case "/v1/traces" -> addSpans(ExportTraceServiceRequest.parseFrom(request));
        default -> throw new IOException("a request for " + path);
      }
    } catch (InvalidProtocolBufferException e) {
      throw new IOException("unreadable: a request for " + path, e);
    }
  }

  private void take(HttpExchange exchange) throws IOException {
    try (exchange) {
      add(exchange.getRequestURI().getPath(), exchange.getRequestBody().readAllBytes());
      exchange.getResponseHeaders().add("Content-Type", "application/x-protobuf");
      exchange.sendResponseHeaders(200, -1);
    }
  }

  private void addLogs(ExportLogsServiceRequest request) {
    for (ResourceLogs group : request.getResourceLogsList()) {
      for (ScopeLogs scope : group.getScopeLogsList()) {
        for (LogRecord each : scope.getLogRecordsList()) {
          ScopeLogs alone = scope.toBuilder().clearLogRecords().addLogRecords(each).build();
          add(each.getEventName(), group.toBuilder().clearScopeLogs().addScopeLogs(alone));
        }
      }
    }
  }

  private void addMetrics(ExportMetricsServiceRequest request) {
    for (ResourceMetrics group : request.getResourceMetricsList()) {
      for (ScopeMetrics scope : group.getScopeMetricsList()) {
        for (Metric each : scope.getMetricsList()) {
          ScopeMetrics alone = scope.toBuilder().clearMetrics().addMetrics(each).build();
          add(each.getName(), group.toBuilder().clearScopeMetrics().addScopeMetrics(alone));
        }
      }
    }
  }

  private void addSpans(ExportTraceServiceRequest request) {
    for (ResourceSpans group : request.getResourceSpansList()) {
      for (ScopeSpans scope : group.getScopeSpansList()) {
        for (Span each : scope.getSpansList()) {
          ScopeSpans alone = scope.toBuilder().clearSpans().addSpans(each).build();
          add(each.getName(), group.toBuilder().clearScopeSpans().addScopeSpans(alone));
        }
      }
    }
  }

  private void add(String name, Message.Builder record) {
    records.computeIfAbsent(name, key -> new ArrayList<>()).add(record.build());
    count++;
    notifyAll();
  }
}
