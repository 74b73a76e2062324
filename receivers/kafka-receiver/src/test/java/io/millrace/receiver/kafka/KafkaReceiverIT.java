package io.millrace.receiver.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.api.component.ExportOutcome;
import io.millrace.api.component.Exporter;
import io.millrace.api.component.Health;
import io.millrace.api.config.Secret;
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
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the receiver reads, and from where, against a real broker. */
final class KafkaReceiverIT extends ReceiverSetup {
  private static final RequestContext NOBODY = RequestContext.local(0);

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
}
