package io.millrace.testkit.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.testkit.TestCertificates;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KafkaServerIT {
  @TempDir Path directory;

  @Test
  void keepsRecordsAndPortOverAKillAndARestart() throws Exception {
    try (KafkaServer server = KafkaServer.start(ServerOptions.in(directory))) {
      String address = server.bootstrapServers();
      server.createTopic("records", 2);
      send(server.bootstrapServers(), Map.of(), "first");

      server.kill();
      assertThat(server.isAlive()).isFalse();
      assertThat(ServerProcess.isRunning(server.pid())).isFalse();

      server.restart();
      assertThat(server.bootstrapServers()).isEqualTo(address);
      send(server.bootstrapServers(), Map.of(), "second");
      assertThat(read(server.bootstrapServers())).containsExactly("first", "second");
    }
  }

  @Test
  void asksForTheUserOnSaslListenersAndShowsItsCertificateOnTlsListeners() throws Exception {
    KafkaSecurity security = new KafkaSecurity("alice", "secret");
    try (KafkaServer server = KafkaServer.start(ServerOptions.in(directory), security)) {
      server.createTopic("records", 1);
      for (KafkaSecurity.Listener listener : KafkaSecurity.Listener.values()) {
        for (String mechanism : List.of("PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512")) {
          Map<String, Object> settings = client(listener, mechanism, "secret");
          assertThat(canConnect(server.bootstrapServers(listener), settings))
              .as("%s %s", listener, mechanism)
              .isTrue();
        }
      }
      Map<String, Object> wrong = client(KafkaSecurity.Listener.SASL_SSL, "SCRAM-SHA-512", "wrong");
      assertThat(canConnect(server.bootstrapServers(KafkaSecurity.Listener.SASL_SSL), wrong))
          .isFalse();
    }
  }

  private Map<String, Object> client(
      KafkaSecurity.Listener listener, String mechanism, String password) {
    String module = mechanism.equals("PLAIN") ? "plain.PlainLoginModule" : "scram.ScramLoginModule";
    Map<String, Object> settings = new HashMap<>();
    settings.put("security.protocol", listener.name());
    settings.put("sasl.mechanism", mechanism);
    settings.put(
        "sasl.jaas.config",
        "org.apache.kafka.common.security."
            + module
            + " required username=\"alice\" password=\""
            + password
            + "\";");
    if (!listener.equals(KafkaSecurity.Listener.SASL_PLAINTEXT)) {
      settings.put("ssl.truststore.type", "PKCS12");
      settings.put(
          "ssl.truststore.location", directory.resolve("certificates/trust.p12").toString());
      settings.put("ssl.truststore.password", TestCertificates.PASSWORD);
    }
    return settings;
  }

  private static boolean canConnect(String address, Map<String, Object> settings)
      throws InterruptedException {
    Map<String, Object> all = new HashMap<>(settings);
    all.put("bootstrap.servers", address);
    all.put("default.api.timeout.ms", 20_000);
    all.put("request.timeout.ms", 20_000);
    try (Admin admin = Admin.create(all)) {
      return admin.listTopics().names().get().contains("records");
    } catch (ExecutionException e) {
      return false;
    }
  }

  private static void send(String address, Map<String, Object> settings, String value)
      throws Exception {
    Map<String, Object> all = new HashMap<>(settings);
    all.put("bootstrap.servers", address);
    all.put("linger.ms", 0);
    try (KafkaProducer<String, String> producer =
        new KafkaProducer<>(all, new StringSerializer(), new StringSerializer())) {
      producer.send(new ProducerRecord<>("records", 0, null, value)).get();
    }
  }

  private static List<String> read(String address) {
    List<String> values = new ArrayList<>();
    try (KafkaConsumer<String, String> consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", address, "auto.offset.reset", "earliest"),
            new StringDeserializer(),
            new StringDeserializer())) {
      List<TopicPartition> partitions = List.of(new TopicPartition("records", 0));
      consumer.assign(partitions);
      long end = consumer.endOffsets(partitions).values().iterator().next();
      consumer.seekToBeginning(partitions);
      while (consumer.position(partitions.get(0)) < end) {
        consumer.poll(Duration.ofMillis(200)).forEach(record -> values.add(record.value()));
      }
    }
    return values;
  }
}
