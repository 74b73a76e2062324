package io.millrace.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.testkit.server.ElasticsearchServer;
import io.millrace.testkit.server.FlinkCluster;
import io.millrace.testkit.server.KafkaServer;
import io.millrace.testkit.server.RunDirectory;
import io.millrace.testkit.server.ServerOptions;
import java.io.IOException;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The settings that the images get are settings that the real servers take. */
class DockerComposeIT {
  /** Addresses and places, which are different here. */
  private static final Set<String> PLACES_OF_KAFKA =
      Set.of(
          "KAFKA_CONTROLLER_QUORUM_VOTERS",
          "KAFKA_LISTENERS",
          "KAFKA_ADVERTISED_LISTENERS",
          "KAFKA_LISTENER_SECURITY_PROTOCOL_MAP",
          "KAFKA_LOG_DIRS",
          "KAFKA_HEAP_OPTS");

  private final RunDirectory directory = RunDirectory.create("millrace-compose-it");
  private final Compose compose = Compose.read();

  DockerComposeIT() throws IOException {}

  @AfterEach
  void removeDirectory() throws IOException {
    directory.close();
  }

  @Test
  void startsKafkaWithTheSettingsOfTheImage() throws Exception {
    ServerOptions options = ServerOptions.in(directory.path());
    for (Map.Entry<String, String> variable : compose.service("kafka").environment().entrySet()) {
      String name = variable.getKey();
      if (name.startsWith("KAFKA_") && !PLACES_OF_KAFKA.contains(name)) {
        String key = name.substring("KAFKA_".length()).toLowerCase(Locale.ROOT).replace('_', '.');
        options = options.withSetting(key, variable.getValue());
      }
    }
    assertThat(options.settings()).containsEntry("process.roles", "broker,controller");
    try (KafkaServer kafka = KafkaServer.start(options)) {
      kafka.createTopic("otlp_logs", 2);
      assertThat(kafka.isAlive()).isTrue();
    }
  }

  @Test
  void startsElasticsearchWithTheSettingsOfTheImage() throws Exception {
    ServerOptions options = ServerOptions.in(directory.path());
    for (Map.Entry<String, String> variable :
        compose.service("elasticsearch").environment().entrySet()) {
      if (variable.getKey().contains(".")) {
        options = options.withSetting(variable.getKey(), variable.getValue());
      }
    }
    assertThat(options.settings()).containsEntry("discovery.type", "single-node");
    try (ElasticsearchServer elasticsearch = ElasticsearchServer.start(options)) {
      assertThat(elasticsearch.request("GET", "/_cluster/health", "").at("cluster_name"))
          .isEqualTo("millrace");
    }
  }

  @Test
  void startsFlinkWithTheSettingsOfTheImage() throws Exception {
    ServerOptions options = ServerOptions.in(directory.path());
    String properties =
        String.valueOf(compose.service("flink-taskmanager").environment().get("FLINK_PROPERTIES"));
    for (String line : properties.strip().split("\n", -1)) {
      String[] parts = line.split(": ", 2);
      // Without the image's scripts nobody derives the parts of the memory from the whole.
      if (!parts[0].contains(".memory.") && !parts[0].equals("jobmanager.rpc.address")) {
        options = options.withSetting(parts[0], parts[1]);
      }
    }
    assertThat(options.settings()).containsEntry("taskmanager.numberOfTaskSlots", "2");
    try (FlinkCluster flink = FlinkCluster.start(options)) {
      assertThat(flink.pids()).hasSize(2);
    }
  }
}
