package io.millrace.demo;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;

/**
 * The time in which telemetry flows: shows what arrives, makes the servers log something now and
 * then, and kills the agent once. One thread at a time.
 */
final class DemoRun {
  private static final Duration TICK = Duration.ofSeconds(1);
  private static final int TICKS_BETWEEN_WINDOWS = 5;

  private final DemoStack stack;
  private final Duration duration;
  private final PrintStream out;
  private long lastDocuments;
  private long lastKafkaRecords;

  DemoRun(DemoStack stack, Duration duration, PrintStream out) {
    this.stack = stack;
    this.duration = duration;
    this.out = out;
  }

  void run() throws IOException, InterruptedException {
    long begin = System.nanoTime();
    boolean killed = false;
    int tick = 0;
    out.println();
    while (true) {
      long elapsed = System.nanoTime() - begin;
      if (elapsed >= duration.toNanos()) {
        return;
      }
      if (!killed && elapsed >= duration.toNanos() * 2 / 5) {
        killed = true;
        stack.killAgent();
      }
      stack.requireAlive();
      provokeServers(tick);
      show(Duration.ofNanos(elapsed), tick);
      tick++;
      Thread.sleep(TICK);
    }
  }

  /** Asks questions that the servers refuse, which they log with a stack trace. */
  private void provokeServers(int tick) throws InterruptedException {
    if (tick % TICKS_BETWEEN_WINDOWS != 2) {
      return;
    }
    refused("flink", stack.flink(), "POST", "/jars/no-such-job.jar/run", "{}");
    refused(
        "elasticsearch",
        stack.elasticsearch(),
        "POST",
        "/raw-logs-*/_search",
        "{\"aggs\":{\"refused\":{\"avg\":{\"field\":\"body.text\"}}}}");
  }

  private void refused(String name, JsonHttp server, String method, String path, String body)
      throws InterruptedException {
    try {
      JsonNode _ = stack.telemetry().ask(name, () -> server.send(method, path, body));
    } catch (IOException expected) {
      // The refusal is what was wanted: the server has logged it.
    }
  }

  private void show(Duration elapsed, int tick) throws InterruptedException {
    try {
      long documents =
          stack.telemetry().ask("elasticsearch", () -> count(stack.elasticsearch(), "raw-*"));
      long windows = count(stack.elasticsearch(), DemoStack.AGGREGATES);
      long kafkaRecords = stack.telemetry().ask("kafka", stack::kafkaRecords);
      AgentView agent = stack.agentView();
      out.printf(
          Locale.ROOT,
          "%4ds  events in Elasticsearch %,8d (+%,d/s)   Kafka records %,6d (+%,d/s)   windows %,5d"
              + "   agent: %s%n",
          elapsed.toSeconds(),
          documents,
          Math.max(0, documents - lastDocuments),
          kafkaRecords,
          Math.max(0, kafkaRecords - lastKafkaRecords),
          windows,
          agent);
      lastDocuments = documents;
      lastKafkaRecords = kafkaRecords;
      if (tick % TICKS_BETWEEN_WINDOWS == TICKS_BETWEEN_WINDOWS - 1) {
        showWindows();
      }
    } catch (IOException e) {
      out.println("       not now: " + e.getMessage());
    }
  }

  private void showWindows() throws IOException, InterruptedException {
    JsonNode page =
        stack
            .elasticsearch()
            .send(
                "POST",
                "/" + DemoStack.AGGREGATES + "/_search?ignore_unavailable=true",
                "{\"size\":4,\"sort\":[{\"window.start\":{\"order\":\"desc\",\"unmapped_type\":\"date\"}}]}");
    for (JsonNode hit : page.at("/hits/hits")) {
      JsonNode source = hit.path("_source");
      out.printf(
          Locale.ROOT,
          "         window %s  %-18s %s  count %d%n",
          source.at("/window/start").asText(),
          source.path("aggregate").asText(),
          source.path("group"),
          source.path("count").asLong());
    }
  }

  private static long count(JsonHttp elasticsearch, String indices)
      throws IOException, InterruptedException {
    return elasticsearch
        .get("/" + indices + "/_count?ignore_unavailable=true&allow_no_indices=true")
        .path("count")
        .asLong();
  }
}
