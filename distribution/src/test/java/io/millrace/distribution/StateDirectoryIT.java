package io.millrace.distribution;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import io.millrace.testkit.fault.SmallDisk;
import io.millrace.testkit.server.LoopbackPorts;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What docs/state-directory.md says of a state directory with which something is wrong. */
class StateDirectoryIT {
  private static final int FILES = 60;

  @TempDir private Path directory;
  private final List<Integer> ports = LoopbackPorts.free(3);
  private UnpackedAgent agent = new UnpackedAgent(Path.of(""));

  @BeforeEach
  void unpack() throws Exception {
    agent = UnpackedAgent.in(directory);
    Files.createDirectory(directory.resolve("in"));
  }

  @Test
  void waitsWhileTheDiskIsFullAndLosesNothingThatItAcknowledged() throws Exception {
    try (SmallDisk disk = disk(6);
        HttpSink sink = new HttpSink();
        HttpClient client = HttpClient.newHttpClient()) {
      try (UnpackedAgent.Running running = start(on(disk), sink, "--state-dir", "state")) {
        running.awaitHealthy(ports.get(0));
        appendToAll("early");
        assertThat(post(client, "before").statusCode()).isEqualTo(200);
        assertThat(post(client, "poison").statusCode()).isEqualTo(200);
        awaitMetric(running, "exporter_retries", "", 1);
        disk.fill();

        // The log, then dead letters, then positions of files.
        HttpResponse<String> refused = post(client, "refused " + "x".repeat(20_000));
        assertThat(refused.statusCode()).isEqualTo(503);
        assertThat(refused.headers().firstValue("Retry-After")).isPresent();
        assertThat(MetricsPage.of(ports.get(1)).sum("segment_log_refused_items", "reason=\"disk\""))
            .isEqualTo(1);
        sink.heal();
        awaitMetric(running, "dead_letters_failures", "component=\"exporter:otlphttp\"", 1);
        appendToAll("late");
        awaitMetric(running, "receiver_file_storage_failures", "", 1);
        assertThat(UnpackedAgent.page(ports.get(0), "/"))
            .contains("\"receiver:otlp\":{\"status\":\"degraded\"")
            .contains("\"receiver:filelog\":{\"status\":\"degraded\"")
            .contains("\"dead_letters\":{\"status\":\"degraded\"");
        assertThat(running.logged())
            .contains("Log could not be written")
            .contains("Positions of files cannot be stored; files that need it wait")
            .contains("Telemetry waits that has to be put aside: ")
            .doesNotContain("cannot be read")
            .contains("No space left on device");

        disk.free();
        running.process().awaitReady(UnpackedAgent.READY, () -> status(client, "after") == 200);
        awaitMetric(running, "dead_letters_kept_items", "component=\"exporter:otlphttp\"", 1);
        appendToAll("last");
        List<String> expected = new ArrayList<>(List.of("before", "after"));
        List.of("early", "late", "last").forEach(text -> expected.addAll(all(text)));
        running
            .process()
            .awaitReady(UnpackedAgent.READY, () -> sink.accepted().size() == expected.size());
        running.awaitHealthy(ports.get(0));
        assertThat(running.stop()).isZero();
        assertThat(sink.accepted()).containsExactlyInAnyOrderElementsOf(expected);
      }
      String left = disk.outside().toString();
      assertThat(agent.run(directory, "queue", "verify", "--state-dir", left).code()).isZero();
      assertThat(agent.run(directory, "dlq", "show", "--state-dir", left).out())
          .contains("body: poison");
    }
  }

  @Test
  void startsOnlyWhereItCanWriteOrNeedsNotTo() throws Exception {
    try (SmallDisk disk = disk(1);
        HttpSink sink = new HttpSink()) {
      disk.makeReadOnly();
      UnpackedAgent.Result result = runToTheEnd(on(disk), sink);
      assertThat(result.code()).isEqualTo(1);
      assertThat(result.err().lines())
          .singleElement()
          .asString()
          .startsWith("Error: State directory ")
          .contains("state cannot be written: ", "Read-only file system", "--ephemeral");
      try (UnpackedAgent.Running running = start(sink, "--ephemeral")) {
        running.awaitHealthy(ports.get(0));
        assertThat(running.stop()).isZero();
      }
    }
  }

  /** A mount cannot be made read-only while files are open; permissions can be taken away. */
  @Test
  void waitsWhileItMayNotWriteAndGoesOnWhenItMay() throws Exception {
    List<String> user = UnpackedAgent.ordinaryUser(directory);
    Path letters = directory.resolve("state/dead-letters");
    try (HttpSink sink = new HttpSink();
        HttpClient client = HttpClient.newHttpClient();
        UnpackedAgent.Running running = start(user, sink, "--state-dir", "state")) {
      sink.heal();
      running.awaitHealthy(ports.get(0));
      Files.setPosixFilePermissions(letters, PosixFilePermissions.fromString("r-xr-xr-x"));
      assertThat(post(client, "poison").statusCode()).isEqualTo(200);
      awaitMetric(running, "dead_letters_failures", "component=\"exporter:otlphttp\"", 1);
      assertThat(UnpackedAgent.page(ports.get(0), "/"))
          .contains("\"dead_letters\":{\"status\":\"degraded\"");
      assertThat(running.logged()).contains("Telemetry waits that has to be put aside: ");
      Files.setPosixFilePermissions(letters, PosixFilePermissions.fromString("rwxr-xr-x"));
      awaitMetric(running, "dead_letters_kept_items", "component=\"exporter:otlphttp\"", 1);
      running.awaitHealthy(ports.get(0));
      assertThat(running.stop()).isZero();
    }
  }

  @Test
  void leavesADirectoryToTheAgentThatHasIt() throws Exception {
    try (HttpSink sink = new HttpSink();
        UnpackedAgent.Running first = start(sink, "--state-dir", "state")) {
      first.awaitHealthy(ports.get(0));
      UnpackedAgent.Result second = runToTheEnd(List.of(), sink);
      assertThat(second.code()).isEqualTo(1);
      assertThat(second.err().lines())
          .singleElement()
          .asString()
          .startsWith("Error: State directory ")
          .endsWith(
              "state is in use by another agent with process id "
                  + first.process().pid()
                  + " (expected: one agent per --state-dir)");
      assertThat(MetricsPage.of(ports.get(1)).sum("state_rivals", "")).isEqualTo(1);
      assertThat(first.stop()).isZero();
    }
  }

  @Test
  void deliversWhatIsLeftOfADamagedLogAndCountsTheRest() throws Exception {
    int requests = 60;
    try (HttpSink sink = new HttpSink();
        HttpClient client = HttpClient.newHttpClient()) {
      try (UnpackedAgent.Running running = start(sink)) {
        running.awaitHealthy(ports.get(0));
        for (int i = 0; i < requests; i++) {
          assertThat(post(client, "record " + i).statusCode()).isEqualTo(200);
        }
      }
      flipBytes(onlyFile("state/logs/receiver-otlp-logs", ".segment"), 20, 4711);
      sink.heal();
      try (UnpackedAgent.Running running = start(sink)) {
        running
            .process()
            .awaitReady(
                UnpackedAgent.READY,
                () ->
                    sink.accepted().size()
                            + MetricsPage.of(ports.get(1)).sum("segment_log_missing_batches", "")
                        == requests);
        MetricsPage page = MetricsPage.of(ports.get(1));
        assertThat(page.sum("segment_log_missing_batches", "")).isBetween(1L, 20L);
        assertThat(page.sum("segment_log_damaged_bytes", "")).isPositive();
        assertThat(running.logged()).contains("Log is damaged");
        running.awaitHealthy(ports.get(0));
        assertThat(post(client, "new").statusCode()).isEqualTo(200);
        running.process().awaitReady(UnpackedAgent.READY, () -> sink.accepted().contains("new"));
        assertThat(running.stop()).isZero();
      }
      assertThat(sink.accepted()).doesNotHaveDuplicates();
    }
  }

  @Test
  void beginsAtTheOldestWhenPositionsAreGone() throws Exception {
    try (HttpSink sink = new HttpSink();
        HttpClient client = HttpClient.newHttpClient()) {
      sink.heal();
      appendToAll("line");
      List<String> expected = new ArrayList<>(all("line"));
      try (UnpackedAgent.Running running = start(sink)) {
        running.awaitHealthy(ports.get(0));
        assertThat(post(client, "pushed").statusCode()).isEqualTo(200);
        expected.add("pushed");
        running
            .process()
            .awaitReady(UnpackedAgent.READY, () -> sink.accepted().size() == expected.size());
        assertThat(running.stop()).isZero();
      }
      Files.delete(onlyFile("state/logs/receiver-otlp-logs", ".position"));
      Files.delete(onlyFile("state/storage", "receiver-filelog.storage"));
      try (UnpackedAgent.Running running = start(sink)) {
        running
            .process()
            .awaitReady(UnpackedAgent.READY, () -> sink.accepted().size() == 2 * expected.size());
        running.awaitHealthy(ports.get(0));
        MetricsPage page = MetricsPage.of(ports.get(1));
        assertThat(page.sum("state_lost_files", "")).isEqualTo(1);
        assertThat(page.sum("segment_log_lost_positions", "")).isEqualTo(1);
        assertThat(running.logged())
            .contains("State is gone: the component begins as if it had never run")
            .contains("A reader has no position");
        assertThat(running.stop()).isZero();
      }
      expected.addAll(List.copyOf(expected));
      assertThat(sink.accepted()).containsExactlyInAnyOrderElementsOf(expected);
    }
  }

  @Test
  void readsAgainWhatADamagedStorageForgot() throws Exception {
    try (HttpSink sink = new HttpSink()) {
      sink.heal();
      appendToAll("early");
      List<String> expected = new ArrayList<>(all("early"));
      try (UnpackedAgent.Running running = start(sink)) {
        running
            .process()
            .awaitReady(UnpackedAgent.READY, () -> sink.accepted().size() == expected.size());
        assertThat(running.stop()).isZero();
      }
      flipBytes(onlyFile("state/storage", "receiver-filelog.storage"), 20, 4711);
      appendToAll("late");
      expected.addAll(all("late"));
      try (UnpackedAgent.Running running = start(sink)) {
        running
            .process()
            .awaitReady(UnpackedAgent.READY, () -> sink.accepted().containsAll(expected));
        running.awaitHealthy(ports.get(0));
        assertThat(MetricsPage.of(ports.get(1)).sum("state_damaged_bytes", "")).isPositive();
        assertThat(running.logged()).contains("Storage is damaged; older values hold");
        assertThat(running.stop()).isZero();
      }
    }
  }

  /** A disk for the state directory; where none can be mounted the test is skipped. */
  private SmallDisk disk(int mebibytes) throws InterruptedException {
    try {
      return SmallDisk.mount(directory.resolve("state"), mebibytes);
    } catch (IOException e) {
      return abort("no file system can be mounted here: " + e.getMessage());
    }
  }

  /** What stands before a command that is to have its state on a disk. */
  private List<String> on(SmallDisk disk) {
    List<String> before = new ArrayList<>(disk.enter());
    before.addAll(List.of("env", "-C", directory.toString()));
    return before;
  }

  private UnpackedAgent.Result runToTheEnd(List<String> before, HttpSink sink)
      throws IOException, InterruptedException {
    configure();
    List<String> command = new ArrayList<>(before);
    command.addAll(
        List.of(
            agent.launcher().toString(), "run", "--config", "agent.yaml", "--state-dir", "state"));
    return UnpackedAgent.run(directory, environment(sink), command.toArray(String[]::new));
  }

  /** Not in the last record, where damage looks like a write that a crash cut short. */
  private static void flipBytes(Path file, int count, long seed) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    Random random = new Random(seed);
    for (int i = 0; i < count; i++) {
      bytes[random.nextInt(bytes.length * 9 / 10)] ^= (byte) (1 + random.nextInt(255));
    }
    Files.write(file, bytes);
  }

  private Path onlyFile(String folder, String suffix) throws IOException {
    try (Stream<Path> files = Files.list(directory.resolve(folder))) {
      List<Path> found = files.filter(file -> file.toString().endsWith(suffix)).toList();
      assertThat(found).hasSize(1);
      return found.getFirst();
    }
  }

  private void appendToAll(String text) throws IOException {
    for (int i = 0; i < FILES; i++) {
      append(i, text + " " + i);
    }
  }

  private void append(int file, String text) throws IOException {
    Files.writeString(
        directory.resolve("in/" + file + ".log"),
        text + "\n",
        StandardOpenOption.CREATE,
        StandardOpenOption.APPEND);
  }

  private static List<String> all(String text) {
    return IntStream.range(0, FILES).mapToObj(i -> text + " " + i).toList();
  }

  private void awaitMetric(UnpackedAgent.Running running, String name, String label, long least)
      throws Exception {
    running
        .process()
        .awaitReady(
            UnpackedAgent.READY, () -> MetricsPage.of(ports.get(1)).sum(name, label) >= least);
  }

  private UnpackedAgent.Running start(HttpSink sink) throws IOException {
    return start(sink, "--state-dir", "state");
  }

  private UnpackedAgent.Running start(HttpSink sink, String... more) throws IOException {
    return start(List.of(), sink, more);
  }

  private UnpackedAgent.Running start(List<String> before, HttpSink sink, String... more)
      throws IOException {
    configure();
    String[] arguments = new String[more.length + 2];
    arguments[0] = "--config";
    arguments[1] = "agent.yaml";
    System.arraycopy(more, 0, arguments, 2, more.length);
    List<String> launcher = new ArrayList<>(before);
    launcher.add(agent.launcher().toString());
    return UnpackedAgent.start(launcher, directory, environment(sink), arguments);
  }

  private Map<String, String> environment(HttpSink sink) {
    return Map.of(
        "HEALTH", ports.get(0).toString(),
        "METRICS", ports.get(1).toString(),
        "OTLP", ports.get(2).toString(),
        "SINK", Integer.toString(sink.port()));
  }

  private void configure() throws IOException {
    Files.writeString(
        directory.resolve("agent.yaml"),
        """
        extensions:
          health_check: {endpoint: "127.0.0.1:${env:HEALTH}"}
        receivers:
          filelog: {include: [in/*.log], start_at: beginning}
          otlp: {protocols: {http: {endpoint: "127.0.0.1:${env:OTLP}"}}}
        exporters:
          otlphttp:
            endpoint: http://127.0.0.1:${env:SINK}
            retry_on_failure: {initial_interval: 50ms, max_interval: 200ms}
            compression: none
        service:
          extensions: [health_check]
          telemetry:
            metrics:
              readers: [{pull: {exporter: {prometheus: {host: 127.0.0.1, port: "${env:METRICS}"}}}}]
          pipelines:
            logs: {receivers: [filelog, otlp], exporters: [otlphttp]}
        """);
  }

  /** The status of the answer; 0 when there is none. */
  private int status(HttpClient client, String body) throws InterruptedException {
    try {
      return post(client, body).statusCode();
    } catch (IOException e) {
      return 0;
    }
  }

  private HttpResponse<String> post(HttpClient client, String body)
      throws IOException, InterruptedException {
    String json =
        "{\"resourceLogs\":[{\"scopeLogs\":[{\"logRecords\":[{\"body\":{\"stringValue\":\""
            + body
            + "\"}}]}]}]}";
    return UnpackedAgent.post(
        client, ports.get(2), "/v1/logs", "application/json", json.getBytes(UTF_8));
  }
}
