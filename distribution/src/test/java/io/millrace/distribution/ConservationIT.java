package io.millrace.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.api.telemetry.Logs;
import io.millrace.api.telemetry.LogsBuilder;
import io.millrace.api.telemetry.Value;
import io.millrace.testkit.server.LoopbackPorts;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Nothing vanishes in the agent: what its metrics say went into each part came out, was put aside,
 * or is still there; and the two ends, which are not its own, saw the same.
 */
class ConservationIT {
  private static final int LINES = 400;
  private static final int REQUESTS = 30;
  private static final int ITEMS_OF_A_REQUEST = 10;
  private static final int ALL = LINES + REQUESTS * ITEMS_OF_A_REQUEST;

  @TempDir private Path directory;
  private final List<Integer> ports = LoopbackPorts.free(3);

  @Test
  void everyRecordIsAccountedForWhileAnExporterIsSickAndAfterwards() throws Exception {
    UnpackedAgent agent = UnpackedAgent.in(directory);
    Path input = Files.createDirectories(directory.resolve("in")).resolve("app.log");
    Files.write(input, IntStream.range(0, LINES).mapToObj(i -> text("line", i)).toList());
    try (HttpSink sink = new HttpSink();
        HttpClient client = HttpClient.newHttpClient();
        UnpackedAgent.Running running = start(agent, sink)) {
      running.awaitHealthy(ports.get(0));
      List<CompletableFuture<HttpResponse<byte[]>>> answers = new ArrayList<>();
      for (int i = 0; i < REQUESTS; i++) {
        answers.add(client.sendAsync(request(i), HttpResponse.BodyHandlers.ofByteArray()));
      }

      // Sick: the healthy exporter has all of it, and nobody has been told that it has arrived.
      MetricsPage sick =
          awaitBooks(
              running,
              page ->
                  inFlight(page, "exporter=\"otlphttp\"") == ALL
                      && page.sum("exporter_sent_log_records", "exporter=\"file\"") == ALL
                      && page.sum("exporter_retries", "exporter=\"otlphttp\"") > 0);
      assertThat(sick.sum("receiver_in_flight_items", "")).isEqualTo(ALL);
      assertThat(sick.sum("receiver_accepted_log_records", "")).isZero();
      assertThat(answers).noneMatch(CompletableFuture::isDone);

      // Well again, but for what it will never take.
      sink.heal();
      MetricsPage well = awaitBooks(running, page -> page.sum("receiver_in_flight_items", "") == 0);
      assertThat(well.sum("receiver_accepted_log_records", "receiver=\"filelog\""))
          .isEqualTo(LINES);
      assertThat(well.sum("receiver_accepted_log_records", "receiver=\"otlp\""))
          .isEqualTo(ALL - LINES);
      assertThat(well.sum("receiver_refused_log_records", "")).isZero();
      assertThat(sink.rejected())
          .hasSize(ALL / 100)
          .allSatisfy(body -> assertThat(body).contains("poison"));
      assertThat(sink.accepted()).isNotEmpty();
      assertThat(well.sum("exporter_sent_log_records", "exporter=\"otlphttp\""))
          .isEqualTo(sink.accepted().size());
      assertThat(well.sum("exporter_dead_lettered_log_records", "exporter=\"otlphttp\""))
          .isEqualTo(sink.rejected().size())
          .isEqualTo(itemsIn(directory.resolve("state/dead-letters/exporter-otlphttp.jsonl")));
      assertThat(well.sum("exporter_dead_lettered_log_records", "exporter=\"file\"")).isZero();
      for (CompletableFuture<HttpResponse<byte[]>> answer : answers) {
        assertThat(answer.get().statusCode()).isEqualTo(200);
      }
      assertThat(running.stop()).isZero();

      List<String> sent =
          Stream.concat(
                  IntStream.range(0, LINES).mapToObj(i -> text("line", i)),
                  IntStream.range(0, ALL - LINES).mapToObj(i -> text("item", i)))
              .toList();
      assertThat(Stream.concat(sink.accepted().stream(), sink.rejected().stream()))
          .containsExactlyInAnyOrderElementsOf(sent);
      assertThat(bodiesIn(directory.resolve("healthy.jsonl")))
          .containsExactlyInAnyOrderElementsOf(sent);
    }
  }

  private UnpackedAgent.Running start(UnpackedAgent agent, HttpSink sink) throws IOException {
    return agent.start(
        directory,
        """
        extensions:
          health_check: {endpoint: "127.0.0.1:${env:HEALTH}"}
        receivers:
          filelog: {include: [in/*.log], start_at: beginning}
          otlp:
            protocols: {http: {endpoint: "127.0.0.1:${env:OTLP}"}}
            acknowledge: delivered
        processors:
          batch: {timeout: 50ms, send_batch_size: 64, send_batch_max_size: 64}
        exporters:
          file: {path: healthy.jsonl}
          otlphttp:
            endpoint: http://127.0.0.1:${env:SINK}
            retry_on_failure: {initial_interval: 50ms, max_interval: 200ms}
            compression: none
        service:
          extensions: [health_check]
          telemetry:
            metrics:
              readers: [{pull: {exporter: {prometheus: {host: 127.0.0.1, port: "${env:METRICS}"}}}}]
          pipelines:
            logs: {receivers: [filelog, otlp], processors: [batch], exporters: [file, otlphttp]}
        """,
        Map.of(
            "HEALTH", ports.get(0).toString(),
            "OTLP", ports.get(1).toString(),
            "METRICS", ports.get(2).toString(),
            "SINK", Integer.toString(sink.port())));
  }

  private HttpRequest request(int number) {
    LogsBuilder builder = Logs.builder();
    for (int i = 0; i < ITEMS_OF_A_REQUEST; i++) {
      builder.record().body(Value.of(text("item", number * ITEMS_OF_A_REQUEST + i)));
    }
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + ports.get(1) + "/v1/logs"))
        .header("Content-Type", "application/x-protobuf")
        .POST(HttpRequest.BodyPublishers.ofByteArray(builder.build().toBytes()))
        .build();
  }

  /** One record in a hundred is one that the sink never takes. */
  private static String text(String kind, int number) {
    return kind + " " + number + (number % 100 == 50 ? " poison" : "");
  }

  /** Waits for a state, and for one page on which every part's books are in order. */
  private MetricsPage awaitBooks(UnpackedAgent.Running running, Predicate<MetricsPage> state)
      throws Exception {
    List<MetricsPage> pages = new ArrayList<>();
    List<String> off = new ArrayList<>(List.of("not read yet"));
    try {
      running
          .process()
          .awaitReady(
              UnpackedAgent.READY,
              () -> {
                MetricsPage page = MetricsPage.of(ports.get(2));
                // The counters of one page are not read at the same moment: while something moves
                // they differ.
                off.clear();
                off.addAll(problems(page));
                pages.add(page);
                return off.isEmpty() && state.test(page);
              });
    } catch (IOException e) {
      throw new AssertionError("books: " + off + ", the last page: " + pages.getLast(), e);
    }
    return pages.getLast();
  }

  /** Whose books are not in order. */
  private static List<String> problems(MetricsPage page) {
    List<String> problems = new ArrayList<>();
    for (String receiver : List.of("receiver=\"filelog\"", "receiver=\"otlp\"")) {
      check(
          problems,
          receiver,
          page.sum("receiver_offered_log_records", receiver),
          page.sum("receiver_accepted_log_records", receiver)
              + page.sum("receiver_refused_log_records", receiver)
              + inFlight(page, receiver));
    }
    for (String exporter : List.of("exporter=\"file\"", "exporter=\"otlphttp\"")) {
      check(
          problems,
          exporter,
          page.sum("exporter_offered_log_records", exporter),
          page.sum("exporter_sent_log_records", exporter)
              + page.sum("exporter_send_failed_log_records", exporter)
              + page.sum("exporter_enqueue_failed_log_records", exporter)
              + page.sum("exporter_dead_lettered_log_records", exporter)
              + inFlight(page, exporter));
      check(
          problems,
          "edge to " + exporter,
          page.sum("processor_outgoing_items", ""),
          page.sum("exporter_offered_log_records", exporter));
    }
    check(
        problems,
        "edge to the processor",
        page.sum("receiver_offered_log_records", ""),
        page.sum("processor_incoming_items", ""));
    check(
        problems,
        "processor",
        page.sum("processor_incoming_items", "") + page.sum("processor_added_items", ""),
        page.sum("processor_outgoing_items", "")
            + page.sum("processor_dropped_items", "")
            + page.sum("processor_refused_items", ""));
    return problems;
  }

  private static void check(List<String> problems, String part, long in, long out) {
    if (in != out) {
      problems.add(part + ": " + in + " in, " + out + " accounted for");
    }
  }

  private static long inFlight(MetricsPage page, String label) {
    String kind = label.substring(0, label.indexOf('='));
    return page.sum(kind + "_in_flight_items", label);
  }

  private static int itemsIn(Path deadLetters) throws IOException {
    return Pattern.compile("\"items\":(\\d+)")
        .matcher(Files.readString(deadLetters))
        .results()
        .map(found -> found.group(1))
        .mapToInt(Integer::parseInt)
        .sum();
  }

  private static List<String> bodiesIn(Path jsonLines) throws IOException {
    return Pattern.compile("\"body\":\\{\"stringValue\":\"([^\"]*)\"")
        .matcher(Files.readString(jsonLines))
        .results()
        .map(found -> found.group(1))
        .toList();
  }
}
