package io.millrace.benchmarks.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.protobuf.Message;
import com.sun.net.httpserver.HttpServer;
import io.millrace.benchmarks.Home;
import io.millrace.benchmarks.load.subject.Subject;
import io.millrace.benchmarks.load.subject.SubjectProcess;
import io.millrace.testkit.server.LoopbackPorts;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Logs, metrics and spans go through Millrace, the OpenTelemetry Collector and Millrace again, in
 * every form that both speak; each record arrives once and as it was sent. The system property
 * {@code millrace.otelcol} names the Collector's binary; without it, only Millrace with the
 * Collector's file runs in the Collector's place.
 */
class CollectorInteropIT {
  private static final String BINARY = "millrace.otelcol";
  private static final int REQUESTS = 20;
  private static final int RECORDS_OF_REQUEST = 35;
  private static final Duration ARRIVE = Duration.ofSeconds(30);

  @TempDir private Path directory;

  /** How requests travel, to the one in the middle and from it. */
  enum Way {
    GRPC("grpc", "compression: none"),
    GRPC_GZIP("grpc", "compression: gzip"),
    GRPC_ZSTD("grpc", "compression: zstd"),
    HTTP("http", "compression: none"),
    HTTP_GZIP("http", "compression: gzip"),
    HTTP_ZSTD("http", "compression: zstd"),
    HTTP_JSON("http", "compression: none, encoding: json"),
    HTTP_JSON_GZIP("http", "compression: gzip, encoding: json");

    private final String protocol;
    private final String settings;

    Way(String protocol, String settings) {
      this.protocol = protocol;
      this.settings = settings;
    }

    private String exporterName() {
      return protocol.equals("grpc") ? "otlp" : "otlphttp";
    }

    private String exporter() {
      String target =
          protocol.equals("grpc")
              ? "endpoint: '127.0.0.1:${env:NEXT}', tls: {insecure: true}"
              : "endpoint: 'http://127.0.0.1:${env:NEXT}'";
      return exporterName() + ": {" + target + ", " + settings + "}";
    }
  }

  @ParameterizedTest
  @EnumSource
  void everyRecordPassesTheCollectorOnceAndUnchanged(Way way) throws Exception {
    String binary = System.getProperty(BINARY, "");
    assumeTrue(
        !binary.isEmpty(),
        "system property " + BINARY + ": not set (expected: path of an OpenTelemetry Collector)");
    everyRecordPasses(Subject.peer("otelcol=" + binary), way);
  }

  @ParameterizedTest
  @EnumSource
  void millraceTakesTheCollectorsPlaceWithItsFile(Way way) throws Exception {
    everyRecordPasses(Subject.millrace(Home.find().launcher()), way);
  }

  private void everyRecordPasses(Subject middle, Way way) throws Exception {
    Arrivals sent = new Arrivals();
    Arrivals arrived = new Arrivals();
    HttpServer sink = arrived.listen();
    List<Integer> ports = LoopbackPorts.free(5);
    int first = ports.get(0);
    // Closed from below: whoever stops delivers what it holds, so what arrives twice is seen.
    try (SubjectProcess _ =
            start(
                Subject.millrace(Home.find().launcher()),
                ends(way),
                Map.of(
                    "FIRST", first,
                    "NEXT", ports.get(1),
                    "LAST", ports.get(2),
                    "MILLRACE_HEALTH", ports.get(3),
                    "SINK", sink.getAddress().getPort()));
        SubjectProcess _ =
            start(
                middle,
                middle(way),
                Map.of(
                    "HERE", ports.get(1), "NEXT", ports.get(2), "MILLRACE_HEALTH", ports.get(4)));
        HttpClient client = HttpClient.newHttpClient()) {
      for (int i = 0; i < REQUESTS; i++) {
        int number = i * RECORDS_OF_REQUEST;
        send(client, first, "/v1/logs", RichRequests.logs(number, RECORDS_OF_REQUEST), sent);
        send(client, first, "/v1/metrics", RichRequests.metrics(number, RECORDS_OF_REQUEST), sent);
        send(client, first, "/v1/traces", RichRequests.traces(number, RECORDS_OF_REQUEST), sent);
      }
      arrived.awaitCount(sent.count(), ARRIVE);
    } finally {
      sink.stop(0);
    }
    assertThat(sent.count()).isEqualTo(3 * REQUESTS * RECORDS_OF_REQUEST);
    assertThat(arrived.records()).isEqualTo(sent.records());
  }

  /** A file of the Collector's: nothing in it is Millrace's own. */
  private static String middle(Way way) {
    return """
        extensions:
          health_check: {endpoint: '127.0.0.1:${env:MILLRACE_HEALTH}'}
        receivers:
          otlp: {protocols: {%s: {endpoint: '127.0.0.1:${env:HERE}'}}}
        exporters:
          %s
        service:
          extensions: [health_check]
          telemetry: {metrics: {level: none}}
          pipelines:
            logs: {receivers: [otlp], exporters: [%s]}
            metrics: {receivers: [otlp], exporters: [%3$s]}
            traces: {receivers: [otlp], exporters: [%3$s]}
        """
        .formatted(way.protocol, way.exporter(), way.exporterName());
  }

  /** Millrace's file: one process is at both ends. */
  private static String ends(Way way) {
    return """
        extensions:
          health_check: {endpoint: '127.0.0.1:${env:MILLRACE_HEALTH}'}
        receivers:
          otlp: {protocols: {http: {endpoint: '127.0.0.1:${env:FIRST}'}}}
          otlp/back: {protocols: {%s: {endpoint: '127.0.0.1:${env:LAST}'}}}
        exporters:
          %s
          otlphttp/sink: {endpoint: 'http://127.0.0.1:${env:SINK}', compression: none}
        service:
          extensions: [health_check]
          telemetry: {metrics: {level: none}}
          pipelines:
            logs: {receivers: [otlp], exporters: [%s]}
            metrics: {receivers: [otlp], exporters: [%3$s]}
            traces: {receivers: [otlp], exporters: [%3$s]}
            logs/back: {receivers: [otlp/back], exporters: [otlphttp/sink]}
            metrics/back: {receivers: [otlp/back], exporters: [otlphttp/sink]}
            traces/back: {receivers: [otlp/back], exporters: [otlphttp/sink]}
        """
        .formatted(way.protocol, way.exporter(), way.exporterName());
  }

  private SubjectProcess start(Subject subject, String file, Map<String, Integer> ports)
      throws IOException, InterruptedException {
    Map<String, String> environment = new TreeMap<>();
    ports.forEach((name, port) -> environment.put(name, port.toString()));
    Path folder = Files.createTempDirectory(directory, subject.name());
    Path config = Files.writeString(folder.resolve("agent.yaml"), file);
    return SubjectProcess.start(subject, List.of(), List.of(config), environment, folder);
  }

  private static void send(HttpClient client, int port, String path, Message request, Arrivals sent)
      throws IOException, InterruptedException {
    sent.add(path, request.toByteArray());
    HttpResponse<String> answer =
        client.send(
            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .header("Content-Type", "application/x-protobuf")
                .POST(HttpRequest.BodyPublishers.ofByteArray(request.toByteArray()))
                .build(),
            HttpResponse.BodyHandlers.ofString());
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
  }
}
