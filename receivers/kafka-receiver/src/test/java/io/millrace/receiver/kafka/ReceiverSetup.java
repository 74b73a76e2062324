package io.millrace.receiver.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.testkit.RecordingOutputs;
import io.millrace.testkit.TestContext;
import io.millrace.testkit.TestTelemetry;
import io.millrace.testkit.server.KafkaServer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

/**
 * What tests against a broker share: receivers that are stopped after each, and records to read.
 */
abstract class ReceiverSetup {
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(60);

  @TempDir Path directory;
  private final List<KafkaReceiver> running = new ArrayList<>();

  /** Of the receiver that was started last. */
  @SuppressWarnings("NullAway.Init") // each test makes its own
  TestContext context;

  @AfterEach
  void stopAll() throws InterruptedException {
    for (KafkaReceiver receiver : running) {
      receiver.stop();
    }
  }

  /** Starts a receiver; the second and later ones of a test have contexts of their own. */
  KafkaReceiver start(TestConfig config, RecordingOutputs outputs) throws Exception {
    if (context == null || !running.isEmpty()) {
      context = TestContext.of("kafka", directory.resolve("state" + running.size()));
    }
    KafkaReceiver receiver = new KafkaReceiver(context, config.make(), outputs);
    receiver.start();
    running.add(receiver);
    return receiver;
  }

  static void produce(KafkaServer kafka, String topic, byte[]... values) throws Exception {
    try (KafkaProducer<byte[], byte[]> producer = producer(kafka)) {
      for (byte[] value : values) {
        producer.send(new ProducerRecord<>(topic, value)).get();
      }
    }
  }

  static byte[][] each(List<String> ids) {
    return ids.stream().map(id -> TestTelemetry.logs(List.of(id)).toBytes()).toArray(byte[][]::new);
  }

  static KafkaProducer<byte[], byte[]> producer(KafkaServer kafka) {
    return new KafkaProducer<>(
        Map.of("bootstrap.servers", kafka.bootstrapServers(), "batch.size", 0),
        new ByteArraySerializer(),
        new ByteArraySerializer());
  }

  /** The committed offset of partition 0; -1 when there is none. */
  static long committed(KafkaServer kafka, String group, String topic) throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
      var offset =
          admin
              .listConsumerGroupOffsets(group)
              .partitionsToOffsetAndMetadata()
              .get()
              .get(new TopicPartition(topic, 0));
      return offset == null ? -1 : offset.offset();
    }
  }

  static void await(Callable<Boolean> condition) throws Exception {
    long deadline = System.nanoTime() + PATIENCE_NANOS;
    while (!condition.call()) {
      assertThat(System.nanoTime()).as("time is over").isLessThan(deadline);
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
    }
  }
}
