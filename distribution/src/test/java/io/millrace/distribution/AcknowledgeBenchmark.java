package io.millrace.distribution;

import io.millrace.api.telemetry.AttributeKey;
import io.millrace.api.telemetry.LogRecordWriter;
import io.millrace.api.telemetry.Logs;
import io.millrace.api.telemetry.LogsBuilder;
import io.millrace.api.telemetry.Value;
import io.millrace.testkit.server.LoopbackPorts;
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
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What logging costs: the unpacked agent takes OTLP over HTTP and sends it on over HTTP, once with
 * {@code acknowledge: logged} and once with {@code delivered}, in turns. Prints records per second
 * and per CPU-second of the agent (of the operating system, JVM start excluded). Not a test: run it
 * from the test class path after {@code package}, with the millrace.tarball and millrace.version
 * properties that the tests get.
 */
final class AcknowledgeBenchmark {
  private static final int RECORDS_OF_A_REQUEST = 512;
  private static final int AT_ONCE = 16;
  private static final Duration WARM_UP = Duration.ofSeconds(5);
  private static final AttributeKey KEY = AttributeKey.of("service.instance");

  private AcknowledgeBenchmark() {}

  /** Arguments: seconds of each turn, number of turns. */
  public static void main(String[] arguments) throws Exception {
    int seconds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 15;
    int turns = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 2;
    Path directory = Files.createTempDirectory("millrace-benchmark-");
    UnpackedAgent agent = UnpackedAgent.in(directory);
    System.out.printf(
        Locale.ROOT,
        "load average before: %s%n",
        Files.readString(Path.of("/proc/loadavg")).strip());
    for (int turn = 0; turn < turns; turn++) {
      for (String mode : List.of("delivered", "logged")) {
        measure(agent, directory, mode, seconds);
      }
    }
  }

  private static void measure(UnpackedAgent agent, Path directory, String mode, int seconds)
      throws Exception {
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
        exporters:
          otlphttp: {endpoint: "http://127.0.0.1:${env:SINK}", compression: none}
        service:
          extensions: [health_check]
          telemetry: {metrics: {level: none}}
          pipelines:
            logs: {receivers: [otlp], exporters: [otlphttp]}
        """);
    byte[] request = request();
    try (SwallowingSink sink = new SwallowingSink();
        HttpClient client = HttpClient.newHttpClient();
        UnpackedAgent.Running running =
            UnpackedAgent.start(
                agent.launcher(),
                directory,
                Map.of(
                    "HEALTH", ports.get(0).toString(),
                    "OTLP", ports.get(1).toString(),
                    "SINK", Integer.toString(sink.port()),
                    "MODE", mode),
                "--config",
                "agent.yaml",
                "--state-dir",
                "state-" + mode)) {
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
          "%-9s  %,12.0f records/s  %,8.0f requests/s  %,12.0f records per CPU-second  (%.1f s CPU"
              + " in %.1f s, %d-byte requests of %d records, load average %s)%n",
          mode,
          acknowledged * RECORDS_OF_A_REQUEST / wall,
          acknowledged / wall,
          acknowledged * RECORDS_OF_A_REQUEST / used,
          used,
          wall,
          request.length,
          RECORDS_OF_A_REQUEST,
          Files.readString(Path.of("/proc/loadavg")).strip());
      running.stop();
    }
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
