package io.millrace.distribution;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.millrace.api.telemetry.Batch;
import io.millrace.api.telemetry.LogRecord;
import io.millrace.api.telemetry.MalformedTelemetryException;
import io.millrace.api.telemetry.Signal;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A destination for OTLP logs over HTTP that is sick until it is healed. Thread-safe. */
final class HttpSink implements AutoCloseable {
  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final List<String> accepted = new CopyOnWriteArrayList<>();
  private final List<String> rejected = new CopyOnWriteArrayList<>();
  private volatile boolean healthy;
  private volatile boolean takesPoison;

  HttpSink() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/v1/logs", this::take);
    server.start();
  }

  int port() {
    return server.getAddress().getPort();
  }

  /** From now on it takes what it gets, but for requests with a record that says "poison". */
  void heal() {
    healthy = true;
  }

  /** From now on it takes everything. */
  void takePoison() {
    takesPoison = true;
  }

  /** Bodies of what it took. */
  List<String> accepted() {
    return accepted;
  }

  /** Bodies of what it will never take, as far as they came alone. */
  List<String> rejected() {
    return rejected;
  }

  private void take(HttpExchange exchange) throws IOException {
    try (exchange) {
      byte[] body = exchange.getRequestBody().readAllBytes();
      exchange.getResponseHeaders().add("Content-Type", "application/x-protobuf");
      exchange.sendResponseHeaders(answer(body), -1);
    }
  }

  private int answer(byte[] body) {
    if (!healthy) {
      return 503;
    }
    List<String> bodies = new CopyOnWriteArrayList<>();
    try {
      Batch.read(Signal.LOGS, body)
          .forEachItem(
              (group, scope, item) -> {
                if (item instanceof LogRecord record) {
                  bodies.add(record.body().stringValue());
                }
              });
    } catch (MalformedTelemetryException e) {
      return 500;
    }
    boolean poisoned = !takesPoison && bodies.stream().anyMatch(text -> text.contains("poison"));
    if (!poisoned) {
      accepted.addAll(bodies);
    } else if (bodies.size() == 1) {
      rejected.addAll(bodies);
    }
    return poisoned ? 400 : 200;
  }

  @Override
  public void close() {
    server.stop(0);
    threads.close();
  }
}
