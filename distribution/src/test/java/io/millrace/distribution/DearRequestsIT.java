package io.millrace.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.testkit.TestTelemetry;
import io.millrace.testkit.server.ElasticsearchServer;
import io.millrace.testkit.server.LoopbackPorts;
import io.millrace.testkit.server.SharedElasticsearch;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Requests of 4 MB that would take many times as much in a session: an agent with its default
 * memory takes them or refuses them, and lives, with and without a log before the session.
 */
class DearRequestsIT {
  private static final int SIZE_BYTES = 4_000_000;
  private static final byte RESOURCE_LOGS = 1 << 3 | 2;
  private static final byte SCOPE_LOGS = 2 << 3 | 2;
  private static final byte RECORD = 2 << 3 | 2;
  private static final byte BODY = 5 << 3 | 2;
  private static final byte ATTRIBUTE = 6 << 3 | 2;

  /** Of a value; the key of an attribute has the same tag, and so has an element of an array. */
  private static final byte STRING = 1 << 3 | 2;

  private static final byte ELEMENT = STRING;
  private static final byte ARRAY = 5 << 3 | 2;
  private static final byte BYTES = 7 << 3 | 2;

  @TempDir private Path directory;
  private final List<Integer> ports = LoopbackPorts.free(3);

  @Test
  void livesThroughRequestsThatAreDearToChange() throws Exception {
    UnpackedAgent agent = UnpackedAgent.in(directory);
    byte[] emptyRecord = message(RECORD);
    byte[] shortRecord = message(RECORD, message(BODY, message(RESOURCE_LOGS, new byte[32])));
    byte[] one = group(message(SCOPE_LOGS, emptyRecord));
    try (UnpackedAgent.Running running = start(agent);
        HttpClient client = HttpClient.newHttpClient()) {
      running.awaitHealthy(ports.get(0));
      assertThat(running.logged())
          .containsPattern(
              "warning: agent.yaml:\\d+:\\d+ receivers.otlp/delivered.protocols.http"
                  + ".max_request_body_size: messages above \\d{7} bytes are refused");
      send(client, new byte[7_000_000], 413, "");

      // Taken, in parts.
      send(client, group(message(SCOPE_LOGS, times(shortRecord, 60_000))), 200, "");
      // Refused.
      send(client, group(message(SCOPE_LOGS, fill(emptyRecord))), 400, "Request of 2000000 items");
      send(client, join(one, fill(group())), 400, "groups, scopes and metrics around 1 items");
      send(client, join(one, group(fill(message(SCOPE_LOGS)))), 400, "around 1 items");

      send(client, TestTelemetry.logs(List.of("after")).toBytes(), 200, "");
      running.process().awaitReady(UnpackedAgent.READY, () -> output().contains("after"));
      assertThat(running.stop()).isZero();
    }
  }

  /**
   * The largest requests, of records that can be taken in parts and of one that cannot.
   *
   * @param records in one request
   */
  @ParameterizedTest
  @CsvSource({"13114, false", "1, false", "1, true"})
  void takesTheLargestRequestsOfManyClientsOneAfterTheOther(int records, boolean attributes)
      throws Exception {
    UnpackedAgent agent = UnpackedAgent.in(directory);
    int clients = 4;
    int rounds = 5;
    byte[] text = new byte[attributes ? 0 : SIZE_BYTES / records - 15];
    Arrays.fill(text, (byte) '"');
    byte[] body = message(BODY, message(RESOURCE_LOGS, text));
    byte[] record = message(RECORD, body, attributes ? fill(message(ATTRIBUTE)) : new byte[0]);
    byte[] request = group(message(SCOPE_LOGS, times(record, records)));
    assertThat(request.length).isBetween(SIZE_BYTES * 97 / 100, SIZE_BYTES * 103 / 100);
    try (UnpackedAgent.Running running = start(agent);
        HttpClient client = HttpClient.newHttpClient();
        ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
      running.awaitHealthy(ports.get(0));
      List<Future<Void>> sent = new ArrayList<>();
      for (int i = 0; i < clients; i++) {
        int port = ports.get(1 + i % 2);
        sent.add(
            executor.submit(
                () -> {
                  for (int round = 0; round < rounds; round++) {
                    while (!isTaken(client, port, request)) {
                      TimeUnit.MILLISECONDS.sleep(50); // the client's back-off
                    }
                  }
                  return null;
                }));
      }
      for (Future<Void> each : sent) {
        each.get(2, TimeUnit.MINUTES);
      }
      // The log may be read for a while after the last answer.
      long all = (long) clients * rounds * records;
      running.process().awaitReady(UnpackedAgent.READY, () -> written() >= all);
      assertThat(running.stop()).isZero();
      assertThat(written()).isEqualTo(all);
    }
  }

  @Test
  void writesRecordsAsLargeAsRequestsToElasticsearch() throws Exception {
    ElasticsearchServer elasticsearch = SharedElasticsearch.get();
    byte[] random = new byte[SIZE_BYTES];
    new Random(1).nextBytes(random);
    List<byte[]> bodies =
        List.of(
            message(STRING, fill("quotes \" and \u0001\n".getBytes(StandardCharsets.UTF_8))),
            message(STRING, fill("\u6f22\u5b57 \ud840\udc00".getBytes(StandardCharsets.UTF_8))),
            message(BYTES, random),
            message(ARRAY, fill(message(ELEMENT))));
    UnpackedAgent agent = UnpackedAgent.in(directory);
    try (UnpackedAgent.Running running =
            agent.start(
                directory,
                """
                extensions:
                  health_check: {endpoint: "127.0.0.1:${env:HEALTH}"}
                receivers:
                  otlp: {protocols: {http: {endpoint: "127.0.0.1:${env:HTTP}"}}}
                exporters:
                  elasticsearch: {endpoints: ["${env:URL}"], logs_index: dear}
                service:
                  extensions: [health_check]
                  telemetry: {metrics: {level: none}}
                  pipelines:
                    logs: {receivers: [otlp], exporters: [elasticsearch]}
                """,
                Map.of(
                    "HEALTH", ports.get(0).toString(),
                    "HTTP", ports.get(1).toString(),
                    "URL", elasticsearch.url()));
        HttpClient client = HttpClient.newHttpClient()) {
      running.awaitHealthy(ports.get(0));
      for (byte[] body : bodies) {
        take(client, message(RECORD, message(BODY, body)));
      }
      take(client, message(RECORD, distinctAttributes()));

      running
          .process()
          .awaitReady(UnpackedAgent.READY, () -> documents(elasticsearch) > bodies.size());
      assertThat(running.stop()).isZero();
    }
  }

  private void take(HttpClient client, byte[] record) throws Exception {
    byte[] request = group(message(SCOPE_LOGS, record));
    while (!isTaken(client, ports.get(1), request)) {
      TimeUnit.MILLISECONDS.sleep(50); // the client's back-off
    }
  }

  private static long documents(ElasticsearchServer elasticsearch) throws InterruptedException {
    try {
      return elasticsearch.count("dear");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** No two of the same name, with no value. */
  private static byte[] distinctAttributes() {
    ByteArrayOutputStream out = new ByteArrayOutputStream(SIZE_BYTES);
    for (int i = 0; out.size() < SIZE_BYTES - 16; i++) {
      byte[] name = Integer.toString(i, 36).getBytes(StandardCharsets.US_ASCII);
      out.writeBytes(message(ATTRIBUTE, message(STRING, name)));
    }
    return out.toByteArray();
  }

  /** Records in the file. */
  private long written() {
    try (Stream<String> lines = Files.lines(directory.resolve("out.json"))) {
      Pattern body = Pattern.compile("\"body\"");
      return lines.mapToLong(line -> body.matcher(line).results().count()).sum();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean isTaken(HttpClient client, int port, byte[] body) throws Exception {
    int status =
        UnpackedAgent.post(client, port, "/v1/logs", "application/x-protobuf", body).statusCode();
    assertThat(status).isIn(200, 503);
    return status == 200;
  }

  private void send(HttpClient client, byte[] body, int status, String says) throws Exception {
    for (int port : List.of(ports.get(1), ports.get(2))) {
      HttpResponse<String> answer =
          UnpackedAgent.post(client, port, "/v1/logs", "application/x-protobuf", body);
      assertThat(answer.statusCode()).isEqualTo(status);
      assertThat(answer.body()).contains(says);
    }
  }

  private String output() {
    try {
      Path file = directory.resolve("out.json");
      return Files.exists(file) ? Files.readString(file) : "";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private UnpackedAgent.Running start(UnpackedAgent agent) throws Exception {
    return agent.start(
        directory,
        """
        extensions:
          health_check: {endpoint: "127.0.0.1:${env:HEALTH}"}
        receivers:
          otlp: {protocols: {http: {endpoint: "127.0.0.1:${env:HTTP}"}}}
          otlp/delivered:
            acknowledge: delivered
            protocols: {http: {endpoint: "127.0.0.1:${env:DIRECT}", max_request_body_size: 8MiB}}
        processors:
          attributes: {actions: [{key: x, value: y, action: insert}]}
          attributes/again: {actions: [{key: x, value: z, action: update}]}
          attributes/more: {actions: [{key: xx, value: y, action: insert}]}
          resource: {attributes: [{key: r, value: y, action: insert}]}
        exporters:
          file: {path: "${env:OUT}"}
        service:
          extensions: [health_check]
          telemetry: {metrics: {level: none}}
          pipelines:
            logs: {receivers: [otlp, otlp/delivered], processors: [attributes, attributes/again, attributes/more, resource], exporters: [file]}
        """,
        Map.of(
            "HEALTH", ports.get(0).toString(),
            "HTTP", ports.get(1).toString(),
            "DIRECT", ports.get(2).toString(),
            "OUT", directory.resolve("out.json").toString()));
  }

  private static byte[] group(byte[]... fields) {
    return message(RESOURCE_LOGS, fields);
  }

  /** A field that holds a message. */
  private static byte[] message(byte tag, byte[]... fields) {
    byte[] content = join(fields);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(tag);
    int length = content.length;
    for (; length > 0x7f; length >>>= 7) {
      out.write((length & 0x7f) | 0x80);
    }
    out.write(length);
    out.writeBytes(content);
    return out.toByteArray();
  }

  /** As many as make up the whole size. */
  private static byte[] fill(byte[] field) {
    return times(field, SIZE_BYTES / field.length);
  }

  private static byte[] times(byte[] field, int count) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(field.length * count);
    for (int i = 0; i < count; i++) {
      out.writeBytes(field);
    }
    return out.toByteArray();
  }

  private static byte[] join(byte[]... fields) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (byte[] field : fields) {
      out.writeBytes(field);
    }
    return out.toByteArray();
  }
}
