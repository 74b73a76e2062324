package io.millrace.distribution;

import io.millrace.api.telemetry.AttributeKey;
import io.millrace.api.telemetry.LogRecordWriter;
import io.millrace.api.telemetry.Logs;
import io.millrace.api.telemetry.LogsBuilder;
import io.millrace.api.telemetry.Value;
import io.millrace.testkit.server.KafkaServer;
import io.millrace.testkit.server.LoopbackPorts;
import io.millrace.testkit.server.RunDirectory;
import io.millrace.testkit.server.ServerOptions;
import io.millrace.testkit.server.ServerProcess;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What the promise costs: the unpacked agent takes OTLP over HTTP and sends it on to Kafka (a real
 * one) or Elasticsearch (a sink that swallows bulk requests); with the log, without it ({@code
 * acknowledge: delivered}), and besides without origins, which a plugin takes away behind the
 * receiver, and without what follows from them: Kafka headers, document ids. In turns; prints
 * records per second and per CPU-second of the agent (of the operating system, JVM start and
 * warm-up excluded). Not a test: run it from the test class path after {@code package}, with the
 * system properties that the tests get.
 */
final class CostBenchmark {
  private static final int RECORDS_OF_A_REQUEST = 512;
  private static final int AT_ONCE = 16;
  private static final Duration WARM_UP = Duration.ofSeconds(10);
  private static final AttributeKey KEY = AttributeKey.of("service.instance");
  private static final String TOPIC = "cost";

  /** What an agent does for its records. */
  private enum Promise {
    LOG_AND_ORIGINS("logged", "[]"),
    ORIGINS("delivered", "[]"),
    NOTHING("delivered", "[anonymous]");

    private final String mode;
    private final String processors;

    Promise(String mode, String processors) {
      this.mode = mode;
      this.processors = processors;
    }
  }

  private final UnpackedAgent agent;
  private final Path directory;
  private final KafkaServer kafka;

  private CostBenchmark(UnpackedAgent agent, Path directory, KafkaServer kafka) {
    this.agent = agent;
    this.directory = directory;
    this.kafka = kafka;
  }

  /** Arguments: seconds of each turn, number of turns. */
  public static void main(String[] arguments) throws Exception {
    int seconds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 15;
    int turns = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 2;
    try (RunDirectory run = RunDirectory.create("millrace-cost");
        KafkaServer kafka = KafkaServer.start(ServerOptions.in(run.path().resolve("kafka")))) {
      kafka.createTopic(TOPIC, 1);
      UnpackedAgent agent = UnpackedAgent.in(run.path());
      AnonymousPlugin.into(agent);
      CostBenchmark benchmark = new CostBenchmark(agent, run.path(), kafka);
      System.out.printf(Locale.ROOT, "load average before: %s%n", load());
      for (int turn = 0; turn < turns; turn++) {
        for (String exporter : List.of("elasticsearch", "kafka")) {
          for (Promise promise : Promise.values()) {
            benchmark.measure(exporter, promise, seconds);
          }
        }
      }
    }
  }

  private void measure(String exporter, Promise promise, int seconds) throws Exception {
    List<Integer> ports = LoopbackPorts.free(2);
    Files.writeString(
        directory.resolve("agent.yaml"),
        """
        extensions:
          health_check: {endpoint: "127.0.0.1:${env:HEALTH}"}
        receivers:
          otlp:
            protocols: {http: {endpoint: "127.0.0.1:${env:OTLP}"}}
            acknowledge: ${env:MODE}
        processors:
          anonymous:
        exporters:
          elasticsearch:
            endpoint: http://127.0.0.1:${env:SINK}
            logs_index: cost
            index_templates: {enabled: false}
          kafka:
            brokers: ["${env:BROKERS}"]
            logs: {topic: ${env:TOPIC}}
        service:
          extensions: [health_check]
          telemetry: {metrics: {level: none}}
          pipelines:
            logs:
              receivers: [otlp]
              processors: ${env:PROCESSORS}
              exporters: ["${env:EXPORTER}"]
        """);
    Map<String, String> environment = new HashMap<>();
    byte[] request = request();
    try (SwallowingSink sink = new SwallowingSink()) {
      environment.put("HEALTH", ports.get(0).toString());
      environment.put("OTLP", ports.get(1).toString());
      environment.put("SINK", Integer.toString(sink.port()));
      environment.put("BROKERS", kafka.bootstrapServers());
      environment.put("TOPIC", TOPIC);
      environment.put("EXPORTER", exporter);
      environment.put("MODE", promise.mode);
      environment.put("PROCESSORS", promise.processors);
      try (HttpClient client = HttpClient.newHttpClient();
          UnpackedAgent.Running running =
              UnpackedAgent.start(
                  agent.launcher(),
                  directory,
                  environment,
                  "--config",
                  "agent.yaml",
                  "--state-dir",
                  "state-" + exporter + "-" + promise)) {
        running.awaitHealthy(ports.get(0));
        URI uri = URI.create("http://127.0.0.1:" + ports.get(1) + "/v1/logs");
        send(client, uri, request, WARM_UP);
        long cpu = cpuNanos(running.process());
        long begin = System.nanoTime();
        long acknowledged = send(client, uri, request, Duration.ofSeconds(seconds));
        double wall = (System.nanoTime() - begin) / 1e9;
        double used = (cpuNanos(running.process()) - cpu) / 1e9;
        System.out.printf(
            Locale.ROOT,
            "%-13s %-15s  %,11.0f records/s  %,11.0f records per CPU-second  (%.1f s CPU in %.1f s,"
                + " %d-byte requests of %d records, load average %s)%n",
            exporter,
            promise,
            acknowledged * RECORDS_OF_A_REQUEST / wall,
            acknowledged * RECORDS_OF_A_REQUEST / used,
            used,
            wall,
            request.length,
            RECORDS_OF_A_REQUEST,
            load());
        running.stop();
      }
    }
  }

  private static String load() throws IOException {
    return Files.readString(Path.of("/proc/loadavg")).strip();
  }

  /** Sends for a while; how many requests were acknowledged. */
  private static long send(HttpClient client, URI uri, byte[] body, Duration time)
      throws InterruptedException {
    Semaphore free = new Semaphore(AT_ONCE);
    AtomicLong acknowledged = new AtomicLong();
    HttpRequest request =
        HttpRequest.newBuilder(uri)
            .header("Content-Type", "application/x-protobuf")
            .POST(HttpRequest.BodyPublishers.ofByteArray(body))
            .build();
    long end = System.nanoTime() + time.toNanos();
    while (System.nanoTime() < end) {
      free.acquire();
      var _ =
          client
              .sendAsync(request, HttpResponse.BodyHandlers.discarding())
              .whenComplete(
                  (response, failure) -> {
                    free.release();
                    if (failure == null && response.statusCode() == 200) {
                      acknowledged.incrementAndGet();
                    }
                  });
    }
    free.acquire(AT_ONCE);
    return acknowledged.get();
  }

  private static byte[] request() {
    LogsBuilder builder = Logs.builder();
    for (int i = 0; i < RECORDS_OF_A_REQUEST; i++) {
      LogRecordWriter record = builder.record();
      record.timeUnixNanos(1_700_000_000_000_000_000L + i);
      record.body(Value.of("GET /orders/" + i + " took 12 ms " + "x".repeat(180)));
      record.put(KEY, "instance-" + i % 10);
    }
    return builder.build().toBytes();
  }

  /** CPU time of the agent and its children so far. */
  private static long cpuNanos(ServerProcess process) throws IOException {
    ProcessHandle handle =
        ProcessHandle.of(process.pid()).orElseThrow(() -> new IOException("the agent has ended"));
    Optional<Duration> own = handle.info().totalCpuDuration();
    long nanos = own.map(Duration::toNanos).orElse(0L);
    List<ProcessHandle> children = new ArrayList<>(handle.descendants().toList());
    for (ProcessHandle child : children) {
      nanos += child.info().totalCpuDuration().map(Duration::toNanos).orElse(0L);
    }
    return nanos;
  }
}
