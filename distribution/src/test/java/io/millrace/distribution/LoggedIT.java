package io.millrace.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.api.telemetry.Logs;
import io.millrace.api.telemetry.LogsBuilder;
import io.millrace.api.telemetry.Value;
import io.millrace.testkit.server.LoopbackPorts;
import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What OTLP clients were told to have arrived survives the agent and an outage behind it. */
class LoggedIT {
  private static final int REQUESTS = 20;
  private static final int RECORDS_OF_A_REQUEST = 50;

  @TempDir private Path directory;
  private final List<Integer> ports = LoopbackPorts.free(2);

  @Test
  void deliversWhatItAcknowledgedThoughItIsKilledWhileTheBackendIsDown() throws Exception {
    UnpackedAgent agent = UnpackedAgent.in(directory);
    List<byte[]> requests = new ArrayList<>();
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < REQUESTS; i++) {
      requests.add(request(i, texts));
    }
    try (HttpSink sink = new HttpSink()) {
      try (UnpackedAgent.Running running = start(agent, sink);
          HttpClient client = HttpClient.newHttpClient()) {
        running.awaitHealthy(ports.get(0));
        assertThat(running.logged()).contains("logs: otlp acknowledges what is in its log on disk");
        for (byte[] request : requests) {
          assertThat(
                  UnpackedAgent.post(
                          client, ports.get(1), "/v1/logs", "application/x-protobuf", request)
                      .statusCode())
              .isEqualTo(200);
        }
        assertThat(agent.run(directory, "queue", "verify", "--state-dir", "state").out())
            .isEqualToIgnoringNewLines(
                "receiver-otlp-logs: ok; 20 batches, 1000 items can be read");
        // Killed with signal 9 at the end of this block.
      }
      assertThat(sink.accepted()).isEmpty();
      assertThat(
              agent
                  .run(
                      directory,
                      "queue",
                      "export",
                      "receiver-otlp-logs",
                      "--state-dir",
                      "state",
                      "--to",
                      "exported")
                  .code())
          .isZero();
      assertThat(exported())
          .containsExactlyInAnyOrderElementsOf(
              requests.stream().map(HexFormat.of()::formatHex).toList());
      sink.heal();
      try (UnpackedAgent.Running running = start(agent, sink)) {
        running
            .process()
            .awaitReady(UnpackedAgent.READY, () -> sink.accepted().size() >= texts.size());
        assertThat(sink.accepted()).containsExactlyInAnyOrderElementsOf(texts);
        assertThat(running.stop()).isZero();
      }
      try (UnpackedAgent.Running running = start(agent, sink)) {
        running.awaitHealthy(ports.get(0));
        assertThat(running.stop()).isZero();
        assertThat(sink.accepted()).as("delivered once").hasSize(texts.size());
      }
    }
  }

  private List<String> exported() throws IOException {
    List<String> exported = new ArrayList<>();
    try (Stream<Path> files = Files.list(directory.resolve("exported"))) {
      for (Path file : files.toList()) {
        exported.add(HexFormat.of().formatHex(Files.readAllBytes(file)));
      }
    }
    return exported;
  }

  private UnpackedAgent.Running start(UnpackedAgent agent, HttpSink sink) throws IOException {
    return agent.start(
        directory,
        """
        extensions:
          health_check: {endpoint: "127.0.0.1:${env:HEALTH}"}
        receivers:
          otlp: {protocols: {http: {endpoint: "127.0.0.1:${env:OTLP}"}}}
        exporters:
          otlphttp:
            endpoint: http://127.0.0.1:${env:SINK}
            retry_on_failure: {initial_interval: 50ms, max_interval: 200ms}
            compression: none
        service:
          extensions: [health_check]
          telemetry: {metrics: {level: none}}
          pipelines:
            logs: {receivers: [otlp], exporters: [otlphttp]}
        """,
        Map.of(
            "HEALTH", ports.get(0).toString(),
            "OTLP", ports.get(1).toString(),
            "SINK", Integer.toString(sink.port())));
  }

  private static byte[] request(int number, List<String> texts) {
    LogsBuilder builder = Logs.builder();
    for (int i = 0; i < RECORDS_OF_A_REQUEST; i++) {
      String text = "record " + number + "-" + i + " ä€";
      texts.add(text);
      builder.record().body(Value.of(text));
    }
    return builder.build().toBytes();
  }
}
