package io.millrace.exporter.kafka;

import io.millrace.api.config.DataSize;
import io.millrace.exporter.kafka.KafkaExporterConfig.PartitionerConfig;
import io.millrace.exporter.kafka.KafkaExporterConfig.SignalConfig;
import io.millrace.toolkit.http.CompressionParams;
import io.millrace.toolkit.kafka.KafkaClientConfig;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes configurations for tests. One thread at a time. */
final class TestConfig {
  KafkaClientConfig client = KafkaClientConfig.of("localhost:9092");
  SignalConfig logs = SignalConfig.standard();
  SignalConfig metrics = SignalConfig.standard();
  SignalConfig traces = SignalConfig.standard();
  @Nullable String encoding;
  String topicFromAttribute = "";
  List<String> includeMetadataKeys = List.of();
  @Nullable Object recordHeaders;
  boolean signalHeader;
  boolean tracesById;
  boolean metricsByResource;
  boolean logsByResource;
  boolean logsByTraceId;
  PartitionerConfig partitioner = PartitionerConfig.standard();
  int maxMessageBytes = 1_000_000;
  Object requiredAcks = "all";
  String compression = "none";
  int level = -1;
  boolean autoTopicCreation = true;

  static TestConfig at(String brokers) {
    TestConfig config = new TestConfig();
    config.client = KafkaClientConfig.of(brokers);
    return config;
  }

  ProducingConfig producer() {
    return new ProducingConfig(
        DataSize.ofBytes(maxMessageBytes),
        requiredAcks,
        compression,
        new CompressionParams(level),
        10_000,
        Duration.ZERO,
        DataSize.ofBytes(104_857_600),
        autoTopicCreation);
  }

  KafkaExporterConfig make() {
    return new KafkaExporterConfig(
        client,
        logs,
        metrics,
        traces,
        null,
        null,
        encoding,
        topicFromAttribute,
        includeMetadataKeys,
        recordHeaders,
        signalHeader,
        tracesById,
        metricsByResource,
        logsByResource,
        logsByTraceId,
        partitioner,
        producer());
  }
}
