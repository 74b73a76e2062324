package io.millrace.receiver.kafka;

import io.millrace.api.config.DataSize;
import io.millrace.receiver.kafka.KafkaReceiverConfig.AutoCommitConfig;
import io.millrace.receiver.kafka.KafkaReceiverConfig.ErrorBackoffConfig;
import io.millrace.receiver.kafka.KafkaReceiverConfig.HeaderExtractionConfig;
import io.millrace.receiver.kafka.KafkaReceiverConfig.InitialOffset;
import io.millrace.receiver.kafka.KafkaReceiverConfig.SignalConfig;
import io.millrace.toolkit.kafka.KafkaClientConfig;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes configurations for tests: earliest offset, quick heartbeats and commits. */
final class TestConfig {
  KafkaClientConfig client = KafkaClientConfig.of("localhost:9092");
  String groupId = "otel-collector";
  List<String> strategies = List.of();
  String strategy = "";
  InitialOffset initialOffset = InitialOffset.EARLIEST;
  Duration heartbeat = Duration.ofMillis(200);
  HeaderExtractionConfig headers = new HeaderExtractionConfig(false, List.of());
  SignalConfig logs = SignalConfig.of();
  SignalConfig metrics = SignalConfig.of();
  SignalConfig traces = SignalConfig.of();
  @Nullable String encoding;
  Duration maxUnacknowledgedAge = Duration.ZERO;

  static TestConfig at(String brokers, String groupId) {
    TestConfig config = new TestConfig();
    config.client = KafkaClientConfig.of(brokers);
    config.groupId = groupId;
    return config;
  }

  KafkaReceiverConfig make() {
    return new KafkaReceiverConfig(
        client,
        groupId,
        "",
        strategies,
        strategy,
        initialOffset,
        Duration.ofSeconds(6),
        heartbeat,
        new AutoCommitConfig(true, Duration.ofMillis(50)),
        DataSize.ofBytes(1),
        DataSize.ofMebibytes(1),
        Duration.ofMillis(50),
        DataSize.ofMebibytes(1),
        null,
        null,
        headers,
        new ErrorBackoffConfig(
            false, Duration.ofMillis(10), Duration.ofMillis(100), 2, 0.5, Duration.ZERO),
        logs,
        metrics,
        traces,
        null,
        null,
        encoding,
        null,
        maxUnacknowledgedAge);
  }
}
