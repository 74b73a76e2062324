package io.millrace.testkit.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServerHomeTest {
  private final String configured = System.getProperty(ServerHome.PROPERTY);

  @TempDir Path empty;

  @AfterEach
  void putBack() {
    System.setProperty(ServerHome.PROPERTY, configured);
  }

  @Test
  void namesTheFolderAndTheCommandWhenServersAreNotLaidOut() throws Exception {
    System.setProperty(ServerHome.PROPERTY, empty.toString());
    ServerHome home = ServerHome.find();
    String command =
        " (expected: laid out by \"mvn -pl servers/kafka-server,servers/flink-server,"
            + "servers/elasticsearch-server generate-resources\" in the project's root)";
    assertThatThrownBy(home::kafkaLibraries)
        .isInstanceOf(IOException.class)
        .hasMessage(
            "Kafka server: " + empty.resolve("kafka-server/target/lib is missing") + command);
    assertThatThrownBy(home::elasticsearchDistribution)
        .hasMessage(
            "Elasticsearch server: "
                + empty.resolve("elasticsearch-server/target is missing")
                + command);
  }

  @Test
  void findsWhatTheBuildHasLaidOut() throws Exception {
    ServerHome home = ServerHome.find();
    assertThat(home.kafkaLibraries()).isNotEmptyDirectory();
    assertThat(home.flinkLibraries()).isNotEmptyDirectory();
    assertThat(home.elasticsearchDistribution().resolve("bin/elasticsearch")).isExecutable();
  }
}
