package io.millrace.exporter.kafka;

import io.millrace.api.telemetry.Batch;
import io.millrace.api.telemetry.MalformedTelemetryException;
import io.millrace.api.telemetry.Signal;
import io.millrace.testkit.TestTelemetry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** What a topic holds, read with Kafka's own consumer. */
final class Topic {
  private Topic() {}

  /** Every record, partition by partition. */
  static List<ConsumerRecord<byte[], byte[]>> records(String brokers, String topic) {
    Map<String, Object> properties =
        Map.of("bootstrap.servers", brokers, "auto.offset.reset", "earliest");
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(topic).stream()
              .map(info -> new TopicPartition(topic, info.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
      for (TopicPartition partition : partitions) {
        consumer.assign(List.of(partition));
        consumer.seekToBeginning(List.of(partition));
        while (consumer.position(partition) < ends.getOrDefault(partition, 0L)) {
          consumer.poll(Duration.ofSeconds(1)).forEach(records::add);
        }
      }
      return records;
    }
  }

  /** The ids of all items, partition by partition. */
  static List<String> ids(String brokers, String topic, Signal signal)
      throws MalformedTelemetryException {
    List<String> ids = new ArrayList<>();
    for (ConsumerRecord<byte[], byte[]> record : records(brokers, topic)) {
      ids.addAll(TestTelemetry.ids(Batch.read(signal, record.value())));
    }
    return ids;
  }
}
