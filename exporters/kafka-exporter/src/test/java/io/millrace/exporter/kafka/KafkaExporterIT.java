package io.millrace.exporter.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.api.component.ExportOutcome;
import io.millrace.api.component.ExportOutcome.Partial;
import io.millrace.api.component.ExportOutcome.Retry;
import io.millrace.api.config.Secret;
import io.millrace.api.pipeline.RequestContext;
import io.millrace.api.telemetry.Batch;
import io.millrace.api.telemetry.KafkaHeaders;
import io.millrace.api.telemetry.Logs;
import io.millrace.api.telemetry.LogsBuilder;
import io.millrace.api.telemetry.Origins;
import io.millrace.api.telemetry.Signal;
import io.millrace.api.telemetry.Value;
import io.millrace.exporter.kafka.KafkaExporterConfig.SignalConfig;
import io.millrace.testkit.TestCertificates;
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
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The exporter against a real broker. */
final class KafkaExporterIT {
  private static final RequestContext NOBODY = RequestContext.local(0);
  private static final long ATTEMPTS_NANOS = TimeUnit.MINUTES.toNanos(2);

  @TempDir private Path directory;
  private final List<KafkaExporter> running = new ArrayList<>();

  @AfterEach
  void stopAll() throws InterruptedException {
    for (KafkaExporter exporter : running) {
      exporter.stop();
    }
  }

  @Test
  void writesEverySignalWithItsOrigins() throws Exception {
    KafkaServer kafka = SharedKafka.get();
    TestConfig config = TestConfig.at(kafka.bootstrapServers());
    config.logs = SignalConfig.of("every-logs");
    config.metrics = SignalConfig.of("every-metrics");
    config.traces = SignalConfig.of("every-traces");
    KafkaExporter exporter = start(config);

    for (Signal signal : Signal.readable()) {
      String topic = "every-" + signal.id();
      kafka.createTopic(topic, 3);
      Batch batch =
          TestTelemetry.withOrigins(TestTelemetry.batch(signal, TestTelemetry.ids("x", 20)), 100);

      assertThat(exporter.export(batch, NOBODY)).isEqualTo(ExportOutcome.ACCEPTED);

      List<ConsumerRecord<byte[], byte[]>> records = Topic.records(kafka.bootstrapServers(), topic);
      assertThat(records).hasSize(1);
      ConsumerRecord<byte[], byte[]> record = records.getFirst();
      assertThat(Batch.read(signal, record.value()).toBytes()).isEqualTo(batch.toBytes());
      assertThat(Origins.decode(record.headers().lastHeader(KafkaHeaders.ORIGINS).value()))
          .isEqualTo(batch.origins());
      assertThat(record.key()).isNull();
    }
  }

  @Test
  void compressesWithEveryCodec() throws Exception {
    KafkaServer kafka = SharedKafka.get();
    kafka.createTopic("codecs", 1);
    for (String compression : List.of("gzip", "snappy", "lz4", "zstd")) {
      TestConfig config = TestConfig.at(kafka.bootstrapServers());
      config.compression = compression;
      config.logs = SignalConfig.of("codecs");

      assertThat(start(config).export(TestTelemetry.logs(List.of(compression)), NOBODY))
          .isEqualTo(ExportOutcome.ACCEPTED);
    }

    assertThat(Topic.ids(kafka.bootstrapServers(), "codecs", Signal.LOGS))
        .containsExactly("gzip", "snappy", "lz4", "zstd");
  }

  @Test
  void namesATopicThatDoesNotExist() throws Exception {
    TestConfig config = TestConfig.at(SharedKafka.get().bootstrapServers());
    config.logs = SignalConfig.of("nowhere");

    assertThat(start(config).export(TestTelemetry.logs(List.of("a")), NOBODY))
        .isEqualTo(
            new Retry(
                "topic \"nowhere\" does not exist at " + SharedKafka.get().bootstrapServers(),
                null,
                "UNKNOWN_TOPIC_OR_PARTITION"));
  }

  @Test
  void makesNoTopicWhereThatIsNotAllowed(@TempDir Path data) throws Exception {
    ServerOptions options = ServerOptions.in(data).withSetting("auto.create.topics.enable", "true");
    try (KafkaServer kafka = KafkaServer.start(options)) {
      TestConfig config = TestConfig.at(kafka.bootstrapServers());
      config.logs = SignalConfig.of("made");
      config.autoTopicCreation = false;
      Batch batch = TestTelemetry.logs(List.of("a"));

      assertThat(start(config).export(batch, NOBODY))
          .isEqualTo(
              new Retry(
                  "topic \"made\" does not exist at " + kafka.bootstrapServers(),
                  null,
                  "UNKNOWN_TOPIC_OR_PARTITION"));

      config.autoTopicCreation = true;
      assertThat(deliver(start(config), batch)).isEqualTo(ExportOutcome.ACCEPTED);
    }
  }

  @Test
  void namesABrokerThatIsNotThere() throws Exception {
    TestConfig config = TestConfig.at("127.0.0.1:1");

    assertThat(start(config).export(TestTelemetry.logs(List.of("a")), NOBODY))
        .isInstanceOfSatisfying(
            Retry.class,
            retry -> assertThat(retry.reason()).contains("127.0.0.1:1").doesNotContain("\n"));
  }

  @Test
  void namesABrokerThatDoesNotResolve() throws Exception {
    TestConfig config = TestConfig.at("no-such-host.invalid:9092");

    assertThat(start(config).export(TestTelemetry.logs(List.of("a")), NOBODY))
        .isInstanceOfSatisfying(
            Retry.class, retry -> assertThat(retry.reason()).contains("no-such-host.invalid:9092"));
  }

  @Test
  void splitsToWhatTheBrokerTakesAndRejectsWhatIsTooLargeAlone() throws Exception {
    KafkaServer kafka = SharedKafka.get();
    kafka.createTopic("narrow", 1, Map.of("max.message.bytes", "20000"));
    TestConfig config = TestConfig.at(kafka.bootstrapServers());
    config.logs = SignalConfig.of("narrow");
    KafkaExporter exporter = start(config);
    LogsBuilder logs = Logs.builder();
    for (int i = 0; i < 100; i++) {
      String padding = "x".repeat(i == 50 ? 30_000 : 500);
      logs.record().put(TestTelemetry.ID, "n-" + i).body(Value.of(padding));
    }

    List<Integer> rejected = new ArrayList<>();
    List<Batch> left = new ArrayList<>(List.of(logs.build()));
    while (!left.isEmpty()) {
      Batch batch = left.removeFirst();
      switch (exporter.export(batch, NOBODY)) {
        case ExportOutcome.Accepted accepted -> {}
        case ExportOutcome.TooLarge tooLarge -> {
          assertThat(batch.itemCount()).isGreaterThan(1);
          left.addAll(0, batch.splitByItems((batch.itemCount() + 1) / 2));
        }
        case Partial partial -> {
          partial.rejected().forEach(item -> rejected.add(item.index()));
          if (!partial.retry().isEmpty()) {
            left.addFirst(batch.select(partial.retry()));
          }
        }
        case Retry retry -> throw new AssertionError(retry);
        case ExportOutcome.Rejected whole -> throw new AssertionError(whole);
      }
    }

    assertThat(rejected).hasSize(1);
    assertThat(Topic.ids(kafka.bootstrapServers(), "narrow", Signal.LOGS))
        .hasSize(99)
        .doesNotContain("n-50")
        .doesNotHaveDuplicates();
  }

  @Test
  void speaksTlsAndSasl(@TempDir Path data) throws Exception {
    KafkaSecurity security = new KafkaSecurity("agent", "correct horse");
    try (KafkaServer kafka = KafkaServer.start(ServerOptions.in(data), security)) {
      kafka.createTopic("otlp_logs", 1);
      TestCertificates certificates = TestCertificates.create(directory.resolve("others"));
      Path ca = data.resolve("certificates").resolve("ca.pem");
      TlsClientConfig tls = TlsClientConfig.of(TlsConfig.standard().withCa(ca));
      List<String> sent = new ArrayList<>();
      for (KafkaSecurity.Listener listener : KafkaSecurity.Listener.values()) {
        for (String mechanism : List.of("PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512")) {
          TestConfig config = new TestConfig();
          config.client =
              KafkaClientConfig.of(kafka.bootstrapServers(listener))
                  .withSecurity(
                      listener == KafkaSecurity.Listener.SASL_PLAINTEXT ? null : tls,
                      listener == KafkaSecurity.Listener.SSL
                          ? null
                          : auth(mechanism, security.password()));
          String id = listener + "-" + mechanism;
          sent.add(id);

          assertThat(start(config).export(TestTelemetry.logs(List.of(id)), NOBODY))
              .as(id)
              .isEqualTo(ExportOutcome.ACCEPTED);
        }
      }
      assertThat(Topic.ids(kafka.bootstrapServers(), "otlp_logs", Signal.LOGS))
          .containsExactlyElementsOf(sent);

      TestConfig wrongPassword = new TestConfig();
      String sasl = kafka.bootstrapServers(KafkaSecurity.Listener.SASL_PLAINTEXT);
      wrongPassword.client =
          KafkaClientConfig.of(sasl).withSecurity(null, auth("SCRAM-SHA-256", "wrong-secret"));
      assertThat(start(wrongPassword).export(TestTelemetry.logs(List.of("x")), NOBODY))
          .isInstanceOfSatisfying(
              Retry.class,
              retry ->
                  assertThat(retry.reason())
                      .startsWith(sasl + ": authentication failed: ")
                      .doesNotContain("wrong-secret"));

      TestConfig wrongCa = new TestConfig();
      String ssl = kafka.bootstrapServers(KafkaSecurity.Listener.SSL);
      wrongCa.client =
          KafkaClientConfig.of(ssl)
              .withSecurity(
                  TlsClientConfig.of(TlsConfig.standard().withCa(certificates.authorityPem())),
                  null);
      assertThat(start(wrongCa).export(TestTelemetry.logs(List.of("x")), NOBODY))
          .isInstanceOfSatisfying(
              Retry.class,
              retry -> assertThat(retry.reason()).startsWith(ssl + ": authentication"));
    }
  }

  @Test
  void losesAndReordersNothingWhenTheBrokerDiesAndComesBack(@TempDir Path data) throws Exception {
    try (KafkaServer kafka = KafkaServer.start(ServerOptions.in(data))) {
      kafka.createTopic("otlp_logs", 2);
      KafkaExporter exporter = start(TestConfig.at(kafka.bootstrapServers()));
      int batches = 300;
      CompletableFuture<Void> reached = new CompletableFuture<>();
      CompletableFuture<Void> sending =
          CompletableFuture.runAsync(
              () -> {
                for (int b = 0; b < batches; b++) {
                  List<String> ids = List.of("s-" + 2 * b, "s-" + (2 * b + 1));
                  Batch batch = TestTelemetry.withOrigins(TestTelemetry.logs(ids), 2L * b);
                  try {
                    assertThat(deliver(exporter, batch)).isEqualTo(ExportOutcome.ACCEPTED);
                  } catch (InterruptedException e) {
                    throw new AssertionError(e);
                  }
                  if (b == 100) {
                    reached.complete(null);
                  }
                }
              });
      CompletableFuture.anyOf(reached, sending).get(2, TimeUnit.MINUTES);
      kafka.kill();
      kafka.restart();
      sending.get(3, TimeUnit.MINUTES);

      List<String> ids = Topic.ids(kafka.bootstrapServers(), "otlp_logs", Signal.LOGS);
      List<Integer> firsts = new ArrayList<>();
      HashSet<String> seen = new HashSet<>();
      for (String id : ids) {
        if (seen.add(id)) {
          firsts.add(Integer.valueOf(id.substring(2)));
        }
      }
      assertThat(firsts).hasSize(2 * batches).isSorted();
    }
  }

  @Test
  void waitsForRecordsUnderWayInsteadOfSendingThemTwice(@TempDir Path data) throws Exception {
    try (KafkaServer kafka = KafkaServer.start(ServerOptions.in(data))) {
      kafka.createTopic("otlp_logs", 1);
      KafkaExporter exporter = start(TestConfig.at(kafka.bootstrapServers()));
      assertThat(exporter.export(TestTelemetry.logs(List.of("warm")), NOBODY))
          .isEqualTo(ExportOutcome.ACCEPTED);
      Batch batch = TestTelemetry.logs(List.of("once"));
      // A broker that was killed may make the client forget the topic; one that hangs does not.
      signal("STOP", kafka);
      try {
        assertThat(exporter.export(batch, NOBODY))
            .isEqualTo(
                new Retry(
                    "no acknowledgement from "
                        + kafka.bootstrapServers()
                        + " yet; the records are still under way",
                    null));
      } finally {
        signal("CONT", kafka);
      }

      assertThat(deliver(exporter, batch)).isEqualTo(ExportOutcome.ACCEPTED);
      assertThat(Topic.ids(kafka.bootstrapServers(), "otlp_logs", Signal.LOGS))
          .containsExactly("warm", "once");
    }
  }

  private static void signal(String name, KafkaServer kafka) throws Exception {
    Process kill = new ProcessBuilder("kill", "-" + name, String.valueOf(kafka.pid())).start();
    assertThat(kill.waitFor()).isZero();
  }

  private static KafkaAuthConfig auth(String mechanism, String password) {
    return KafkaAuthConfig.of(KafkaAuthConfig.Sasl.of(mechanism, "agent", new Secret(password)));
  }

  private KafkaExporter start(TestConfig config) throws Exception {
    KafkaExporter exporter =
        new KafkaExporter(TestContext.of("kafka", directory.resolve("state")), config.make());
    exporter.start();
    running.add(exporter);
    return exporter;
  }

  /** Attempts until the batch is not to be sent again, as the runtime does. */
  private static ExportOutcome deliver(KafkaExporter exporter, Batch batch)
      throws InterruptedException {
    long deadline = System.nanoTime() + ATTEMPTS_NANOS;
    while (true) {
      ExportOutcome outcome = exporter.export(batch, NOBODY);
      if (!(outcome instanceof Retry) || System.nanoTime() - deadline > 0) {
        return outcome;
      }
    }
  }
}
