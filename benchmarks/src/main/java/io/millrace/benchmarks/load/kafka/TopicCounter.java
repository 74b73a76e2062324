package io.millrace.benchmarks.load.kafka;

import io.millrace.benchmarks.load.records.Background;
import io.millrace.benchmarks.load.records.Tally;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/** Counts what arrives in a topic of OTLP logs, while it arrives. Thread-safe. */
public final class TopicCounter implements Background {
  private static final Duration POLL = Duration.ofMillis(100);

  private final Tally tally;
  private final List<TopicPartition> partitions;
  private final Map<String, Object> settings;
  private final Thread thread = Thread.ofPlatform().name("topic").daemon().unstarted(this::run);
  private volatile boolean closed;
  private volatile @Nullable KafkaException failure;

  /** Counts from the topic's beginning, from now on. */
  public TopicCounter(String brokers, String topic, int partitions, Tally tally) {
    this.tally = tally;
    this.partitions =
        IntStream.range(0, partitions).mapToObj(each -> new TopicPartition(topic, each)).toList();
    this.settings =
        Map.of(
            ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
            brokers,
            ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG,
            ByteArrayDeserializer.class,
            ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG,
            ByteArrayDeserializer.class,
            ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
            false,
            // The harness is to take little: it asks when there is something to ask for.
            ConsumerConfig.FETCH_MIN_BYTES_CONFIG,
            1 << 20,
            ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG,
            50,
            ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG,
            8 << 20);
    thread.start();
  }

  @Override
  public void check() throws IOException {
    KafkaException failed = failure;
    if (failed != null) {
      throw new IOException("the topic cannot be read: " + failed.getMessage(), failed);
    }
  }

  @Override
  public void close() {
    closed = true;
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(settings)) {
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      while (!closed) {
        for (ConsumerRecord<byte[], byte[]> each : consumer.poll(POLL)) {
          tally.add(each.value(), 0, each.value().length);
        }
      }
    } catch (KafkaException e) {
      failure = e;
    }
  }
}
