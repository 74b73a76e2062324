package io.millrace.receiver.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.api.pipeline.Outcome;
import io.millrace.api.telemetry.Batch;
import io.millrace.api.telemetry.Signal;
import io.millrace.receiver.kafka.KafkaReceiverConfig.SignalConfig;
import io.millrace.testkit.RecordingConsumer;
import io.millrace.testkit.RecordingOutputs;
import io.millrace.testkit.TestContext;
import io.millrace.testkit.TestTelemetry;
import io.millrace.testkit.server.KafkaServer;
import io.millrace.testkit.server.SharedKafka;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;

/** What becomes of records that are handed on, against a real broker. */
final class KafkaDeliveryIT extends ReceiverSetup {
  @Test
  void commitsOnlyWhatHasBeenDelivered() throws Exception {
    KafkaServer kafka = SharedKafka.get();
    kafka.createTopic("commits", 1);
    produce(kafka, "commits", each(TestTelemetry.ids("c", 5)));
    TestConfig config = TestConfig.at(kafka.bootstrapServers(), "commits");
    config.logs = SignalConfig.of("commits");
    RecordingOutputs outputs = RecordingOutputs.forSignals(Signal.LOGS);
    outputs.logs().hold();
    KafkaReceiver first = start(config, outputs);
    outputs.logs().awaitParcels(5);
    outputs.logs().release(3, Outcome.DELIVERED);
    outputs.logs().release(0, Outcome.DELIVERED);
    outputs.logs().release(0, Outcome.DELIVERED);
    await(() -> committed(kafka, "commits", "commits") == 2);
    outputs.logs().release(Outcome.STOPPED);
    first.stop();
    assertThat(committed(kafka, "commits", "commits")).isEqualTo(2);

    RecordingOutputs later = RecordingOutputs.forSignals(Signal.LOGS);
    start(config, later);
    later.logs().awaitDelivered(3);

    assertThat(later.logs().deliveredBodies()).containsExactly("c-2", "c-3", "c-4");
    await(() -> committed(kafka, "commits", "commits") == 5);
  }

  @Test
  void bringsRefusedRecordsAgainInOrder() throws Exception {
    KafkaServer kafka = SharedKafka.get();
    kafka.createTopic("refused", 1);
    List<String> ids = TestTelemetry.ids("r", 200);
    produce(kafka, "refused", each(ids));
    TestConfig config = TestConfig.at(kafka.bootstrapServers(), "refused");
    config.logs = SignalConfig.of("refused");
    RecordingOutputs outputs = RecordingOutputs.forSignals(Signal.LOGS);
    outputs.logs().refuseAtRandom(5, 0.3);

    start(config, outputs);
    outputs.logs().awaitDelivered(200);

    assertThat(outputs.logs().deliveredBodies()).isEqualTo(ids);
    await(() -> committed(kafka, "refused", "refused") == 200);
  }

  @Test
  void putsAsideWhatCannotBeDecodedOrIsRejected() throws Exception {
    KafkaServer kafka = SharedKafka.get();
    kafka.createTopic("broken", 1);
    produce(kafka, "broken", TestTelemetry.logs(List.of("good")).toBytes());
    produce(kafka, "broken", "garbage".getBytes(StandardCharsets.UTF_8));
    produce(kafka, "broken", new byte[0]);
    produce(kafka, "broken", TestTelemetry.logs(List.of("unwanted")).toBytes());
    produce(kafka, "broken", TestTelemetry.logs(List.of("last")).toBytes());
    TestConfig config = TestConfig.at(kafka.bootstrapServers(), "broken");
    config.logs = SignalConfig.of("broken");
    RecordingOutputs outputs = RecordingOutputs.forSignals(Signal.LOGS);
    outputs.logs().next(1, Outcome.DELIVERED);
    outputs.logs().rejectNext(1);
    start(config, outputs);
    outputs.logs().awaitDelivered(2);
    await(() -> committed(kafka, "broken", "broken") == 5);

    assertThat(outputs.logs().deliveredBodies()).containsExactly("good", "last");
    assertThat(context.deadLetters().rawLetters()).hasSize(1);
    assertThat(context.deadLetters().rawLetters().getFirst().text()).isEqualTo("garbage");
    assertThat(context.deadLetters().rawLetters().getFirst().origin())
        .isEqualTo("kafka/broken-0@1");
    assertThat(context.deadLetters().rawLetters().getFirst().reason())
        .startsWith("cannot be decoded: ");
    assertThat(context.deadLetters().letters()).hasSize(1);
    assertThat(TestTelemetry.bodies(context.deadLetters().letters().getFirst().batch()))
        .containsExactly("unwanted");
  }

  @Test
  void waitsWhileDeadLettersCannotBeWritten() throws Exception {
    KafkaServer kafka = SharedKafka.get();
    kafka.createTopic("full-disk", 1);
    produce(kafka, "full-disk", "garbage".getBytes(StandardCharsets.UTF_8));
    produce(kafka, "full-disk", TestTelemetry.logs(List.of("after")).toBytes());
    TestConfig config = TestConfig.at(kafka.bootstrapServers(), "full-disk");
    config.logs = SignalConfig.of("full-disk");
    RecordingOutputs outputs = RecordingOutputs.forSignals(Signal.LOGS);
    context = TestContext.of("kafka", directory.resolve("state"));
    context.deadLetters().failNext(3);
    start(config, outputs);
    outputs.logs().awaitDelivered(1);

    assertThat(context.deadLetters().rawLetters()).hasSize(1);
    await(() -> committed(kafka, "full-disk", "full-disk") == 2);
  }

  @Test
  void holdsNoMoreThanItMayWhileThePipelineIsFullAndStaysInTheGroup() throws Exception {
    KafkaServer kafka = SharedKafka.get();
    kafka.createTopic("flood", 1);
    String padding = "x".repeat(100_000);
    int records = 600;
    produce(
        kafka,
        "flood",
        each(IntStream.range(0, records).mapToObj(i -> i + "-" + padding).toList()));
    TestConfig config = TestConfig.at(kafka.bootstrapServers(), "flood");
    config.logs = SignalConfig.of("flood");
    RecordingOutputs outputs = RecordingOutputs.forSignals(Signal.LOGS);
    outputs.logs().block();
    start(config, outputs);
    await(() -> outputs.logs().waiting() == 1);
    await(() -> context.meter().gauge("kafka_receiver_paused_partitions").orElse(0) == 1);
    assertThat(context.meter().count("kafka_receiver_records")).isBetween(100L, 200L);
    assertThat(context.meter().gauge("kafka_receiver_offset_lag")).hasValue(records);
    outputs.logs().unblock();
    outputs.logs().awaitDelivered(records);

    List<String> numbers =
        outputs.logs().deliveredBodies().stream().map(b -> b.substring(0, b.indexOf('-'))).toList();
    assertThat(numbers).hasSize(records).doesNotHaveDuplicates();
    await(() -> committed(kafka, "flood", "flood") == records);
  }

  @Test
  void readsAPartitionNoFurtherWhileSomethingIsUnacknowledgedForTooLong() throws Exception {
    KafkaServer kafka = SharedKafka.get();
    kafka.createTopic("aged", 2);
    TestConfig config = TestConfig.at(kafka.bootstrapServers(), "aged");
    config.logs = SignalConfig.of("aged");
    config.maxUnacknowledgedAge = Duration.ofMillis(300);
    RecordingOutputs outputs = RecordingOutputs.forSignals(Signal.LOGS);
    outputs.logs().hold();
    start(config, outputs);
    List<String> sent = new ArrayList<>();
    try (KafkaProducer<byte[], byte[]> producer = producer(kafka)) {
      await(
          () -> {
            sent.add("first-" + sent.size());
            send(producer, 0, sent.getLast());
            return context.meter().gauge("receiver_age_bound_waiting_sources").orElse(0) == 1;
          });
      long read = context.meter().count("kafka_receiver_records");
      for (int i = 0; i < 5; i++) {
        sent.add("later-" + i);
        send(producer, 0, sent.getLast());
      }
      send(producer, 1, "other");
      await(() -> bodies(outputs).contains("other"));
      assertThat(context.meter().count("kafka_receiver_records")).isEqualTo(read + 1);
      assertThat(bodies(outputs)).doesNotContain("later-0");
    }

    outputs.logs().release(Outcome.DELIVERED);
    outputs.logs().awaitDelivered(sent.size() + 1);

    assertThat(outputs.logs().deliveredBodies())
        .filteredOn(b -> !b.equals("other"))
        .isEqualTo(sent);
    await(() -> committed(kafka, "aged", "aged") == sent.size());
    await(() -> context.meter().gauge("receiver_age_bound_waiting_sources").orElse(1) == 0);
    assertThat(context.meter().gauge("kafka_receiver_paused_partitions")).hasValue(0);
  }

  @Test
  void losesNothingWhenASecondReceiverJoinsAndTheFirstLeaves() throws Exception {
    KafkaServer kafka = SharedKafka.get();
    int partitions = 4;
    kafka.createTopic("shared", partitions);
    TestConfig config = TestConfig.at(kafka.bootstrapServers(), "shared");
    config.logs = SignalConfig.of("shared");
    RecordingOutputs one = RecordingOutputs.forSignals(Signal.LOGS);
    RecordingOutputs two = RecordingOutputs.forSignals(Signal.LOGS);
    KafkaReceiver first = start(config, one);
    Set<String> sent = new HashSet<>();
    try (KafkaProducer<byte[], byte[]> producer = producer(kafka)) {
      for (int i = 0; i < 2_000; i++) {
        String id = "m-" + i;
        sent.add(id);
        producer
            .send(
                new ProducerRecord<>(
                    "shared", i % partitions, null, TestTelemetry.logs(List.of(id)).toBytes()))
            .get();
        if (i == 500) {
          start(config, two);
        }
        if (i == 1_500) {
          await(() -> two.logs().itemCount() > 0);
          first.stop();
        }
      }
    }
    await(
        () -> {
          Set<String> all = new HashSet<>(one.logs().deliveredBodies());
          all.addAll(two.logs().deliveredBodies());
          return all.equals(sent);
        });

    Map<String, String> originOf = new HashMap<>();
    for (RecordingConsumer consumer : List.of(one.logs(), two.logs())) {
      for (Batch batch : consumer.delivered()) {
        String id = TestTelemetry.bodies(batch).getFirst();
        String origin = batch.origins().documentId(0);
        assertThat(originOf.computeIfAbsent(id, i -> origin)).isEqualTo(origin);
      }
    }
    assertThat(originOf).hasSize(2_000);
    assertThat(new HashSet<>(originOf.values())).hasSize(2_000);
  }

  private static void send(KafkaProducer<byte[], byte[]> producer, int partition, String id)
      throws Exception {
    byte[] value = TestTelemetry.logs(List.of(id)).toBytes();
    producer.send(new ProducerRecord<>("aged", partition, null, value)).get();
  }

  private static List<String> bodies(RecordingOutputs outputs) {
    return outputs.logs().batches().stream()
        .map(TestTelemetry::bodies)
        .flatMap(List::stream)
        .toList();
  }
}
