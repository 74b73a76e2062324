package io.millrace.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.api.component.ExportOutcome;
import io.millrace.api.component.Exporter;
import io.millrace.api.component.Outputs;
import io.millrace.api.component.Receiver;
import io.millrace.api.pipeline.Consumer;
import io.millrace.api.pipeline.Delivery;
import io.millrace.api.pipeline.Outcome;
import io.millrace.api.pipeline.Parcel;
import io.millrace.api.telemetry.Signal;
import io.millrace.core.config.Binding;
import io.millrace.exporter.elasticsearch.ElasticsearchExporterConfig;
import io.millrace.exporter.elasticsearch.ElasticsearchExporterFactory;
import io.millrace.receiver.filelog.FilelogConfig;
import io.millrace.receiver.filelog.FilelogReceiverFactory;
import io.millrace.testkit.TestContext;
import io.millrace.testkit.server.ElasticsearchServer;
import io.millrace.testkit.server.SharedElasticsearch;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.HashMap;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Lines without a time, a real Elasticsearch with an index for each day, and a crash at midnight:
 * Elasticsearch has the lines, the stored position does not.
 */
final class DatedIndexIT {
  private static final int LINES = 1000;

  @TempDir private Path directory;
  private final BlockingQueue<Delivery> delivered = new LinkedBlockingQueue<>();
  private final Set<TestContext> dead = ConcurrentHashMap.newKeySet();
  private ElasticsearchServer elasticsearch;
  private Exporter exporter;
  private Path file;

  @BeforeEach
  void setUp() throws Exception {
    elasticsearch = SharedElasticsearch.get();
    String yaml =
        "endpoints: [\""
            + elasticsearch.url()
            + "\"]\nlogs_index: midnight\n"
            + "logstash_format:\n  enabled: true\n";
    exporter =
        new ElasticsearchExporterFactory()
            .create(
                TestContext.of("elasticsearch", directory.resolve("exporter")),
                Binding.of(ElasticsearchExporterConfig.class, yaml).value().orElseThrow());
    exporter.start();
    file = directory.resolve("a.log");
  }

  @AfterEach
  void tearDown() throws Exception {
    exporter.stop();
  }

  @Test
  void hasEachLineOnceThatIsReadAgainAfterMidnight() throws Exception {
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < LINES; i++) {
      lines.append("line ").append(i).append('\n');
    }
    Files.writeString(file, lines);
    TestContext crashed = TestContext.of("filelog", directory.resolve("first"));
    crashed.clock().set(Instant.parse("2026-11-26T23:59:58Z"));
    Receiver first = start(crashed);
    Delivery held = take();
    assertThat(elasticsearch.count("midnight-2026.11.26")).isEqualTo(LINES);

    dead.add(crashed);
    TestContext next = TestContext.of("filelog", directory.resolve("second"));
    next.memoryStorage(null).put(new HashMap<>(crashed.memoryStorage(null).entries()));
    next.clock().set(Instant.parse("2026-11-27T06:00:00Z"));
    Receiver second = start(next);
    take().end(Outcome.DELIVERED);
    Files.writeString(file, "a new line\n", StandardOpenOption.APPEND);
    take().end(Outcome.DELIVERED);
    second.stop();
    held.end(Outcome.DELIVERED);
    first.stop();

    assertThat(elasticsearch.count("midnight-2026.11.26")).isEqualTo(LINES);
    assertThat(elasticsearch.count("midnight-2026.11.27")).isEqualTo(1);
    assertThat(elasticsearch.count("midnight-*")).isEqualTo(LINES + 1);
  }

  private Delivery take() throws InterruptedException {
    Delivery delivery = delivered.poll(60, TimeUnit.SECONDS);
    assertThat(delivery).as("a batch that Elasticsearch has").isNotNull();
    return delivery;
  }

  private Receiver start(TestContext context) throws Exception {
    String yaml = "include: [\"" + directory + "/*.log\"]\nstart_at: beginning\n";
    Receiver receiver =
        new FilelogReceiverFactory()
            .create(
                context,
                Binding.of(FilelogConfig.class, yaml).value().orElseThrow(),
                new Outputs() {
                  @Override
                  public Set<Signal> signals() {
                    return Set.of(Signal.LOGS);
                  }

                  @Override
                  public Optional<Consumer> of(Signal signal) {
                    return Optional.of(parcel -> export(context, parcel));
                  }
                });
    receiver.start();
    return receiver;
  }

  /** Writes to Elasticsearch and keeps the acknowledgement. */
  private void export(TestContext context, Parcel parcel) throws InterruptedException {
    if (dead.contains(context)) {
      parcel.delivery().refused("dead");
      return;
    }
    ExportOutcome outcome = exporter.export(parcel.batch(), parcel.context());
    if (outcome.equals(ExportOutcome.ACCEPTED)) {
      delivered.add(parcel.delivery());
    } else {
      parcel.delivery().refused("Elasticsearch: " + outcome);
    }
  }
}
