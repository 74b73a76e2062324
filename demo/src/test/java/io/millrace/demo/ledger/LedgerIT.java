package io.millrace.demo.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.api.telemetry.KafkaHeaders;
import io.millrace.api.telemetry.Origins;
import io.millrace.demo.JsonHttp;
import io.millrace.testkit.server.ElasticsearchServer;
import io.millrace.testkit.server.KafkaServer;
import io.millrace.testkit.server.ServerOptions;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.logs.v1.LogRecord;
import io.opentelemetry.proto.logs.v1.ResourceLogs;
import io.opentelemetry.proto.logs.v1.ScopeLogs;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The ledger against a real Kafka and a real Elasticsearch: balanced books, and each way to spoil
 * them.
 */
class LedgerIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String TEXT = "first line\nsecond line\n  third\n\nfourth\n";

  /** Ends of the records of {@link #TEXT}; the blank line belongs to the one after it. */
  private static final long[] ENDS = {11, 23, 31, 39};

  private static final List<String> BODIES =
      List.of("first line", "second line", "third", "fourth");
  private static final long MILLIS = 1_760_000_005_000L;

  @TempDir static Path directory;
  private static ElasticsearchServer elasticsearch;
  private static KafkaServer kafka;
  private static JsonHttp http;
  private static int run;

  private String prefix;
  private String topic;
  private Path file;
  private String stream;

  @BeforeAll
  static void startServers() throws Exception {
    elasticsearch = ElasticsearchServer.start(ServerOptions.in(directory.resolve("es")));
    kafka = KafkaServer.start(ServerOptions.in(directory.resolve("kafka")));
    http = new JsonHttp(elasticsearch.url());
  }

  @AfterAll
  static void stopServers() throws Exception {
    http.close();
    kafka.close();
    elasticsearch.close();
  }

  @BeforeEach
  void writeBalancedBooks() throws Exception {
    run++;
    prefix = "run" + run;
    topic = "logs" + run;
    file = Files.writeString(directory.resolve("input" + run + ".log"), TEXT);
    stream = "file/agent/" + LedgerPlan.InputFile.keyOf(file) + "/1";
    kafka.createTopic(topic, 1);
    for (int i = 0; i < ENDS.length; i++) {
      index("id" + i, start(i), ENDS[i], BODIES.get(i));
    }
    produce(0, ENDS.length);
    window(ENDS.length);
  }

  @Test
  void balancesWhenEverythingIsThereOnce() throws Exception {
    Verdict verdict = ledger();

    assertThat(verdict.text()).contains("The ledger balances").contains("Bodies: 4 compared");
    assertThat(verdict.exitCode()).isZero();
  }

  @Test
  void balancesWhenAFileWasRenamedOnceItsSourceHadStopped() throws Exception {
    LedgerPlan.InputFile before = LedgerPlan.InputFile.of(file, true);
    Files.move(file, file.resolveSibling(file.getFileName() + ".1"));
    Files.writeString(file, "another file under the same name\n");

    Verdict verdict = ledgerOf(List.of(before));

    assertThat(verdict.text()).contains("The ledger balances").contains("Bodies: 4 compared");
    assertThat(verdict.exitCode()).isZero();
  }

  @Test
  void balancesWhenAnAgentHasSentARecordToKafkaTwice() throws Exception {
    produce(1, 3);

    Verdict verdict = ledger();

    assertThat(verdict.text()).contains("4 distinct in Kafka (2 sent again)");
    assertThat(verdict.exitCode()).isZero();
  }

  @Test
  void findsADocumentThatWasRemoved() throws Exception {
    http.send("DELETE", "/" + prefix + "-raw/_doc/id2?refresh=true", "");

    assertWrong("lost [23, 31) before " + stream + " [31, 39)");
  }

  @Test
  void findsTheLastDocumentRemoved() throws Exception {
    http.send("DELETE", "/" + prefix + "-raw/_doc/id3?refresh=true", "");

    assertWrong("lost [31, 39) at the end");
  }

  @Test
  void findsADocumentThatStandsTwice() throws Exception {
    index("other", start(1), ENDS[1], BODIES.get(1));

    assertWrong("twice: " + stream + " [11, 23) begins before 23");
  }

  @Test
  void findsADocumentThatWasAltered() throws Exception {
    index("id1", start(1), ENDS[1], "second lime");

    assertWrong("altered: " + stream + " [11, 23) \"second lime\" (the file has: \"second line\")");
  }

  @Test
  void findsAWindowThatCountsTooMuch() throws Exception {
    window(ENDS.length + 1);

    assertWrong("counts 5 (Kafka has: 4)");
  }

  @Test
  void findsAFileThatWasNeverRead() throws Exception {
    Path unread = Files.writeString(directory.resolve("unread" + run), "a\n");

    Verdict verdict = ledger(LedgerPlan.InputFile.of(unread, true));

    assertThat(verdict.text()).contains("lost [0, 2), the whole file");
    assertThat(verdict.exitCode()).isEqualTo(1);
  }

  private void assertWrong(String problem) throws Exception {
    Verdict verdict = ledger();
    assertThat(verdict.text()).contains(problem).contains("THE LEDGER DOES NOT BALANCE");
    assertThat(verdict.exitCode()).isEqualTo(1);
  }

  private record Verdict(int exitCode, String text) {}

  /** Runs the ledger as a process, as the demo does. */
  private Verdict ledger(LedgerPlan.InputFile... more) throws Exception {
    List<LedgerPlan.InputFile> files = new java.util.ArrayList<>(List.of(more));
    files.add(LedgerPlan.InputFile.of(file, true));
    return ledgerOf(files);
  }

  private Verdict ledgerOf(List<LedgerPlan.InputFile> files) throws Exception {
    Path plan = directory.resolve("plan" + run + ".json");
    new LedgerPlan(
            elasticsearch.url(),
            kafka.bootstrapServers(),
            directory.resolve("state"),
            prefix + "-raw",
            prefix + "-agg",
            prefix + "-late",
            prefix + "-undecodable",
            prefix + "-rejected",
            List.of(new LedgerPlan.Topic(topic, "logs")),
            List.of(new LedgerPlan.Window("logs", "logs", 10)),
            files)
        .write(plan);
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Ledger.class.getName(),
                "--plan",
                plan.toString())
            .redirectErrorStream(true)
            .start();
    process.getInputStream().transferTo(new PrintStream(text, true, StandardCharsets.UTF_8));
    return new Verdict(process.waitFor(), text.toString(StandardCharsets.UTF_8));
  }

  private static long start(int record) {
    return record == 0 ? 0 : ENDS[record - 1];
  }

  private void index(String id, long start, long end, String body) throws Exception {
    http.send(
        "PUT",
        "/" + prefix + "-raw/_doc/" + id + "?refresh=true",
        JSON.writeValueAsString(
            Map.of(
                "origin",
                Map.of("stream", stream, "start", start, "end", end, "sub", 0),
                "body",
                Map.of("text", body))));
  }

  private void window(long count) throws Exception {
    http.send(
        "PUT",
        "/" + prefix + "-agg/_doc/w?refresh=true",
        JSON.writeValueAsString(
            Map.of(
                "aggregate",
                "logs",
                "window",
                Map.of("start", java.time.Instant.ofEpochMilli(MILLIS - 5000).toString()),
                "count",
                count)));
  }

  private void produce(int from, int to) throws Exception {
    ScopeLogs.Builder scope = ScopeLogs.newBuilder();
    Origins.Builder origins = Origins.builder();
    for (int i = from; i < to; i++) {
      scope.addLogRecords(LogRecord.newBuilder().setTimeUnixNano(MILLIS * 1_000_000));
      origins.add(stream, start(i), ENDS[i], 0);
    }
    ExportLogsServiceRequest request =
        ExportLogsServiceRequest.newBuilder()
            .addResourceLogs(ResourceLogs.newBuilder().addScopeLogs(scope))
            .build();
    Map<String, Object> settings = Map.of("bootstrap.servers", kafka.bootstrapServers());
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
      ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(topic, request.toByteArray());
      record.headers().add(KafkaHeaders.ORIGINS, origins.build().encode());
      producer.send(record).get();
    }
  }
}
