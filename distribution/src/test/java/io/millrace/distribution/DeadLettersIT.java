package io.millrace.distribution;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.testkit.server.ElasticsearchServer;
import io.millrace.testkit.server.LoopbackPorts;
import io.millrace.testkit.server.SharedElasticsearch;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a destination rejects is put aside, can be looked at, and fills its gap once. */
class DeadLettersIT {
  @TempDir private Path directory;
  private final List<Integer> ports = LoopbackPorts.free(3);
  private final String index = "letters-" + Long.toString(System.nanoTime(), 36);

  @Test
  void handsWhatOneExporterRejectedToThatExporterAgain() throws Exception {
    UnpackedAgent agent = UnpackedAgent.in(directory);
    try (HttpSink sink = new HttpSink();
        HttpClient client = HttpClient.newHttpClient()) {
      sink.heal();
      try (UnpackedAgent.Running running = start(agent, "otlphttp", sink.port())) {
        running.awaitHealthy(ports.get(0));
        assertThat(post(client, "fine", "")).isEqualTo(200);
        assertThat(post(client, "poison", "")).isEqualTo(200);
        awaitMetric(running, "dead_letters_kept_items", "component=\"exporter:otlphttp\"", 1);
        assertThat(run(agent, "dlq", "list").out())
            .contains("component: exporter:otlphttp", "letters: 1", "items: 1");
        assertThat(run(agent, "dlq", "show").out()).contains("body: poison");
        sink.takePoison();
        assertThat(run(agent, "dlq", "replay", "--component", "otlphttp", "--wait", "30").out())
            .isEqualToIgnoringNewLines("1 letters with 1 items: an agent hands them on now");
        running.process().awaitReady(UnpackedAgent.READY, () -> sink.accepted().size() == 2);
        running.process().awaitReady(UnpackedAgent.READY, () -> lines("state/dead-letters") == 0);
        assertThat(run(agent, "dlq", "replay").out())
            .isEqualToIgnoringNewLines("No letters to replay");
        assertThat(running.stop()).isZero();
      }
      assertThat(sink.accepted()).containsExactly("fine", "poison");
      assertThat(Files.readAllLines(directory.resolve("sibling.jsonl"))).hasSize(2);
    }
  }

  @Test
  void goesOnWhereAKillEndedAReplay() throws Exception {
    int count = 30;
    UnpackedAgent agent = UnpackedAgent.in(directory);
    try (HttpSink rejecting = new HttpSink();
        HttpSink down = new HttpSink();
        HttpClient client = HttpClient.newHttpClient()) {
      rejecting.heal();
      try (UnpackedAgent.Running running = start(agent, "otlphttp", rejecting.port())) {
        running.awaitHealthy(ports.get(0));
        for (int i = 0; i < count; i++) {
          assertThat(post(client, "poison " + i, "")).isEqualTo(200);
        }
        awaitMetric(running, "dead_letters_kept", "component=\"exporter:otlphttp\"", count);
        assertThat(running.stop()).isZero();
      }
      assertThat(run(agent, "dlq", "replay", "--wait", "0").out()).startsWith(count + " letters");
      try (UnpackedAgent.Running running = start(agent, "otlphttp", down.port())) {
        awaitMetric(running, "dead_letters_replay_handed_on_items", "", count);
        // Killed with signal 9 at the end of this block.
      }
      assertThat(run(agent, "dlq", "list").out()).contains("on_their_way_back: " + count);
      down.takePoison();
      down.heal();
      try (UnpackedAgent.Running running = start(agent, "otlphttp", down.port())) {
        awaitMetric(running, "dead_letters_replay_arrived_items", "", count);
        running.process().awaitReady(UnpackedAgent.READY, () -> lines("state/dead-letters") == 0);
        assertThat(running.stop()).isZero();
      }
      assertThat(down.accepted()).hasSize(count).doesNotHaveDuplicates();
    }
  }

  @Test
  void fillsTheGapInElasticsearchWhenTheNextAgentStarts() throws Exception {
    ElasticsearchServer elasticsearch = SharedElasticsearch.get();
    assertThat(
            elasticsearch
                .request(
                    "PUT",
                    "/" + index,
                    "{\"mappings\":{\"properties\":{\"severity_text\":{\"type\":\"integer\"}}}}")
                .status())
        .isEqualTo(200);
    UnpackedAgent agent = UnpackedAgent.in(directory);
    try (HttpClient client = HttpClient.newHttpClient()) {
      try (UnpackedAgent.Running running = start(agent, "elasticsearch", elasticsearch.port())) {
        running.awaitHealthy(ports.get(0));
        assertThat(post(client, "one", "1")).isEqualTo(200);
        assertThat(post(client, "two", "not a number")).isEqualTo(200);
        assertThat(post(client, "three", "3")).isEqualTo(200);
        awaitMetric(running, "dead_letters_kept_items", "component=\"exporter:elasticsearch\"", 1);
        awaitMetric(running, "exporter_sent_log_records", "exporter=\"elasticsearch\"", 2);
        assertThat(run(agent, "dlq", "show").out())
            .contains("body: two", "severity: not a number", "origin: push/");
        assertThat(running.stop()).isZero();
      }
      assertThat(elasticsearch.count(index)).isEqualTo(2);
      assertThat(run(agent, "dlq", "replay", "--reason", "PARSING", "--wait", "0").out())
          .startsWith("1 letters with 1 items: the next agent that starts on ");
      assertThat(
              elasticsearch
                  .request(
                      "PUT",
                      "/" + index + "/_mapping",
                      "{\"properties\":{\"severity_text\":"
                          + "{\"type\":\"integer\",\"ignore_malformed\":true}}}")
                  .status())
          .isEqualTo(200);
      try (UnpackedAgent.Running running = start(agent, "elasticsearch", elasticsearch.port())) {
        running.process().awaitReady(UnpackedAgent.READY, () -> documents(elasticsearch) == 3);
        awaitMetric(running, "dead_letters_replay_arrived_items", "", 1);
        running.awaitHealthy(ports.get(0));
        assertThat(run(agent, "dlq", "list").out()).isEqualToIgnoringNewLines("letters: []");
        assertThat(running.stop()).isZero();
      }
      assertThat(elasticsearch.count(index)).isEqualTo(3);
    }
  }

  private long documents(ElasticsearchServer elasticsearch) throws InterruptedException {
    try {
      return elasticsearch.count(index);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private long lines(String folder) {
    long lines = 0;
    try (Stream<Path> files = Files.list(directory.resolve(folder))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        lines += Files.readAllLines(file).size();
      }
      return lines;
    } catch (NoSuchFileException e) {
      return -1; // Just gone.
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private UnpackedAgent.Result run(UnpackedAgent agent, String command, String... more)
      throws IOException, InterruptedException {
    String[] arguments = new String[more.length + 3];
    arguments[0] = command;
    System.arraycopy(more, 0, arguments, 1, more.length);
    arguments[more.length + 1] = "--state-dir";
    arguments[more.length + 2] = "state";
    UnpackedAgent.Result result = agent.run(directory, arguments);
    assertThat(result.err()).isEmpty();
    assertThat(result.code()).isZero();
    return result;
  }

  private void awaitMetric(UnpackedAgent.Running running, String name, String label, long least)
      throws Exception {
    running
        .process()
        .awaitReady(
            UnpackedAgent.READY, () -> MetricsPage.of(ports.get(1)).sum(name, label) >= least);
  }

  private UnpackedAgent.Running start(UnpackedAgent agent, String exporter, int destination)
      throws IOException {
    return agent.start(
        directory,
        """
        extensions:
          health_check: {endpoint: "127.0.0.1:${env:HEALTH}"}
        receivers:
          otlp: {protocols: {http: {endpoint: "127.0.0.1:${env:OTLP}"}}}
        exporters:
          file: {path: sibling.jsonl}
          otlphttp: {endpoint: "http://127.0.0.1:${env:DESTINATION}", compression: none}
          elasticsearch:
            endpoint: http://127.0.0.1:${env:DESTINATION}
            logs_index: %s
            sending_queue: {batch: {flush_timeout: 50ms}}
        service:
          extensions: [health_check]
          telemetry:
            metrics:
              readers: [{pull: {exporter: {prometheus: {host: 127.0.0.1, port: "${env:METRICS}"}}}}]
          pipelines:
            logs: {receivers: [otlp], exporters: [%s, file]}
        """
            .formatted(index, exporter),
        Map.of(
            "HEALTH", ports.get(0).toString(),
            "METRICS", ports.get(1).toString(),
            "OTLP", ports.get(2).toString(),
            "DESTINATION", Integer.toString(destination)));
  }

  private int post(HttpClient client, String body, String severity)
      throws IOException, InterruptedException {
    String json =
        "{\"resourceLogs\":[{\"scopeLogs\":[{\"logRecords\":[{\"body\":{\"stringValue\":\""
            + body
            + "\"},\"severityText\":\""
            + severity
            + "\"}]}]}]}";
    return UnpackedAgent.post(
            client, ports.get(2), "/v1/logs", "application/json", json.getBytes(UTF_8))
        .statusCode();
  }
}
