package io.millrace.testkit.server;

import java.io.File;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Finds what the modules under {@code servers/} have laid out. The folder is named by the system
 * property {@code millrace.servers}, which the build sets for every test; without it, the working
 * directory and those above it are searched. Immutable.
 */
public final class ServerHome {

  /** The system property that names the {@code servers} folder. */
  public static final String PROPERTY = "millrace.servers";

  private static final String LAY_OUT =
      "mvn -pl servers/kafka-server,servers/flink-server,servers/elasticsearch-server"
          + " generate-resources";

  private final Path servers;

  private ServerHome(Path servers) {
    this.servers = servers;
  }

  /**
   * Finds the folder.
   *
   * @throws IOException when there is none; the message says what to do
   */
  public static ServerHome find() throws IOException {
    String configured = System.getProperty(PROPERTY);
    if (configured != null && !configured.isEmpty()) {
      return new ServerHome(Path.of(configured).toAbsolutePath().normalize());
    }
    for (Path folder = Path.of("").toAbsolutePath(); folder != null; folder = folder.getParent()) {
      if (Files.exists(folder.resolve("servers/kafka-server/pom.xml"))) {
        return new ServerHome(folder.resolve("servers"));
      }
    }
    throw new IOException(
        "system property "
            + PROPERTY
            + ": not set (expected: the project's servers folder, filled by \""
            + LAY_OUT
            + "\")");
  }

  /** Kafka's jars, as the option {@code -cp} takes them. */
  public String kafkaClassPath() throws IOException {
    return classPath("Kafka", servers.resolve("kafka-server/target"));
  }

  /** Flink's jars, as the option {@code -cp} takes them. */
  public String flinkClassPath() throws IOException {
    return classPath("Flink", servers.resolve("flink-server/target"));
  }

  /** Elasticsearch's home. */
  public Path elasticsearchDistribution() throws IOException {
    Path target = existing("Elasticsearch", servers.resolve("elasticsearch-server/target"));
    @Nullable Path found = null;
    try (DirectoryStream<Path> folders = Files.newDirectoryStream(target, "elasticsearch-*")) {
      for (Path folder : folders) {
        found = found == null || folder.compareTo(found) > 0 ? folder : found;
      }
    }
    return existing("Elasticsearch", found == null ? target.resolve("elasticsearch-*") : found);
  }

  private static String classPath(String name, Path target) throws IOException {
    String relative = Files.readString(existing(name, target.resolve("class-path.txt")));
    return Arrays.stream(relative.strip().split(":", -1))
        .map(jar -> target.resolve(jar).toString())
        .collect(Collectors.joining(File.pathSeparator));
  }

  private static Path existing(String name, Path folder) throws IOException {
    if (!Files.exists(folder)) {
      throw new IOException(
          name
              + " server: "
              + folder
              + " is missing (expected: laid out by \""
              + LAY_OUT
              + "\" in the project's root)");
    }
    return folder;
  }
}
