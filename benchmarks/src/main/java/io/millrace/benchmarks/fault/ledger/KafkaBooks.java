package io.millrace.benchmarks.fault.ledger;

import com.google.protobuf.InvalidProtocolBufferException;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * What stands in a topic of OTLP logs, decoded by the generated classes, not by Millrace's model.
 * One thread at a time.
 */
public final class KafkaBooks {
  private static final Duration POLL = Duration.ofMillis(500);

  private final String bootstrap;
  private final String topic;

  public KafkaBooks(String bootstrap, String topic) {
    this.bootstrap = bootstrap;
    this.topic = topic;
  }

  /** Reads the topic from its beginning to the end it has now. */
  public Sightings read() throws IOException {
    Sightings sightings = new Sightings();
    try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(settings())) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(topic).stream()
              .map(info -> new TopicPartition(info.topic(), info.partition()))
              .toList();
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      while (ends.entrySet().stream()
          .anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
          add(record, sightings);
        }
      }
      return sightings;
    } catch (KafkaException e) {
      throw new IOException("Kafka topic " + topic + ": " + e.getMessage(), e);
    }
  }

  private static void add(ConsumerRecord<byte[], byte[]> record, Sightings sightings) {
    String where = record.topic() + "-" + record.partition() + "@" + record.offset();
    try {
      bodies(record.value()).forEach(body -> sightings.add(body, where));
    } catch (InvalidProtocolBufferException e) {
      sightings.add("no OTLP", where);
    }
  }

  /** The bodies of an OTLP logs request. */
  static List<String> bodies(byte[] request) throws InvalidProtocolBufferException {
    return ExportLogsServiceRequest.parseFrom(request).getResourceLogsList().stream()
        .flatMap(resource -> resource.getScopeLogsList().stream())
        .flatMap(scope -> scope.getLogRecordsList().stream())
        .map(log -> log.getBody().getStringValue())
        .toList();
  }

  private Map<String, Object> settings() {
    return Map.of(
        ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
        bootstrap,
        ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG,
        ByteArrayDeserializer.class,
        ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG,
        ByteArrayDeserializer.class,
        ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
        false,
        ConsumerConfig.ISOLATION_LEVEL_CONFIG,
        "read_committed");
  }
}
