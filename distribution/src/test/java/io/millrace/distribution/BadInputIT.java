package io.millrace.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.testkit.server.KafkaServer;
import io.millrace.testkit.server.LoopbackPorts;
import io.millrace.testkit.server.SharedKafka;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the agent says, and what it goes on doing, when something around it is wrong. */
class BadInputIT {
  private static final String PROTOBUF = "application/x-protobuf";
  private static final String JSON = "application/json";
  private static final String ONE_RECORD =
      "{\"resourceLogs\":[{\"scopeLogs\":[{\"logRecords\":[{\"body\":{\"stringValue\":\"hello\"}}]}]}]}";
  private static final int MAX_BODY = 100_000;

  @TempDir private Path directory;
  private final List<Integer> ports = LoopbackPorts.free(5);
  private UnpackedAgent agent = new UnpackedAgent(Path.of(""));

  @BeforeEach
  void unpack() throws Exception {
    agent = UnpackedAgent.in(directory);
  }

  @Test
  void namesEveryMistakeOfAConfigurationWithItsPlaceAndStartsNothing() throws Exception {
    Files.writeString(
        directory.resolve("agent.yaml"),
        """
        receivers:
          filelog:
            inclde: [/var/log/*.log]
          otlp:
            protocols:
              grpc:
                endpoint: localhost
        processors:
          batch:
            timeout: 5 sec
        exporters:
          elasticsaerch:
            endpoint: http://localhost:9200
        service:
          pipelines:
            logs:
              receivers: [filelog, otpl]
              processors: [batch]
              exporters: [elasticsaerch]
        """);
    UnpackedAgent.Result result = agent.run(directory, "run", "--config", "agent.yaml");
    assertThat(result.code()).isEqualTo(1);
    assertThat(result.out()).isEmpty();
    assertThat(result.err().lines())
        .containsExactly(
            "agent.yaml:3:5 receivers.filelog.inclde: unknown key (did you mean \"include\"?)",
            "agent.yaml:7:19 receivers.otlp.protocols.grpc.endpoint: \"localhost\" (expected:"
                + " host:port)",
            "agent.yaml:10:14 processors.batch.timeout: \"5 sec\" (expected: a duration such as 5s,"
                + " 1m30s or 200ms)",
            "agent.yaml:12:3 exporters.elasticsaerch: unknown type: \"elasticsaerch\" for id:"
                + " \"elasticsaerch\" (expected: debug, elasticsearch, file, kafka, otlp, otlphttp or"
                + " prometheus; did you mean \"elasticsearch\"?)",
            "agent.yaml:17:28 service.pipelines.logs.receivers: references receiver \"otpl\" which is"
                + " not configured (did you mean \"otlp\"?)",
            "Error: invalid configuration: 5 errors");
  }

  @Test
  void showsNoSecret() throws Exception {
    String secret = "hunter2secret";
    Files.writeString(
        directory.resolve("agent.yaml"),
        """
        receivers: {otlp: {protocols: {http: }}}
        exporters:
          elasticsearch:
            endpoint: http://localhost:9200
            user: elastic
            password: ${env:PASSWORD}
          otlphttp:
            endpoint: http://localhost:4318
            headers: {authorization: "Bearer ${env:PASSWORD}"}
        service: {pipelines: {logs: {receivers: [otlp], exporters: [elasticsearch, otlphttp]}}}
        """);
    Map<String, String> environment = Map.of("PASSWORD", secret);
    String launcher = agent.launcher().toString();
    UnpackedAgent.Result printed =
        UnpackedAgent.run(directory, environment, launcher, "print-config", "agent.yaml");
    assertThat(printed.code()).isZero();
    assertThat(printed.out())
        .doesNotContain(secret)
        .contains("password: '[REDACTED]'", "authorization: '[REDACTED]'");
    UnpackedAgent.Result wrong =
        UnpackedAgent.run(
            directory,
            environment,
            launcher,
            "validate",
            "agent.yaml",
            "--set",
            "exporters.elasticsearch.timeout=${env:PASSWORD}",
            "--set",
            "exporters.otlphttp.endpoint=http://u:${env:PASSWORD}@localhost:4318");
    assertThat(wrong.code()).isEqualTo(1);
    assertThat(wrong.err())
        .doesNotContain(secret)
        .contains("exporters.elasticsearch.timeout: \"${env:PASSWORD}\" (expected: a duration")
        .contains("exporters.otlphttp.endpoint: user and password in the URL");
  }

  @Test
  void answersMalformedRequestsByTheProtocolAndCountsThem() throws Exception {
    try (UnpackedAgent.Running running = start(List.of(), "127.0.0.1:1");
        HttpClient client = HttpClient.newHttpClient()) {
      running.awaitHealthy(ports.get(0));
      byte[] json = ONE_RECORD.getBytes(StandardCharsets.UTF_8);
      byte[] large = new byte[2 * MAX_BODY];
      check(
          client, PROTOBUF, "", new byte[] {0x0a, 0x20, 'a'}, 400, "Malformed request: Truncated");
      check(client, PROTOBUF, "", json, 400, "Malformed request: ");
      check(
          client,
          JSON,
          "",
          "{\"resourceLogs\":[".getBytes(StandardCharsets.UTF_8),
          400,
          "No JSON: Unexpected end-of-input");
      check(client, PROTOBUF, "", large, 413, "Body is larger than 100000 bytes.");
      check(client, PROTOBUF, "gzip", gzip(large), 413, "Body is larger than 100000 bytes.");
      check(client, JSON, "gzip", json, 400, "Body cannot be decompressed: ");
      check(client, JSON, "br", json, 415, "Content-Encoding not supported: br");
      check(client, "text/csv", "", json, 415, "Unsupported media type: \"text/csv\"");
      check(client, JSON, "", json, 200, "{}");
      MetricsPage page = MetricsPage.of(ports.get(1));
      assertThat(page.sum("receiver_refused_requests", "reason=\"malformed\"")).isEqualTo(4);
      assertThat(page.sum("dead_letter_samples", "kept=\"true\"")).isEqualTo(3);
      assertThat(page.sum("receiver_refused_requests", "reason=\"too_large\"")).isEqualTo(2);
      assertThat(page.sum("receiver_refused_requests", "reason=\"encoding\"")).isEqualTo(1);
      assertThat(page.sum("receiver_refused_requests", "reason=\"media_type\"")).isEqualTo(1);
      assertThat(page.sum("receiver_accepted_log_records", "receiver=\"otlp\"")).isEqualTo(1);
      assertThat(running.stop()).isZero();
      assertThat(running.logged()).doesNotContain("WARN", "ERROR", "\tat ");
    }
  }

  @Test
  void saysInOneLineThatAClientSpeaksAnotherProtocol() throws Exception {
    try (UnpackedAgent.Running running = start(List.of(), "127.0.0.1:1")) {
      running.awaitHealthy(ports.get(0));
      for (int attempt = 0; attempt < 3; attempt++) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), ports.get(3))) {
          socket
              .getOutputStream()
              .write("GET / HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
          socket.getOutputStream().flush();
          InputStream answer = socket.getInputStream();
          assertThat(answer.readAllBytes()).isNotNull();
        }
      }
      running.awaitLog("Unexpected HTTP/1.x request: GET /");
      assertThat(running.stop()).isZero();
      assertThat(running.logged().lines().filter(line -> line.contains("Unexpected HTTP/1.x")))
          .hasSize(1);
      assertThat(running.logged()).doesNotContain("\tat ");
    }
  }

  /** Four things are wrong at once; each is said once, and what can work does. */
  @Test
  void goesOnBesideWhatCannotWork() throws Exception {
    List<String> user = UnpackedAgent.ordinaryUser(directory);
    Path input = Files.createDirectories(directory.resolve("in"));
    Path closed = Files.writeString(input.resolve("closed.log"), "closed\n");
    Files.writeString(input.resolve("open.log"), "open\n");
    Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("---------"));
    int dead = ports.get(4);
    try (ServerSocket taken = new ServerSocket(ports.get(2), 1, InetAddress.getLoopbackAddress());
        UnpackedAgent.Running running = start(user, "127.0.0.1:" + dead)) {
      running.awaitLog("127.0.0.1:" + taken.getLocalPort() + ": address already in use");
      running.awaitLog("closed.log");
      running.awaitLog("http://127.0.0.1:" + dead + ": connection refused");
      running.awaitLog("no answer from 127.0.0.1:" + dead);
      running
          .process()
          .awaitReady(
              UnpackedAgent.READY,
              () ->
                  MetricsPage.of(ports.get(1)).sum("exporter_sent_log_records", "exporter=\"file\"")
                      == 1);
      assertThat(UnpackedAgent.page(ports.get(0), "/"))
          .contains("\"receiver:otlp\":{\"status\":\"failed\"")
          .contains("\"exporter:elasticsearch\":{\"status\":\"degraded\"");

      // The file can be read from now on, and is.
      Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("r--r--r--"));
      running
          .process()
          .awaitReady(
              UnpackedAgent.READY,
              () ->
                  MetricsPage.of(ports.get(1)).sum("exporter_sent_log_records", "exporter=\"file\"")
                      == 2);
      assertThat(running.stop()).isZero();
      List<String> log = running.logged().lines().toList();
      assertThat(log).allMatch(line -> line.matches("\\d{4}-.*|The process ended.*"));
      for (String once :
          List.of(
              "address already in use", "closed.log", ": connection refused", "no answer from")) {
        assertThat(log.stream().filter(line -> line.contains(once))).as(once).hasSize(1);
      }
    }
    assertThat(Files.readString(directory.resolve("out/logs.jsonl"))).contains("open", "closed");
  }

  @Test
  void waitsForATopicThatIsMissing() throws Exception {
    KafkaServer kafka = SharedKafka.get();
    Path input = Files.createDirectories(directory.resolve("in"));
    Files.writeString(input.resolve("a.log"), "one\ntwo\n");
    Files.writeString(
        directory.resolve("agent.yaml"),
        """
        receivers:
          filelog: {include: [in/*.log], start_at: beginning}
        exporters:
          kafka: {brokers: ["%s"], logs: {topic: made_late}}
        service:
          telemetry:
            metrics:
              readers: [{pull: {exporter: {prometheus: {host: 127.0.0.1, port: %d}}}}]
          pipelines:
            logs: {receivers: [filelog], exporters: [kafka]}
        """
            .formatted(kafka.bootstrapServers(), ports.get(1)));
    try (UnpackedAgent.Running running =
        UnpackedAgent.start(
            agent.launcher(), directory, Map.of(), "--config", "agent.yaml", "--ephemeral")) {
      running.awaitLog("topic \"made_late\" does not exist at " + kafka.bootstrapServers());
      awaitMetric(running, "exporter_retries", "exporter=\"kafka\"", 2);
      kafka.createTopic("made_late", 1);
      awaitMetric(running, "exporter_sent_log_records", "exporter=\"kafka\"", 2);
      assertThat(running.stop()).isZero();
      assertThat(oneLineMessages(running).filter(line -> line.contains("does not exist")))
          .hasSize(1);
    }
  }

  /** The agent's log, of which every line stands for itself. */
  private static Stream<String> oneLineMessages(UnpackedAgent.Running running) {
    List<String> lines = running.logged().lines().toList();
    assertThat(lines).allMatch(line -> line.matches("\\d{4}-\\d\\d-.*|The process ended.*"));
    return lines.stream();
  }

  private void awaitMetric(UnpackedAgent.Running running, String name, String label, long least)
      throws Exception {
    running
        .process()
        .awaitReady(
            UnpackedAgent.READY, () -> MetricsPage.of(ports.get(1)).sum(name, label) >= least);
  }

  private UnpackedAgent.Running start(List<String> before, String dead) throws IOException {
    Files.writeString(
        directory.resolve("agent.yaml"),
        """
        extensions:
          health_check: {endpoint: "127.0.0.1:${env:HEALTH}"}
        receivers:
          filelog: {include: [in/*.log], start_at: beginning}
          otlp:
            protocols:
              http: {endpoint: "127.0.0.1:${env:OTLP_HTTP}", max_request_body_size: %d}
              grpc: {endpoint: "127.0.0.1:${env:OTLP_GRPC}"}
        exporters:
          file: {path: out/logs.jsonl, create_directory: true}
          elasticsearch: {endpoint: "http://${env:DEAD}"}
          kafka: {brokers: ["${env:DEAD}"]}
        service:
          extensions: [health_check]
          telemetry:
            metrics:
              readers: [{pull: {exporter: {prometheus: {host: 127.0.0.1, port: "${env:METRICS}"}}}}]
          pipelines:
            logs: {receivers: [filelog, otlp], exporters: [file]}
            logs/dead: {receivers: [filelog], exporters: [elasticsearch, kafka]}
        """
            .formatted(MAX_BODY));
    List<String> launcher = new ArrayList<>(before);
    launcher.add(agent.launcher().toString());
    return UnpackedAgent.start(
        launcher,
        directory,
        Map.of(
            "HEALTH", ports.get(0).toString(),
            "METRICS", ports.get(1).toString(),
            "OTLP_HTTP", ports.get(2).toString(),
            "OTLP_GRPC", ports.get(3).toString(),
            "DEAD", dead),
        "--config",
        "agent.yaml",
        "--state-dir",
        "state");
  }

  private void check(
      HttpClient client, String type, String encoding, byte[] body, int status, String message)
      throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + ports.get(2) + "/v1/logs"))
            .header("Content-Type", type)
            .POST(HttpRequest.BodyPublishers.ofByteArray(body));
    if (!encoding.isEmpty()) {
      request.header("Content-Encoding", encoding);
    }
    HttpResponse<String> answer =
        client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    assertThat(answer.body()).contains(message);
    boolean known = type.equals(PROTOBUF) || type.equals(JSON);
    assertThat(answer.headers().firstValue("Content-Type").orElse(""))
        .isEqualTo(known ? type : "text/plain; charset=utf-8");
  }

  private static byte[] gzip(byte[] bytes) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(bytes);
    }
    return out.toByteArray();
  }
}
