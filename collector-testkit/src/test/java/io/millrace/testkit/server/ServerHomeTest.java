package io.millrace.testkit.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
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
    assertThatThrownBy(home::kafkaClassPath)
        .isInstanceOf(IOException.class)
        .hasMessage(
            "Kafka server: "
                + empty.resolve("kafka-server/target/class-path.txt is missing")
                + command);
    assertThatThrownBy(home::elasticsearchDistribution)
        .hasMessage(
            "Elasticsearch server: "
                + empty.resolve("elasticsearch-server/target is missing")
                + command);
  }

  @Test
  void findsWhatTheBuildHasLaidOut() throws Exception {
    ServerHome home = ServerHome.find();
    for (String classPath : List.of(home.kafkaClassPath(), home.flinkClassPath())) {
      for (String jar : classPath.split(File.pathSeparator, -1)) {
        assertThat(Path.of(jar)).isRegularFile();
      }
    }
    assertThat(home.kafkaClassPath()).contains("kafka-server-");
    assertThat(home.flinkClassPath()).contains("flink-runtime-");
    assertThat(home.elasticsearchDistribution().resolve("bin/elasticsearch")).isExecutable();
  }
}
