package io.millrace.core.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.api.component.ComponentId;
import io.millrace.api.component.DeliverySettings;
import io.millrace.api.component.DeliverySettings.Merge;
import io.millrace.api.component.DeliverySettings.Queue;
import io.millrace.api.component.DeliverySettings.Retry;
import io.millrace.api.component.DeliverySettings.Sizer;
import io.millrace.api.config.Endpoint;
import io.millrace.core.graph.AgentConfig;
import io.millrace.core.graph.Configured;
import io.millrace.core.graph.Guarantees;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The runtime's keys of exporters: how they retry, queue and batch. */
@NullMarked
final class DeliveryKeysTest {
  @TempDir private Path directory;

  @Test
  void theRuntimesKeysOfExportersAreBoundBesideTheirOwn() throws IOException {
    AgentConfig config =
        config(
            SampleDocument.VALID.replace(
                "{endpoint: 'h:1'}",
                """

                    endpoint: h:1
                    timeout: 7s
                    retry_on_failure:
                      enabled: false
                      initial_interval: 1s
                      randomization_factor: 0.1
                      multiplier: 2
                      max_interval: 3s
                      max_elapsed_time: 4s
                      retry_codes: [400]
                      reject_codes: [GONE, 404]
                    sending_queue:
                      num_consumers: 2
                      queue_size: 3
                      sizer: bytes
                      block_on_overflow: true
                      wait_for_result: true
                      overflow: drop
                      batch:
                        flush_timeout: 5s
                        min_size: 6
                        max_size: 8
                """));
    Configured exporter = SampleDocument.component(config.exporters(), "otlp/b");
    assertThat(exporter.config())
        .isEqualTo(new SamplePlugin.Debug(SamplePlugin.Verbosity.BASIC, new Endpoint("h", 1)));
    assertThat(exporter.delivery())
        .isEqualTo(
            new DeliverySettings(
                Duration.ofSeconds(7),
                new Retry(
                    false,
                    Duration.ofSeconds(1),
                    0.1,
                    2,
                    Duration.ofSeconds(3),
                    Duration.ofSeconds(4),
                    Set.of("400"),
                    Set.of("404", "GONE")),
                new Queue(
                    true,
                    2,
                    3,
                    Sizer.BYTES,
                    true,
                    true,
                    new Merge(Duration.ofSeconds(5), 6, 8, Sizer.BYTES),
                    DeliverySettings.Overflow.DROP)));
  }

  @Test
  void absentRuntimeKeysHaveTheExportersDefaults() throws IOException {
    AgentConfig config =
        config(
            SampleDocument.VALID.replace(
                "  otlp/b: {endpoint: 'h:1'}", "  otlp/b:\n  e:\n  debug:"));
    assertThat(SampleDocument.component(config.exporters(), "otlp/b").delivery())
        .isEqualTo(DeliverySettings.standard());
    assertThat(SampleDocument.component(config.exporters(), "e").delivery())
        .isEqualTo(DeliverySettings.standard().withTimeout(Duration.ofSeconds(1)));
    assertThat(SampleDocument.component(config.exporters(), "debug").delivery())
        .isEqualTo(DeliverySettings.standard().withQueue(Queue.disabled()));
  }

  @Test
  void namingTheQueueTurnsItOn() throws IOException {
    AgentConfig config =
        config(
            SampleDocument.VALID.replace(
                "  otlp/b:",
                "  debug: {sending_queue: {batch: }}\n  debug/off: {sending_queue: {enabled:"
                    + " false}}\n  otlp/b:"));
    DeliverySettings on =
        Objects.requireNonNull(SampleDocument.component(config.exporters(), "debug").delivery());
    assertThat(on.queue())
        .isEqualTo(new Queue(true, 10, 1000, Sizer.REQUESTS, false, false, Merge.standard()));
    DeliverySettings off =
        Objects.requireNonNull(
            SampleDocument.component(config.exporters(), "debug/off").delivery());
    assertThat(off.queue().enabled()).isFalse();
  }

  @Test
  void aQueueMayBeKeptByAnExtensionThatRuns() throws IOException {
    AgentConfig config =
        config(SampleDocument.VALID.replace("'h:1'", "'h:1', sending_queue: {storage: nop}"));
    assertThat(SampleDocument.component(config.exporters(), "otlp/b").queueStorage())
        .isEqualTo(ComponentId.parse("nop"));
    assertThat(SampleDocument.component(config.exporters(), "nop").queueStorage()).isNull();
    assertThat(Guarantees.of(config))
        .containsExactly(
            "logs/x: nop acknowledges what every exporter has; otlp/a acknowledges what every"
                + " exporter has; exporter otlp/b has what is in its log on disk");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{sending_queue: {storage: other}} | c.yaml:8:3 exporters.otlp/b.sending_queue.storage:"
            + " \"other\" is no extension that runs (expected: it stands in service::extensions)",
        "{sending_queue: {queue_sise: 1}} | c.yaml:8:28 exporters.otlp/b.sending_queue.queue_sise:"
            + " unknown key (did you mean \"queue_size\"?)",
        "{sending_queue: {num_consumers: 0}} | c.yaml:8:43"
            + " exporters.otlp/b.sending_queue.num_consumers: 0 (expected: 1 or more)",
        "{sending_queue: {sizer: kilos}} | c.yaml:8:35 exporters.otlp/b.sending_queue.sizer:"
            + " \"kilos\" (expected: requests, items or bytes)",
        "{sending_queue: {batch: {min_size: 5, max_size: 4}}} | c.yaml:8:59"
            + " exporters.otlp/b.sending_queue.batch.max_size: 4 (expected: at least min_size,"
            + " which is 5)",
        "{sending_queue: {batch: {sizer: requests}}} | c.yaml:8:43"
            + " exporters.otlp/b.sending_queue.batch.sizer: \"requests\" (expected: items or"
            + " bytes)",
        "{sending_queue: {batch: {partition: {metadata_keys: [a]}}}} | c.yaml:8:47"
            + " exporters.otlp/b.sending_queue.batch.partition: a mapping (not supported: batches"
            + " are merged regardless of client metadata)",
        "{sending_queue: {overflow: spil}} | c.yaml:8:38 exporters.otlp/b.sending_queue.overflow:"
            + " \"spil\" (expected: block, spill, dead_letter or drop; did you mean \"spill\"?)",
        "{sending_queue: {enabled: false, overflow: spill}} | c.yaml:8:54"
            + " exporters.otlp/b.sending_queue.overflow: \"spill\" (expected: block, as the queue"
            + " is not enabled)",
        "{sending_queue: {storage: nop, overflow: drop}} | c.yaml:8:52"
            + " exporters.otlp/b.sending_queue.overflow: \"drop\" (expected: block, as storage"
            + " keeps the queue on disk)",
        "{timeout: -1s} | c.yaml:8:21 exporters.otlp/b.timeout: \"-1s\" (expected: 0s or more)",
        "{timout: 1s} | c.yaml:8:12 exporters.otlp/b.timout: unknown key (did you mean"
            + " \"timeout\"?)",
        "{retry_on_failure: {multiplier: 0.5}} | c.yaml:8:43"
            + " exporters.otlp/b.retry_on_failure.multiplier: 0.5 (expected: 1 or more)",
        "{retry_on_failure: {max_elapsed_time: 6s}} | c.yaml:8:30"
            + " exporters.otlp/b.retry_on_failure.max_interval: \"30s\" (expected: at most"
            + " max_elapsed_time, which is 6s)",
        "{retry_on_failure: {retry_codes: [400, GONNE]}} | c.yaml:8:50"
            + " exporters.otlp/b.retry_on_failure.retry_codes[1]: \"GONNE\" (expected: 400, 404 or"
            + " GONE; did you mean \"GONE\"?)",
        "{retry_on_failure: {retry_codes: [404], reject_codes: [400, 404]}} | c.yaml:8:71"
            + " exporters.otlp/b.retry_on_failure.reject_codes[1]: 404 stands in retry_codes"
            + " too (expected: in one of them)",
      })
  void mistakesInTheRuntimesKeysAreReported(String keys, String message) throws IOException {
    assertThat(load(SampleDocument.VALID.replace("{endpoint: 'h:1'}", keys)).errors())
        .extracting(Problem::toString)
        .containsExactly(message);
  }

  private AgentConfig config(String yaml) throws IOException {
    return SampleDocument.config(directory, yaml);
  }

  private LoadResult load(String yaml) throws IOException {
    return SampleDocument.load(directory, yaml);
  }
}
