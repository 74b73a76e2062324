package io.millrace.exporter.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.api.config.DataSize;
import io.millrace.api.telemetry.Signal;
import io.millrace.exporter.kafka.KafkaExporterConfig.SignalConfig;
import io.millrace.testkit.TestClock;
import io.millrace.toolkit.kafka.KafkaClientSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

final class KafkaExporterConfigTest {
  private final TestConfig config = new TestConfig();

  @Test
  void hasTheCollectorsTopics() {
    KafkaExporterConfig made = config.make();

    assertThat(made.topicOf(Signal.LOGS)).isEqualTo("otlp_logs");
    assertThat(made.topicOf(Signal.METRICS)).isEqualTo("otlp_metrics");
    assertThat(made.topicOf(Signal.TRACES)).isEqualTo("otlp_spans");
  }

  @Test
  void refusesEncodingsThatItCannotWrite() {
    config.encoding = "raw";
    config.traces = new SignalConfig(null, "zipkin_json", "", "");

    assertThat(problems())
        .containsExactly(
            "encoding: \"raw\" (expected: otlp_proto, otlp_json)",
            "traces::encoding: \"zipkin_json\" (expected: otlp_proto, otlp_json)");
  }

  @Test
  void refusesTwoSourcesOfAKey() {
    config.logsByResource = true;
    config.logsByTraceId = true;
    config.traces = new SignalConfig(null, null, "", "x-key");
    config.tracesById = true;

    assertThat(problems())
        .containsExactly(
            "traces::message_key_from_metadata_key: set together with a partition_traces option"
                + " (expected: one of the two)",
            "partition_logs_by_trace_id: set together with partition_logs_by_resource_attributes"
                + " (expected: one of the two)");
  }

  @Test
  void readsHeadersAsMapAndAsList() {
    config.recordHeaders = Map.of("a", 1L);
    assertThat(config.make().headers()).isEqualTo(Map.of("a", "1"));
    config.recordHeaders = List.of(Map.of("key", "b", "value", "2"));
    assertThat(config.make().headers()).isEqualTo(Map.of("b", "2"));
    config.recordHeaders = "x";
    assertThat(problems())
        .containsExactly("record_headers: \"x\" (expected: a map of names and values)");
  }

  @Test
  void refusesProducersThatCannotBe() {
    config.requiredAcks = 2L;
    config.compression = "snappy";
    config.level = 4;
    config.maxMessageBytes = 200_000_000;
    List<String> problems = new ArrayList<>();

    config.producer().validate((key, message) -> problems.add(key + ": " + message));

    assertThat(problems)
        .containsExactly(
            "required_acks: \"2\" (expected: all, -1, 1 or 0)",
            "compression_params::level: 4 (expected: none for snappy)",
            "max_broker_write_bytes: 100MiB (expected: at least max_message_bytes, "
                + DataSize.ofBytes(200_000_000)
                + ")");
  }

  @Test
  void writesIdempotentlyToAllReplicasByDefault() throws Exception {
    Map<String, Object> properties = properties();

    assertThat(properties)
        .containsEntry("acks", "all")
        .containsEntry("enable.idempotence", true)
        .containsEntry("max.in.flight.requests.per.connection", 5)
        .containsEntry("buffer.memory", 16_777_216L)
        .containsEntry("linger.ms", 0L)
        .doesNotContainKey("compression.zstd.level");
  }

  @Test
  void honoursTheCollectorsAcksWhereTheyAreSet() throws Exception {
    config.requiredAcks = 1L;
    config.compression = "zstd";
    config.level = 5;

    assertThat(properties())
        .containsEntry("acks", "1")
        .containsEntry("enable.idempotence", false)
        .containsEntry("max.in.flight.requests.per.connection", 1)
        .containsEntry("compression.type", "zstd")
        .containsEntry("compression.zstd.level", 5);
  }

  private Map<String, Object> properties() throws Exception {
    KafkaClientSettings client =
        KafkaClientSettings.of(config.client, new TestClock(), LoggerFactory.getLogger(getClass()));
    return Producers.properties(client, config.producer());
  }

  private List<String> problems() {
    List<String> problems = new ArrayList<>();
    config.make().validate((key, message) -> problems.add(key + ": " + message));
    return problems;
  }
}
