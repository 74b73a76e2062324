package io.millrace.testkit.server;

import io.millrace.testkit.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Where an Elasticsearch node has its files, and how it is called. The home is the directory of the
 * options, or one in the system's temporary directory when the node's user cannot reach that.
 * Immutable.
 */
final class ElasticsearchFiles implements AutoCloseable {
  private static final int DEFAULT_HEAP_MEBIBYTES = 512;
  private static final String LOG4J =
      """
      status = error
      appender.console.type = Console
      appender.console.name = console
      appender.console.layout.type = PatternLayout
      appender.console.layout.pattern = [%d{HH:mm:ss,SSS}][%-5p][%c{1.}] %m%n
      appender.json.type = File
      appender.json.name = json
      appender.json.fileName = ${sys:es.logs.base_path}${sys:file.separator}server.json
      appender.json.layout.type = ECSJsonLayout
      appender.json.layout.dataset = elasticsearch.server
      rootLogger.level = info
      rootLogger.appenderRef.console.ref = console
      rootLogger.appenderRef.json.ref = json
      """;

  private final Path home;
  private final Path distribution;
  private final Path javaHome;
  private final List<String> prefix;
  private final @Nullable RunDirectory own;

  private ElasticsearchFiles(
      Path home,
      Path distribution,
      Path javaHome,
      List<String> prefix,
      @Nullable RunDirectory own) {
    this.home = home;
    this.distribution = distribution;
    this.javaHome = javaHome;
    this.prefix = prefix;
    this.own = own;
  }

  /** Finds or makes places that the node's user can reach. */
  static ElasticsearchFiles prepare(ServerOptions options, Path distribution) throws IOException {
    Path directory = Files.createDirectories(options.directory());
    if (!Unprivileged.needed()) {
      return new ElasticsearchFiles(directory, distribution, options.javaHome(), List.of(), null);
    }
    List<String> prefix = Unprivileged.prefix();
    boolean readable = Unprivileged.canRead(directory);
    boolean server = Unprivileged.canRead(distribution.resolve("bin/elasticsearch"));
    boolean java = Unprivileged.canRead(options.javaHome().resolve("bin/java"));
    if (readable && server && java) {
      return new ElasticsearchFiles(directory, distribution, options.javaHome(), prefix, null);
    }
    RunDirectory own = RunDirectory.create("millrace-elasticsearch");
    try {
      Path base = own.path();
      Files.setPosixFilePermissions(base, PosixFilePermissions.fromString("rwxr-xr-x"));
      if (!Unprivileged.canRead(base)) {
        throw new IOException(
            "java.io.tmpdir: " + base.getParent() + " (expected: a folder all users can enter)");
      }
      Path home = readable ? directory : Files.createDirectory(base.resolve("home"));
      Path program = server ? distribution : base.resolve("distribution");
      Path jdk = java ? options.javaHome() : base.resolve("jdk");
      if (!server) {
        Unprivileged.copyReadable(distribution, program);
      }
      if (!java) {
        Unprivileged.copyReadable(options.javaHome(), jdk);
      }
      return new ElasticsearchFiles(home, program, jdk, prefix, own);
    } catch (IOException e) {
      own.close();
      throw e;
    }
  }

  Path home() {
    return home;
  }

  Path log() {
    return home.resolve("elasticsearch.log");
  }

  /** Where the node writes its log as JSON, one object a line. */
  Path logs() {
    return home.resolve("logs");
  }

  List<String> command() {
    return Stream.concat(
            prefix.stream(), Stream.of(distribution.resolve("bin/elasticsearch").toString()))
        .toList();
  }

  Map<String, String> environment() {
    Map<String, String> environment = new HashMap<>();
    environment.put("ES_JAVA_HOME", javaHome.toString());
    environment.put("ES_PATH_CONF", configuration().toString());
    environment.put("ES_TMPDIR", home.resolve("tmp").toString());
    environment.put("ES_JAVA_OPTS", "");
    // The launcher's own JVM, which stays as the server's parent.
    environment.put("CLI_JAVA_OPTS", "-XX:TieredStopAtLevel=1 -Xshare:auto");
    environment.put("HOME", home.toString());
    return environment;
  }

  /** Writes the node's configuration. */
  void configure(ServerOptions options, Map<String, String> settings) throws IOException {
    Path configuration = configuration();
    if (!Files.exists(configuration)) {
      Unprivileged.copyReadable(distribution.resolve("config"), configuration);
    }
    for (String folder : List.of("data", "logs", "tmp")) {
      Files.createDirectories(home.resolve(folder));
    }
    int heap = options.heapMebibytes() == 0 ? DEFAULT_HEAP_MEBIBYTES : options.heapMebibytes();
    List<String> jvm = new ArrayList<>();
    jvm.addAll(List.of("-Xms" + heap + "m", "-Xmx" + heap + "m"));
    jvm.addAll(ServerOptions.FAST_START);
    jvm.addAll(List.of("-XX:+ExitOnOutOfMemoryError", "-Djava.io.tmpdir=${ES_TMPDIR}"));
    jvm.addAll(Jdk.at(options.javaHome()).quietOptions());
    jvm.addAll(options.jvmOptions());
    Files.writeString(configuration.resolve("jvm.options"), String.join("\n", jvm) + "\n");
    Files.writeString(configuration.resolve("log4j2.properties"), LOG4J);
    String yaml =
        settings.entrySet().stream()
            .map(entry -> entry.getKey() + ": " + Json.quote(entry.getValue()) + "\n")
            .collect(Collectors.joining());
    Files.writeString(configuration.resolve("elasticsearch.yml"), yaml);
    if (!prefix.isEmpty()) {
      Unprivileged.giveAway(home);
    }
  }

  /** Stores the password that the first start gives to the built-in user. */
  void storePassword(String password) throws IOException, InterruptedException {
    if (Files.exists(configuration().resolve("elasticsearch.keystore"))) {
      return;
    }
    List<String> command = new ArrayList<>(prefix);
    command.add(distribution.resolve("bin/elasticsearch-keystore").toString());
    command.addAll(List.of("add", "--force", "--stdin", "bootstrap.password"));
    Commands.run(command, environment(), password, home.resolve("keystore.log"));
  }

  /** Removes what stands outside the directory of the options. */
  @Override
  public void close() throws IOException {
    if (own != null) {
      own.close();
    }
  }

  private Path configuration() {
    return home.resolve("config");
  }
}
