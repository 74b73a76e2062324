package io.millrace.testkit.server;

import io.millrace.testkit.TestCertificates;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RetriableException;
import org.jspecify.annotations.Nullable;

/**
 * A Kafka broker and controller in one process. Topics are not made by themselves; see {@link
 * #createTopic}. Thread-safe, save that {@link #kill}, {@link #restart} and {@link #close} are
 * called one after the other.
 */
public final class KafkaServer implements AutoCloseable {
  /** The layout of Kafka's own distribution, in UTC. */
  private static final String LOG4J =
      """
      status = error
      appender.console.type = Console
      appender.console.name = console
      appender.console.layout.type = PatternLayout
      appender.console.layout.pattern = [%d{yyyy-MM-dd HH:mm:ss,SSS}{UTC}] %p %m (%c)%n
      rootLogger.level = info
      rootLogger.appenderRef.console.ref = console
      """;

  private static final int DEFAULT_HEAP_MEBIBYTES = 256;
  private static final int FORMAT_HEAP_MEBIBYTES = 128;
  private static final int MAX_STARTS = 5;
  private static final Duration START = Duration.ofMinutes(5);
  private static final Duration GRACE = Duration.ofSeconds(15);
  private static final long PAUSE_NANOS = 20_000_000;
  private static final Duration REQUEST = Duration.ofSeconds(30);

  private final ServerOptions options;
  private final @Nullable KafkaSecurity security;
  private final String classPath;
  private List<Integer> ports;
  private @Nullable ServerProcess process;

  private KafkaServer(
      ServerOptions options,
      @Nullable KafkaSecurity security,
      String classPath,
      List<Integer> ports) {
    this.options = options;
    this.security = security;
    this.classPath = classPath;
    this.ports = ports;
  }

  /** Starts a broker with a listener without security; returns when it serves. */
  public static KafkaServer start(ServerOptions options) throws IOException, InterruptedException {
    return start(options, null);
  }

  /**
   * Starts a broker; returns when it serves.
   *
   * @param security adds listeners with TLS, SASL and both beside the plain one; null for none
   */
  public static KafkaServer start(ServerOptions options, @Nullable KafkaSecurity security)
      throws IOException, InterruptedException {
    String classPath = ServerHome.find().kafkaClassPath();
    KafkaServer server = new KafkaServer(options, security, classPath, newPorts());
    try {
      for (int starts = 1; ; starts++) {
        server.writeProperties();
        server.format();
        ServerProcess started = server.launch();
        try {
          server.awaitReady(START);
          return server;
        } catch (IOException e) {
          if (starts == MAX_STARTS || !started.lostPort()) {
            throw e;
          }
          server.ports = newPorts();
        }
      }
    } catch (IOException | InterruptedException e) {
      server.close();
      throw e;
    }
  }

  /** Address of the listener without security, {@code 127.0.0.1:port}. */
  public String bootstrapServers() {
    return "127.0.0.1:" + ports.get(0);
  }

  /**
   * Address of a listener with security.
   *
   * @throws IllegalStateException when the broker was started without
   */
  public String bootstrapServers(KafkaSecurity.Listener listener) {
    if (security == null) {
      throw new IllegalStateException("Kafka was started without security");
    }
    return "127.0.0.1:" + ports.get(2 + KafkaSecurity.LISTENERS.indexOf(listener));
  }

  /** What the broker prints. */
  public Path logFile() {
    return options.directory().resolve("kafka.log");
  }

  /** The id of the process, for those who measure or freeze it; 0 when it does not run. */
  public long pid() {
    return process == null ? 0 : process.pid();
  }

  public boolean isAlive() {
    return process != null && process.isAlive();
  }

  /** Kills the broker with signal 9. */
  public void kill() {
    if (process != null) {
      process.kill();
    }
  }

  /** Ends the broker if it runs, and starts it on the same data and ports. */
  public void restart() throws IOException, InterruptedException {
    close();
    launch();
    awaitReady(START);
  }

  /**
   * Waits until the broker serves.
   *
   * @throws IOException when it ends or the time is over; the message holds the end of its log
   */
  public void awaitReady(Duration max) throws IOException, InterruptedException {
    if (process == null) {
      throw new IOException("Kafka: not started");
    }
    process.awaitReady(max, this::answers);
  }

  /**
   * Makes a topic with settings such as {@code cleanup.policy}; returns when all its partitions can
   * be written. Before that a broker may refuse a producer's first request and take its second,
   * whereupon the first is out of order until its delivery times out.
   */
  public void createTopic(String name, int partitions, Map<String, String> settings)
      throws IOException, InterruptedException {
    NewTopic topic = new NewTopic(name, partitions, (short) 1).configs(settings);
    try (Admin admin = admin()) {
      admin.createTopics(List.of(topic)).all().get();
      awaitWritable(admin, name, partitions);
    } catch (ExecutionException e) {
      throw new IOException("Kafka topic " + name + ": cannot be made", e.getCause());
    }
  }

  private static void awaitWritable(Admin admin, String topic, int partitions)
      throws ExecutionException, InterruptedException {
    Map<TopicPartition, OffsetSpec> ends =
        IntStream.range(0, partitions)
            .boxed()
            .collect(
                Collectors.toMap(
                    partition -> new TopicPartition(topic, partition),
                    partition -> OffsetSpec.latest()));
    long deadline = System.nanoTime() + START.toNanos();
    while (true) {
      try {
        admin.listOffsets(ends).all().get();
        return;
      } catch (ExecutionException e) {
        // The topic, its leaders or their logs are not there yet.
        if (!(e.getCause() instanceof RetriableException) || System.nanoTime() - deadline > 0) {
          throw e;
        }
        LockSupport.parkNanos(PAUSE_NANOS);
      }
    }
  }

  /** Makes a topic. */
  public void createTopic(String name, int partitions) throws IOException, InterruptedException {
    createTopic(name, partitions, Map.of());
  }

  /** Ends the broker; its data stays. */
  @Override
  public void close() {
    if (process != null) {
      process.stop(GRACE);
    }
  }

  private Admin admin() {
    return Admin.create(
        Map.of(
            AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG,
            bootstrapServers(),
            AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
            (int) REQUEST.toMillis(),
            AdminClientConfig.ENABLE_METRICS_PUSH_CONFIG,
            false));
  }

  private ServerProcess launch() throws IOException {
    List<String> jvm =
        List.of(
            "-Xms64m",
            "-Dlog4j2.configurationFile=" + log4j(),
            "-cp",
            classPath,
            "kafka.Kafka",
            properties().toString());
    List<String> command = options.java(DEFAULT_HEAP_MEBIBYTES, jvm);
    ServerProcess started = ServerProcess.start("Kafka", command, Map.of(), logFile());
    process = started;
    return started;
  }

  private void format() throws IOException, InterruptedException {
    if (Files.exists(options.directory().resolve("data/meta.properties"))) {
      return;
    }
    List<String> arguments = new ArrayList<>();
    arguments.addAll(List.of("-cp", classPath));
    arguments.addAll(List.of("kafka.tools.StorageTool", "format", "--ignore-formatted"));
    arguments.addAll(List.of("--cluster-id", "millrace-testkit-00000"));
    arguments.addAll(List.of("--config", properties().toString()));
    if (security != null) {
      arguments.addAll(security.formatArguments());
    }
    Path output = options.directory().resolve("format.log");
    ServerOptions plain = options.withHeapMebibytes(FORMAT_HEAP_MEBIBYTES);
    Commands.run(plain.java(FORMAT_HEAP_MEBIBYTES, arguments), Map.of(), "", output);
  }

  private Path log4j() {
    return options.directory().resolve("log4j2.properties");
  }

  private Path properties() {
    return options.directory().resolve("server.properties");
  }

  private void writeProperties() throws IOException {
    Path directory = Files.createDirectories(options.directory());
    Map<String, String> all = new LinkedHashMap<>();
    String plain = "PLAINTEXT://" + bootstrapServers();
    String controller = "CONTROLLER://127.0.0.1:" + ports.get(1);
    all.put("process.roles", "broker,controller");
    all.put("node.id", "1");
    all.put("controller.quorum.voters", "1@127.0.0.1:" + ports.get(1));
    all.put("listeners", plain + "," + controller);
    all.put("advertised.listeners", plain);
    all.put("controller.listener.names", "CONTROLLER");
    all.put("inter.broker.listener.name", "PLAINTEXT");
    all.put("listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT");
    all.put("log.dirs", directory.resolve("data").toString());
    all.put("num.network.threads", "2");
    all.put("num.io.threads", "2");
    all.put("background.threads", "2");
    all.put("log.cleaner.dedupe.buffer.size", "4194304");
    all.put("offsets.topic.num.partitions", "4");
    all.put("offsets.topic.replication.factor", "1");
    all.put("transaction.state.log.num.partitions", "4");
    all.put("transaction.state.log.replication.factor", "1");
    all.put("transaction.state.log.min.isr", "1");
    all.put("share.coordinator.state.topic.num.partitions", "4");
    all.put("share.coordinator.state.topic.replication.factor", "1");
    all.put("share.coordinator.state.topic.min.isr", "1");
    // A broker that was killed is let in again when its session is over.
    all.put("broker.heartbeat.interval.ms", "500");
    all.put("broker.session.timeout.ms", "3000");
    all.put("group.initial.rebalance.delay.ms", "0");
    all.put("auto.create.topics.enable", "false");
    // Records with old times of their own would be gone at the next check, every five minutes.
    all.put("log.retention.ms", "-1");
    if (security != null) {
      TestCertificates certificates = TestCertificates.create(directory.resolve("certificates"));
      security.addSettings(all, ports.subList(2, ports.size()), certificates);
    }
    all.putAll(options.settings());
    String text =
        all.entrySet().stream()
            .map(entry -> entry.getKey() + "=" + entry.getValue().replace("\\", "\\\\") + "\n")
            .collect(Collectors.joining());
    Files.writeString(properties(), text);
    Files.writeString(log4j(), LOG4J);
  }

  private static List<Integer> newPorts() {
    return LoopbackPorts.free(2 + KafkaSecurity.LISTENERS.size());
  }

  /** Asks for the API versions: connections are taken before requests are served. */
  private boolean answers() {
    int timeoutMillis = 1_000;
    try (Socket socket = new Socket()) {
      InetAddress loopback = InetAddress.ofLiteral("127.0.0.1");
      socket.connect(new InetSocketAddress(loopback, ports.get(0)), timeoutMillis);
      socket.setSoTimeout(timeoutMillis);
      short apiVersions = 18;
      short version = 0;
      short noClientId = -1;
      ByteBuffer request = ByteBuffer.allocate(14).putInt(10);
      request.putShort(apiVersions).putShort(version).putInt(1).putShort(noClientId);
      socket.getOutputStream().write(request.array());
      byte[] answer = socket.getInputStream().readNBytes(10);
      return answer.length == 10 && ByteBuffer.wrap(answer).getShort(8) == 0;
    } catch (IOException e) {
      return false;
    }
  }
}
