package io.millrace.flink;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.testkit.server.ElasticsearchServer;
import io.millrace.testkit.server.FlinkCluster;
import io.millrace.testkit.server.KafkaServer;
import io.millrace.testkit.server.RunDirectory;
import io.millrace.testkit.server.ServerOptions;
import io.millrace.testkit.server.SharedElasticsearch;
import io.millrace.testkit.server.SharedKafka;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The shaded jar on a cluster of processes: killed, stopped, resumed. */
class AggregateJobClusterIT {

  private static final int PARTITIONS = 4;
  private static final Duration PATIENCE = Duration.ofMinutes(5);
  private static final String MAIN = "io.millrace.flink.AggregateJob";

  private final KafkaServer kafka = SharedKafka.get();
  private final ElasticsearchServer elasticsearch = SharedElasticsearch.get();
  private final String name = "cluster-" + Long.toString(System.nanoTime(), 36);
  private final Results results = new Results(elasticsearch, name);

  private RunDirectory directory;
  private FlinkCluster cluster;

  @BeforeEach
  void start() throws Exception {
    directory = RunDirectory.create("millrace-flink-it");
    kafka.createTopic(name, PARTITIONS);
    Files.writeString(
        directory.path().resolve("aggregates.yaml"),
        """
        aggregates:
          - name: minute
            signal: logs
            window: 1m
            group_by: [resource.attributes.service.name, severity]
            measures:
              - {field: attributes.ms, stats: [sum, p99]}
          - name: ten-seconds
            signal: logs
            window: 10s
        """);
    cluster = FlinkCluster.start(ServerOptions.in(directory.path().resolve("flink")));
  }

  @AfterEach
  void stop() throws Exception {
    cluster.close();
    directory.close();
  }

  @Test
  void changesNoNumberWhenATaskManagerIsKilled() throws Exception {
    try (KafkaEvents events = events()) {
      events.batches(100);
      String job = submit(null);
      cluster.awaitJobState(job, "RUNNING", PATIENCE);
      // Something is on its way when the process dies.
      Results.await(PATIENCE, 1, () -> results.counted("ten-seconds") > 0 ? 1L : 0L);
      for (int i = 0; i < 3; i++) {
        events.batches(100);
        events.old(30, 900_000);
      }
      events.garbage(2);
      cluster.killTaskManager(0);
      events.batches(100);
      cluster.restartTaskManager(0);
      cluster.awaitJobState(job, "RUNNING", PATIENCE);
      events.batches(100);

      awaitAll(events);
      assertThat(results.undecodable()).isEqualTo(events.unreadable());
      assertThat(results.rejected()).isZero();
      assertThat(results.lateOrigins("minute")).hasSize(Math.toIntExact(results.late("minute")));
      cluster.cancel(job);
    }
  }

  @Test
  void goesOnFromTheNewestCheckpointWhenTheJobManagerIsKilled() throws Exception {
    try (KafkaEvents events = events()) {
      events.batches(200);
      submit(null);
      Results.await(PATIENCE, 1, () -> results.counted("ten-seconds") > 0 ? 1L : 0L);
      events.batches(100);
      cluster.killJobManager();
      events.old(30, 900_000);
      events.batches(100);
      cluster.restartJobManager();
      String second = submit(cluster.newestCheckpoint().orElseThrow());
      events.batches(50);

      awaitAll(events);
      cluster.cancel(second);
    }
  }

  @Test
  void goesOnFromASavepoint() throws Exception {
    try (KafkaEvents events = events()) {
      events.batches(200);
      String first = submit(null);
      Results.await(PATIENCE, 1, () -> results.counted("ten-seconds") > 0 ? 1L : 0L);
      String savepoint = cluster.stop(first, false);
      events.batches(150);
      events.old(30, 900_000);
      String second = submit(savepoint);
      events.batches(50);

      awaitAll(events);
      cluster.cancel(second);
    }
  }

  @Test
  void closesTheLastWindowsWhenTheStreamGoesQuiet() throws Exception {
    try (KafkaEvents events = events()) {
      events.batches(40);
      String job = submit(null);

      Results.await(PATIENCE, events.distinct(), () -> results.countedForGood("minute"));
      assertThat(results.byGroup("minute")).isEqualTo(events.byGroup());
      Map<String, Object> closed = results.documents("minute");
      // The same time again: late now, and nothing that was told changes.
      events.pause(-40_000);
      events.batches(10);
      Results.await(
          PATIENCE, events.distinct(), () -> results.counted("minute") + results.late("minute"));
      assertThat(results.documents("minute")).containsAllEntriesOf(closed);
      assertThat(results.late("minute")).isPositive();
      cluster.cancel(job);
    }
  }

  private void awaitAll(KafkaEvents events) throws Exception {
    Results.await(
        PATIENCE,
        events.distinct(),
        () -> results.countedForGood("minute") + results.late("minute"));
    Results.await(
        PATIENCE,
        events.distinct(),
        () -> results.countedForGood("ten-seconds") + results.late("ten-seconds"));
  }

  private KafkaEvents events() {
    return new KafkaEvents(kafka.bootstrapServers(), name, PARTITIONS, Telemetry.T0);
  }

  private String submit(@Nullable String savepoint) throws Exception {
    return cluster.submit(
        jar(),
        MAIN,
        List.of(
            "--brokers",
            kafka.bootstrapServers(),
            "--topic-logs",
            name,
            "--group",
            name,
            "--aggregates",
            directory.path().resolve("aggregates.yaml").toString(),
            "--es-url",
            elasticsearch.url(),
            "--index-prefix",
            name,
            "--checkpoint-interval",
            "1s",
            "--lateness",
            "10s",
            "--quiet",
            "4s",
            "--parallelism",
            "2"),
        savepoint);
  }

  private static Path jar() throws IOException {
    Path target = Path.of(System.getProperty("millrace.root", ".."), "flink-jobs", "target");
    try (Stream<Path> files = Files.list(target)) {
      return files
          .filter(file -> file.getFileName().toString().matches("flink-jobs-[0-9].*\\.jar"))
          .findFirst()
          .orElseThrow(() -> new IOException("no job jar in " + target));
    }
  }
}
