package io.millrace.receiver.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.api.pipeline.Outcome;
import io.millrace.api.pipeline.Parcel;
import io.millrace.api.telemetry.Signal;
import io.millrace.receiver.kafka.KafkaReceiverConfig.SignalConfig;
import io.millrace.testkit.RecordingOutputs;
import io.millrace.testkit.TestTelemetry;
import io.millrace.testkit.server.KafkaServer;
import io.millrace.testkit.server.SharedKafka;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Partitions that move to another member of the group while their records are under way. */
final class KafkaRebalanceIT extends ReceiverSetup {
  private static final int PARTITIONS = 4;
  private static final int EACH = 10;
  private static final int DELIVERED = 3;

  @ParameterizedTest
  @ValueSource(strings = {"cooperative-sticky", "range"})
  void commitsTheDeliveredPrefixAndNoMoreWhenPartitionsMoveInMidBatch(String strategy)
      throws Exception {
    KafkaServer kafka = SharedKafka.get();
    String topic = "moving-" + strategy;
    kafka.createTopic(topic, PARTITIONS);
    produce(kafka, topic);
    TestConfig config = TestConfig.at(kafka.bootstrapServers(), topic);
    config.logs = SignalConfig.of(topic);
    config.strategies = List.of(strategy);
    RecordingOutputs one = RecordingOutputs.forSignals(Signal.LOGS);
    RecordingOutputs two = RecordingOutputs.forSignals(Signal.LOGS);
    one.logs().hold();
    start(config, one);
    one.logs().awaitParcels(PARTITIONS * EACH);
    // Delivered: the first three of each partition, and one behind a gap.
    for (Parcel parcel : one.logs().parcels()) {
      long offset = parcel.batch().origins().start(0);
      if (offset < DELIVERED || offset == EACH - 2) {
        parcel.delivery().delivered();
      }
    }

    start(config, two);
    int moved = PARTITIONS / 2 * (EACH - DELIVERED);
    two.logs().awaitDelivered(moved);

    Set<String> bodies = new HashSet<>(two.logs().deliveredBodies());
    assertThat(bodies).hasSize(moved).noneMatch(KafkaRebalanceIT::isInThePrefix);
    await(
        () ->
            committed(kafka, topic).values().stream().filter(at -> at == EACH).count()
                == PARTITIONS / 2);
    assertThat(committed(kafka, topic).values()).containsOnly((long) EACH, (long) DELIVERED);
    // What was under way at the first comes to its end late, of moved partitions too.
    await(
        () -> {
          one.logs().release(Outcome.DELIVERED);
          return committed(kafka, topic).values().stream().allMatch(at -> at == EACH);
        });
    bodies.addAll(one.logs().deliveredBodies());
    assertThat(bodies).hasSize(PARTITIONS * EACH);
    assertThat(two.logs().deliveredBodies()).hasSize(moved);
  }

  private static boolean isInThePrefix(String body) {
    return Integer.parseInt(body.substring(body.indexOf('-') + 1)) < DELIVERED;
  }

  /** Records {@code <partition>-<offset>}. */
  private static void produce(KafkaServer kafka, String topic) throws Exception {
    try (KafkaProducer<byte[], byte[]> producer = producer(kafka)) {
      for (int partition = 0; partition < PARTITIONS; partition++) {
        for (int offset = 0; offset < EACH; offset++) {
          byte[] value = TestTelemetry.logs(List.of(partition + "-" + offset)).toBytes();
          producer.send(new ProducerRecord<>(topic, partition, null, value)).get();
        }
      }
    }
  }

  /** The committed offsets, by partition. */
  private static Map<Integer, Long> committed(KafkaServer kafka, String topic) throws Exception {
    Map<Integer, Long> offsets = new HashMap<>();
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
      admin
          .listConsumerGroupOffsets(topic)
          .partitionsToOffsetAndMetadata()
          .get()
          .forEach((partition, at) -> offsets.put(partition.partition(), at.offset()));
    }
    return offsets;
  }
}
