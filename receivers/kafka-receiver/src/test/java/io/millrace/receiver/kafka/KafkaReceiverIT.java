package io.millrace.receiver.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.api.component.ExportOutcome;
import io.millrace.api.component.Exporter;
import io.millrace.api.component.Health;
import io.millrace.api.config.Secret;
import io.millrace.api.pipeline.Outcome;
import io.millrace.api.pipeline.RequestContext;
import io.millrace.api.telemetry.Batch;
import io.millrace.api.telemetry.Origins;
import io.millrace.api.telemetry.ResourceGroup;
import io.millrace.api.telemetry.Signal;
import io.millrace.exporter.kafka.KafkaExporterConfig;
import io.millrace.exporter.kafka.KafkaExporterFactory;
import io.millrace.receiver.kafka.KafkaReceiverConfig.HeaderExtractionConfig;
import io.millrace.receiver.kafka.KafkaReceiverConfig.InitialOffset;
import io.millrace.receiver.kafka.KafkaReceiverConfig.SignalConfig;
import io.millrace.testkit.RecordingConsumer;
import io.millrace.testkit.RecordingOutputs;
import io.millrace.testkit.TestContext;
import io.millrace.testkit.TestTelemetry;
import io.millrace.testkit.server.KafkaSecurity;
import io.millrace.testkit.server.KafkaServer;
import io.millrace.testkit.server.ServerOptions;
import io.millrace.testkit.server.SharedKafka;
import io.millrace.toolkit.kafka.KafkaAuthConfig;
import io.millrace.toolkit.kafka.KafkaClientConfig;
import io.millrace.toolkit.tls.TlsClientConfig;
import io.millrace.toolkit.tls.TlsConfig;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The receiver against a real broker. */
final class KafkaReceiverIT {
  private static final RequestContext NOBODY = RequestContext.local(0);
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(60);

  @TempDir private Path directory;
  private final List<KafkaReceiver> running = new ArrayList<>();

  @SuppressWarnings("NullAway.Init") // each test makes its own
  private TestContext context;

  @AfterEach
  void stopAll() throws InterruptedException {
    for (KafkaReceiver receiver : running) {
      receiver.stop();
    }
  }

  @Test
  void bringsBackWhatTheExporterWroteWithItsOrigins() throws Exception {
    KafkaServer kafka = SharedKafka.get();
    for (Signal signal : Signal.readable()) {
      kafka.createTopic("trip-" + signal.id(), 3);
    }
    Exporter exporter = exporter(KafkaClientConfig.of(kafka.bootstrapServers()), "trip-");
    TestConfig config = TestConfig.at(kafka.bootstrapServers(), "trip");
    config.logs = SignalConfig.of("trip-logs");
    config.metrics = SignalConfig.of("trip-metrics");
    config.traces = SignalConfig.of("trip-traces");
    RecordingOutputs outputs = RecordingOutputs.forSignals(Signal.readable());
    start(config, outputs);

    for (Signal signal : Signal.readable()) {
      Batch sent =
          TestTelemetry.withOrigins(
              TestTelemetry.batch(signal, TestTelemetry.ids(signal.id(), 10)), 1000);
      assertThat(exporter.export(sent, NOBODY)).isEqualTo(ExportOutcome.ACCEPTED);
      outputs.consumer(signal).awaitDelivered(10);

      Batch received = outputs.consumer(signal).delivered().getFirst();
      assertThat(received.toBytes()).isEqualTo(sent.toBytes());
      assertThat(received.origins()).isEqualTo(sent.origins());
    }
    exporter.stop();
    assertThat(outputs.logs().parcels().getFirst().delivery().replayable()).isTrue();
    assertThat(outputs.logs().parcels().getFirst().context().metadata())
        .containsEntry("kafka.topic", List.of("trip-logs"))
        .containsEntry("kafka.offset", List.of("0"))
        .doesNotContainKey("millrace-origins");
  }

  @Test
  void givesRecordsOfOthersAnOriginThatARereadGivesAgain() throws Exception {
    KafkaServer kafka = SharedKafka.get();
    kafka.createTopic("others", 1);
    produce(kafka, "others", TestTelemetry.logs(TestTelemetry.ids("a", 3)).toBytes());
    produce(kafka, "others", TestTelemetry.logs(TestTelemetry.ids("b", 2)).toBytes());
    List<Origins> origins = new ArrayList<>();
    for (String group : List.of("others-1", "others-2")) {
      TestConfig config = TestConfig.at(kafka.bootstrapServers(), group);
      config.logs = SignalConfig.of("others");
      RecordingOutputs outputs = RecordingOutputs.forSignals(Signal.LOGS);
      start(config, outputs);
      outputs.logs().awaitDelivered(5);
      origins.add(outputs.logs().delivered().get(0).origins());
      origins.add(outputs.logs().delivered().get(1).origins());
    }

    assertThat(origins.subList(0, 2)).isEqualTo(origins.subList(2, 4));
    Origins second = origins.get(1);
    assertThat(second.stream(1)).matches("kafka/millrace-testkit-00000/[A-Za-z0-9_-]{22}/0");
    assertThat(second.start(1)).isEqualTo(1);
    assertThat(second.end(1)).isEqualTo(2);
    assertThat(second.sub(0)).isZero();
    assertThat(second.sub(1)).isEqualTo(1);
  }

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

  @Test
  void goesOnWhenTheBrokerDiesAndComesBack(@TempDir Path data) throws Exception {
    try (KafkaServer kafka = KafkaServer.start(ServerOptions.in(data))) {
      kafka.createTopic("otlp_logs", 2);
      TestConfig config = TestConfig.at(kafka.bootstrapServers(), "survivor");
      RecordingOutputs outputs = RecordingOutputs.forSignals(Signal.LOGS);
      start(config, outputs);
      List<String> ids = TestTelemetry.ids("k", 100);
      produce(kafka, "otlp_logs", each(ids.subList(0, 50)));
      outputs.logs().awaitDelivered(50);
      kafka.kill();
      kafka.restart();
      produce(kafka, "otlp_logs", each(ids.subList(50, 100)));

      await(() -> new HashSet<>(outputs.logs().deliveredBodies()).size() == 100);
    }
  }

  @Test
  void speaksTlsAndSasl(@TempDir Path data) throws Exception {
    KafkaSecurity security = new KafkaSecurity("agent", "secret");
    try (KafkaServer kafka = KafkaServer.start(ServerOptions.in(data), security)) {
      kafka.createTopic("otlp_logs", 1);
      produce(kafka, "otlp_logs", TestTelemetry.logs(List.of("private")).toBytes());
      Path ca = data.resolve("certificates").resolve("ca.pem");
      String address = kafka.bootstrapServers(KafkaSecurity.Listener.SASL_SSL);
      for (String mechanism : List.of("PLAIN", "SCRAM-SHA-512")) {
        TestConfig config = TestConfig.at(address, "tls-" + mechanism);
        config.client =
            config.client.withSecurity(
                TlsClientConfig.of(TlsConfig.standard().withCa(ca)),
                KafkaAuthConfig.of(
                    KafkaAuthConfig.Sasl.of(mechanism, "agent", new Secret("secret"))));
        RecordingOutputs outputs = RecordingOutputs.forSignals(Signal.LOGS);
        start(config, outputs);
        outputs.logs().awaitDelivered(1);
        assertThat(outputs.logs().deliveredBodies()).containsExactly("private");
      }

      TestConfig wrong = TestConfig.at(address, "tls-wrong");
      wrong.client =
          wrong.client.withSecurity(
              TlsClientConfig.of(TlsConfig.standard().withCa(ca)),
              KafkaAuthConfig.of(KafkaAuthConfig.Sasl.of("PLAIN", "agent", new Secret("nope"))));
      start(wrong, RecordingOutputs.forSignals(Signal.LOGS));
      await(() -> context.health() instanceof Health.Degraded);
      assertThat(((Health.Degraded) context.health()).reason())
          .startsWith(address + ": ")
          .doesNotContain("nope");
    }
  }

  @Test
  void losesNothingBetweenTheFirstStartAtTheLatestOffsetAndARestart() throws Exception {
    KafkaServer kafka = SharedKafka.get();
    kafka.createTopic("latest", 1);
    produce(kafka, "latest", TestTelemetry.logs(List.of("before")).toBytes());
    TestConfig config = TestConfig.at(kafka.bootstrapServers(), "latest");
    config.logs = SignalConfig.of("latest");
    config.initialOffset = InitialOffset.LATEST;
    KafkaReceiver first = start(config, RecordingOutputs.forSignals(Signal.LOGS));
    await(() -> committed(kafka, "latest", "latest") == 1);
    first.stop();
    produce(kafka, "latest", TestTelemetry.logs(List.of("between")).toBytes());

    RecordingOutputs outputs = RecordingOutputs.forSignals(Signal.LOGS);
    start(config, outputs);
    outputs.logs().awaitDelivered(1);

    assertThat(outputs.logs().deliveredBodies()).containsExactly("between");
  }

  @Test
  void readsTopicsByPatternAndTurnsHeadersIntoAttributes() throws Exception {
    KafkaServer kafka = SharedKafka.get();
    kafka.createTopic("pat-a", 1);
    kafka.createTopic("pat-b", 1);
    kafka.createTopic("pat-skip", 1);
    TestConfig config = TestConfig.at(kafka.bootstrapServers(), "pat");
    config.logs = new SignalConfig(List.of("^pat-.*"), null, List.of("skip"), "text");
    config.headers = new HeaderExtractionConfig(true, List.of("team", "absent"));
    RecordingOutputs outputs = RecordingOutputs.forSignals(Signal.LOGS);
    try (KafkaProducer<byte[], byte[]> producer = producer(kafka)) {
      for (String topic : List.of("pat-skip", "pat-a", "pat-b")) {
        ProducerRecord<byte[], byte[]> record =
            new ProducerRecord<>(topic, topic.getBytes(StandardCharsets.UTF_8));
        record.headers().add("team", "ops".getBytes(StandardCharsets.UTF_8));
        producer.send(record).get();
      }
    }

    start(config, outputs);
    outputs.logs().awaitDelivered(2);

    assertThat(outputs.logs().deliveredBodies()).containsExactlyInAnyOrder("pat-a", "pat-b");
    Map<String, String> attributes = new TreeMap<>();
    for (ResourceGroup group : outputs.logs().delivered().getFirst().groups()) {
      group.resource().attributes().forEach(a -> attributes.put(a.key(), a.value().asText()));
    }
    assertThat(attributes).containsExactly(Map.entry("kafka.header.team", "ops"));
  }

  private KafkaReceiver start(TestConfig config, RecordingOutputs outputs) throws Exception {
    if (context == null || !running.isEmpty()) {
      context = TestContext.of("kafka", directory.resolve("state"));
    }
    KafkaReceiver receiver = new KafkaReceiver(context, config.make(), outputs);
    receiver.start();
    running.add(receiver);
    return receiver;
  }

  private Exporter exporter(KafkaClientConfig client, String prefix) throws Exception {
    KafkaExporterConfig standard = KafkaExporterConfig.of(client);
    KafkaExporterConfig config =
        new KafkaExporterConfig(
            client,
            KafkaExporterConfig.SignalConfig.of(prefix + "logs"),
            KafkaExporterConfig.SignalConfig.of(prefix + "metrics"),
            KafkaExporterConfig.SignalConfig.of(prefix + "traces"),
            null,
            null,
            null,
            "",
            List.of(),
            null,
            false,
            false,
            false,
            false,
            false,
            standard.recordPartitioner(),
            standard.producer());
    Exporter exporter =
        new KafkaExporterFactory()
            .create(TestContext.of("kafka", directory.resolve("exporter")), config);
    exporter.start();
    return exporter;
  }

  private static void produce(KafkaServer kafka, String topic, byte[]... values) throws Exception {
    try (KafkaProducer<byte[], byte[]> producer = producer(kafka)) {
      for (byte[] value : values) {
        producer.send(new ProducerRecord<>(topic, value)).get();
      }
    }
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

  private static byte[][] each(List<String> ids) {
    return ids.stream().map(id -> TestTelemetry.logs(List.of(id)).toBytes()).toArray(byte[][]::new);
  }

  private static KafkaProducer<byte[], byte[]> producer(KafkaServer kafka) {
    return new KafkaProducer<>(
        Map.of("bootstrap.servers", kafka.bootstrapServers(), "batch.size", 0),
        new ByteArraySerializer(),
        new ByteArraySerializer());
  }

  /** The committed offset of partition 0; -1 when there is none. */
  private static long committed(KafkaServer kafka, String group, String topic) throws Exception {
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

  private static void await(Callable<Boolean> condition) throws Exception {
    long deadline = System.nanoTime() + PATIENCE_NANOS;
    while (!condition.call()) {
      assertThat(System.nanoTime()).as("time is over").isLessThan(deadline);
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
    }
  }
}
