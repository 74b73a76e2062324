package io.millrace.flink;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.testkit.server.ElasticsearchServer;
import io.millrace.testkit.server.KafkaServer;
import io.millrace.testkit.server.SharedElasticsearch;
import io.millrace.testkit.server.SharedKafka;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole job in this JVM, between a real Kafka and a real Elasticsearch. */
class AggregateJobIT {

  private static final int PARTITIONS = 4;

  private final KafkaServer kafka = SharedKafka.get();
  private final ElasticsearchServer elasticsearch = SharedElasticsearch.get();
  private final String name = "job-" + Long.toString(System.nanoTime(), 36);
  private final Results results = new Results(elasticsearch, name);

  @TempDir private Path directory;

  @BeforeEach
  void createTopic() throws Exception {
    kafka.createTopic(name, PARTITIONS);
    Files.writeString(
        directory.resolve("aggregates.yaml"),
        """
        aggregates:
          - name: minute
            signal: logs
            window: 1m
            group_by: [resource.attributes.service.name, severity]
            measures:
              - error_ratio
              - rate
              - {field: attributes.ms, stats: [sum, min, max, avg, p50, p95, p99]}
          - name: ten-seconds
            signal: logs
            window: 10s
        """);
  }

  @Test
  void countsEveryEventOnce() throws Exception {
    try (KafkaEvents events = events()) {
      events.batches(200);
      events.foreign(30);
      events.garbage(5);
      events.batches(100);

      run();

      assertThat(results.counted("minute")).isEqualTo(events.distinct());
      assertThat(results.countedForGood("minute")).isEqualTo(events.distinct());
      assertThat(results.counted("ten-seconds")).isEqualTo(events.distinct());
      assertThat(results.byGroup("minute")).isEqualTo(events.byGroup());
      assertThat(results.valuesByGroup("minute")).isEqualTo(events.valuesByGroup());
      assertThat(results.undecodable()).isEqualTo(events.unreadable());
      assertThat(results.lateOrigins("minute")).isEmpty();
      assertThat(results.rejected()).isZero();
    }
  }

  @Test
  void accountsForEveryLateEvent() throws Exception {
    try (KafkaEvents events = events()) {
      for (int i = 0; i < 20; i++) {
        events.batches(20);
        // Within the lateness, and far beyond.
        events.old(40, 30_000);
        events.old(40, 900_000);
      }

      run();

      assertThat(results.counted("minute") + results.late("minute")).isEqualTo(events.distinct());
      assertThat(results.counted("ten-seconds") + results.late("ten-seconds"))
          .isEqualTo(events.distinct());
      assertThat(results.lateOrigins("minute"))
          .hasSize(Math.toIntExact(results.late("minute")))
          .isNotEmpty();
      assertThat(results.late("ten-seconds")).isGreaterThanOrEqualTo(results.late("minute"));
    }
  }

  /** The agent keeps origins when it hands dead letters on again; a replay can also be repeated. */
  @Test
  void countsReplayedDeadLettersOnce() throws Exception {
    try (KafkaEvents events = events()) {
      // Their windows have been written without them, and are written again.
      events.batches(100);
      events.reject(30);
      events.reject(10);
      events.batches(40);
      events.pause(60_000);
      events.batches(20);
      events.replay();
      events.batches(20);
      events.replay();
      long inWindows = events.distinct();
      events.forgetRejected();
      // Nothing can be added to their windows any more.
      events.reject(25);
      events.pause(900_000);
      events.batches(100);
      events.replay();
      events.batches(20);
      events.replay();
      events.batches(20);

      run();

      assertThat(results.late("minute")).isEqualTo(25);
      assertThat(results.lateOrigins("minute")).hasSize(25);
      assertThat(results.counted("minute")).isEqualTo(events.distinct() - 25);
      assertThat(events.distinct()).isGreaterThan(inWindows);
      assertThat(results.counted("ten-seconds") + results.late("ten-seconds"))
          .isEqualTo(events.distinct());
    }
  }

  @Test
  void changesNothingWhenEverythingIsReadAgain() throws Exception {
    try (KafkaEvents events = events()) {
      events.batches(100);
      events.old(40, 900_000);
      run();
      Map<String, Object> first = results.documents("minute");
      long late = results.late("minute");

      run();

      assertThat(results.documents("minute")).isEqualTo(first).isNotEmpty();
      assertThat(results.late("minute")).isEqualTo(late);
    }
  }

  private KafkaEvents events() {
    return new KafkaEvents(kafka.bootstrapServers(), name, PARTITIONS, Telemetry.T0);
  }

  private void run(String... more) throws Exception {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "--brokers",
                kafka.bootstrapServers(),
                "--topic-logs",
                name,
                "--group",
                name,
                "--aggregates",
                directory.resolve("aggregates.yaml").toString(),
                "--es-url",
                elasticsearch.url(),
                "--index-prefix",
                name,
                "--checkpoint-dir",
                directory.resolve("checkpoints").toUri().toString(),
                "--checkpoint-interval",
                "500ms",
                "--bounded",
                "--parallelism",
                "2"));
    arguments.addAll(Arrays.asList(more));
    AggregateJob.main(arguments.toArray(new String[0]));
  }
}
