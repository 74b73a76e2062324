package io.millrace.exporter.elasticsearch;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.api.component.ExportOutcome;
import io.millrace.api.component.ExportOutcome.Partial;
import io.millrace.api.component.ExportOutcome.Rejected;
import io.millrace.api.component.ExportOutcome.Retry;
import io.millrace.api.component.ExportOutcome.TooLarge;
import io.millrace.api.pipeline.RequestContext;
import io.millrace.api.telemetry.Batch;
import io.millrace.api.telemetry.Logs;
import io.millrace.api.telemetry.LogsBuilder;
import io.millrace.api.telemetry.Origins;
import io.millrace.api.telemetry.Signal;
import io.millrace.api.telemetry.Value;
import io.millrace.testkit.TestContext;
import io.millrace.testkit.TestTelemetry;
import io.millrace.testkit.fault.Fault;
import io.millrace.testkit.fault.FaultProxy;
import io.millrace.testkit.server.ElasticsearchServer;
import io.millrace.testkit.server.ServerOptions;
import io.millrace.testkit.server.SharedElasticsearch;
import io.millrace.toolkit.compression.Compression;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The exporter against a real node. */
final class ElasticsearchExporterIT {
  private static final RequestContext NOBODY = RequestContext.local(0);
  private static ElasticsearchServer elasticsearch;

  @TempDir private Path directory;
  private final List<ElasticsearchExporter> running = new ArrayList<>();

  @BeforeAll
  static void startServer() {
    elasticsearch = SharedElasticsearch.get();
  }

  @AfterEach
  void stopAll() {
    running.forEach(ElasticsearchExporter::stop);
  }

  @Test
  void writesDocumentsThatCanBeFound() throws Exception {
    TestConfig config = TestConfig.at(elasticsearch.url());
    config.logsIndex = "found";
    LogsBuilder logs = Logs.builder();
    logs.resource(r -> r.put("service.name", Value.of("shop")));
    logs.record()
        .timeUnixNanos(1_767_323_045_678_901_234L)
        .severity(17, "ERROR")
        .body(Value.of("disk is full"))
        .put("http.status", Value.of(500))
        .put("deep", Value.ofMap(Map.of("er", Value.of("x"))));
    Batch batch = logs.build().withOrigins(Origins.sequence("file/a/1-2/0", 42, 1));

    assertThat(start(config).export(batch, NOBODY)).isEqualTo(ExportOutcome.ACCEPTED);

    assertThat(elasticsearch.count("found")).isEqualTo(1);
    for (String query :
        List.of(
            "body.text:full",
            "attributes.http.status:500",
            "attributes.deep.er:x",
            "resource.attributes.service.name:shop",
            "severity_number:17",
            "origin.start:42",
            "origin.stream:\\\"file/a/1-2/0\\\"",
            "@timestamp:\\\"2026-01-02T03:04:05.678901234Z\\\"")) {
      assertThat(found("found", query)).as(query).isEqualTo(1L);
    }
    assertThat(
            elasticsearch
                .request("GET", "/found/_mapping", "")
                .at("found", "mappings", "properties", "@timestamp", "type"))
        .isEqualTo("date_nanos");
  }

  @Test
  void writesEverySignalToItsDataStreamAndMapsIt() throws Exception {
    ElasticsearchExporter exporter = start(TestConfig.at(elasticsearch.url()));
    for (Signal signal : Signal.readable()) {
      Batch batch =
          TestTelemetry.withOrigins(TestTelemetry.batch(signal, TestTelemetry.ids("s", 30)), 0);

      assertThat(exporter.export(batch, NOBODY)).isEqualTo(ExportOutcome.ACCEPTED);

      String stream = signal.id() + "-generic.otel-default";
      assertThat(elasticsearch.count(stream)).isEqualTo(30);
      assertThat(found(stream, "attributes.test.id:s-7")).isEqualTo(1L);
    }
    assertThat(found("metrics-generic.otel-default", "metrics.test.gauge:7")).isEqualTo(1L);
    assertThat(found("metrics-generic.otel-default", "metric.name:test.gauge")).isEqualTo(30L);
    assertThat(found("traces-generic.otel-default", "duration:1000000")).isEqualTo(30L);
  }

  @Test
  void writesABatchThatIsSentAgainOnlyOnce() throws Exception {
    TestConfig config = TestConfig.at(elasticsearch.url());
    config.logsIndex = "once";
    ElasticsearchExporter exporter = start(config);
    Batch batch = TestTelemetry.withOrigins(TestTelemetry.logs(TestTelemetry.ids("o", 50)), 0);

    assertThat(exporter.export(batch, NOBODY)).isEqualTo(ExportOutcome.ACCEPTED);
    assertThat(exporter.export(batch, NOBODY)).isEqualTo(ExportOutcome.ACCEPTED);
    assertThat(exporter.export(batch.slice(10, 30), NOBODY)).isEqualTo(ExportOutcome.ACCEPTED);

    assertThat(elasticsearch.count("once")).isEqualTo(50);
  }

  @Test
  void rejectsAConflictWithAnIdThatAUserGave() throws Exception {
    TestConfig config = TestConfig.at(elasticsearch.url());
    config.logsIndex = "users-ids";
    config.documentIdAttribute = true;
    LogsBuilder logs = Logs.builder();
    logs.record().put("elasticsearch.document_id", Value.of("same")).body(Value.of("first"));
    logs.record().put("elasticsearch.document_id", Value.of("same")).body(Value.of("second"));

    ExportOutcome outcome =
        start(config).export(TestTelemetry.withOrigins(logs.build(), 0), NOBODY);

    assertThat(outcome)
        .isInstanceOfSatisfying(
            Partial.class,
            partial -> {
              assertThat(partial.rejected()).hasSize(1);
              assertThat(partial.rejected().getFirst().index()).isEqualTo(1);
              assertThat(partial.rejected().getFirst().reason())
                  .startsWith("409 version_conflict_engine_exception: ");
            });
    assertThat(elasticsearch.count("users-ids")).isEqualTo(1);
  }

  @Test
  void isolatesDocumentsThatDoNotFitTheMapping() throws Exception {
    elasticsearch.request(
        "PUT",
        "/strict",
        "{\"mappings\":{\"properties\":{\"attributes\":{\"properties\":"
            + "{\"size\":{\"type\":\"long\"}}}}}}");
    TestConfig config = TestConfig.at(elasticsearch.url());
    config.logsIndex = "strict";
    LogsBuilder logs = Logs.builder();
    for (int i = 0; i < 10; i++) {
      logs.record().put("size", i % 4 == 3 ? Value.of("many") : Value.of(i));
    }

    ExportOutcome outcome =
        start(config).export(TestTelemetry.withOrigins(logs.build(), 0), NOBODY);

    assertThat(outcome)
        .isInstanceOfSatisfying(
            Partial.class,
            partial -> {
              assertThat(partial.rejected())
                  .extracting(ExportOutcome.RejectedItem::index)
                  .containsExactly(3, 7);
              assertThat(partial.rejected().getFirst().reason())
                  .startsWith("400 document_parsing_exception: ")
                  .contains("attributes.size")
                  .doesNotContain("\n");
              assertThat(partial.retry().isEmpty()).isTrue();
            });
    assertThat(elasticsearch.count("strict")).isEqualTo(8);
  }

  @Test
  void appendsDatesWithoutMakingDataStreams() throws Exception {
    TestConfig config = TestConfig.at(elasticsearch.url());
    config.logsIndex = "dated";
    config.logstashFormat = new LogstashFormatConfig(true, "-", "%Y.%m.%d");
    LogsBuilder logs = Logs.builder();
    logs.record().timeUnixNanos(1_767_225_599_999_999_999L).body(Value.of("old year"));
    logs.record().timeUnixNanos(1_767_225_600_000_000_000L).body(Value.of("new year"));

    assertThat(start(config).export(TestTelemetry.withOrigins(logs.build(), 0), NOBODY))
        .isEqualTo(ExportOutcome.ACCEPTED);

    assertThat(found("dated-2025.12.31", "body.text:old")).isEqualTo(1L);
    assertThat(found("dated-2026.01.01", "body.text:new")).isEqualTo(1L);
  }

  @Test
  void leavesTemplatesAloneThatAreThere() throws Exception {
    TestConfig config = TestConfig.at(elasticsearch.url());
    config.logsIndex = "kept";
    Batch batch = TestTelemetry.logs(List.of("a"));
    assertThat(start(config).export(batch, NOBODY)).isEqualTo(ExportOutcome.ACCEPTED);
    String path = "/_index_template/millrace-logs-kept";
    elasticsearch.request(
        "PUT", path, "{\"index_patterns\":[\"kept\"],\"priority\":51,\"version\":7}");

    assertThat(start(config).export(batch, NOBODY)).isEqualTo(ExportOutcome.ACCEPTED);

    assertThat(
            elasticsearch
                .request("GET", path, "")
                .at("index_templates", 0, "index_template", "priority"))
        .isEqualTo(51L);
  }

  @Test
  void installsNoTemplatesWhereThatIsOff() throws Exception {
    TestConfig config = TestConfig.at(elasticsearch.url());
    config.logsIndex = "untouched";
    config.templates = false;

    assertThat(start(config).export(TestTelemetry.logs(List.of("a")), NOBODY))
        .isEqualTo(ExportOutcome.ACCEPTED);

    assertThat(
            elasticsearch.request("GET", "/_index_template/millrace-logs-untouched", "").status())
        .isEqualTo(404);
  }

  @Test
  void sendsWithoutCompressionToo() throws Exception {
    TestConfig config = TestConfig.at(elasticsearch.url());
    config.logsIndex = "plain";
    config.http = config.http.withCompression(Compression.NONE);
    Batch batch = TestTelemetry.withOrigins(TestTelemetry.logs(TestTelemetry.ids("p", 5_000)), 0);

    assertThat(start(config).export(batch, NOBODY)).isEqualTo(ExportOutcome.ACCEPTED);

    assertThat(elasticsearch.count("plain")).isEqualTo(5_000);
  }

  @Test
  void saysWhatEachStatusOfTheWholeRequestMeans() throws Exception {
    try (FaultProxy proxy = FaultProxy.http("127.0.0.1:" + elasticsearch.port())) {
      TestConfig config = TestConfig.at(proxy.url());
      config.logsIndex = "statuses";
      ElasticsearchExporter exporter = start(config);
      Batch batch = TestTelemetry.withOrigins(TestTelemetry.logs(TestTelemetry.ids("a", 5)), 0);
      assertThat(exporter.export(batch.slice(0, 1), NOBODY)).isEqualTo(ExportOutcome.ACCEPTED);

      proxy.next(1, new Fault.Answer(429, Map.of("Retry-After", "7"), "slow\ndown"));
      assertThat(exporter.export(batch, NOBODY))
          .isEqualTo(new Retry(proxy.url() + ": 429 slow down", Duration.ofSeconds(7), "429"));
      proxy.answer(1, 503);
      assertThat(exporter.export(batch, NOBODY))
          .isEqualTo(new Retry(proxy.url() + ": 503", null, "503"));
      proxy.answer(1, 413);
      assertThat(exporter.export(batch, NOBODY)).isEqualTo(new TooLarge(proxy.url() + ": 413"));
      proxy.answer(1, 401);
      assertThat(exporter.export(batch, NOBODY))
          .isEqualTo(
              new Retry(
                  "not authenticated (user or api_key): " + proxy.url() + ": 401", null, "401"));
      proxy.answer(1, 403);
      assertThat(exporter.export(batch, NOBODY))
          .isEqualTo(new Retry("not authorised: " + proxy.url() + ": 403", null, "403"));
      proxy.answer(1, 404);
      assertThat(exporter.export(batch, NOBODY))
          .isEqualTo(new Retry("no Elasticsearch there: " + proxy.url() + ": 404", null, "404"));
      proxy.answer(1, 400);
      assertThat(exporter.export(batch, NOBODY))
          .isEqualTo(new Rejected(proxy.url() + ": 400", "400", true));

      assertThat(exporter.export(batch, NOBODY)).isEqualTo(ExportOutcome.ACCEPTED);
      assertThat(elasticsearch.count("statuses")).isEqualTo(5);
    }
  }

  @Test
  void repeatsARequestWhoseAnswerWasCutWithoutDuplicates() throws Exception {
    try (FaultProxy proxy = FaultProxy.http("127.0.0.1:" + elasticsearch.port())) {
      TestConfig config = TestConfig.at(proxy.url());
      config.logsIndex = "cut";
      config.templates = false;
      ElasticsearchExporter exporter = start(config);
      Batch batch = TestTelemetry.withOrigins(TestTelemetry.logs(TestTelemetry.ids("c", 40)), 0);
      proxy.cutAnswer(1, 20);

      assertThat(exporter.export(batch, NOBODY))
          .isInstanceOfSatisfying(
              Retry.class, retry -> assertThat(retry.reason()).startsWith(proxy.url() + ": "));
      assertThat(elasticsearch.count("cut")).isEqualTo(40);

      assertThat(exporter.export(batch, NOBODY)).isEqualTo(ExportOutcome.ACCEPTED);
      assertThat(elasticsearch.count("cut")).isEqualTo(40);
    }
  }

  @Test
  void breaksOffWhenInterruptedWhileTheNodeHangs() throws Exception {
    try (FaultProxy proxy = FaultProxy.http("127.0.0.1:" + elasticsearch.port())) {
      TestConfig config = TestConfig.at(proxy.url());
      config.templates = false;
      ElasticsearchExporter exporter = start(config);
      proxy.hang(1);
      CompletableFuture<Throwable> ended = new CompletableFuture<>();
      Thread thread =
          Thread.ofVirtual()
              .start(
                  () -> {
                    try {
                      ExportOutcome outcome =
                          exporter.export(TestTelemetry.logs(List.of("a")), NOBODY);
                      ended.completeExceptionally(new AssertionError(outcome));
                    } catch (InterruptedException e) {
                      ended.complete(e);
                    }
                  });
      while (proxy.seen() == 0) {
        Thread.onSpinWait();
      }
      thread.interrupt();

      assertThat(ended.get(30, TimeUnit.SECONDS)).isInstanceOf(InterruptedException.class);
    }
  }

  @Test
  void namesANodeThatIsNotThereInOneLine() throws Exception {
    ExportOutcome outcome =
        start(TestConfig.at("http://127.0.0.1:1")).export(TestTelemetry.logs(List.of("a")), NOBODY);

    assertThat(outcome)
        .isInstanceOfSatisfying(
            Retry.class,
            retry ->
                assertThat(retry.reason())
                    .startsWith("http://127.0.0.1:1: ")
                    .containsIgnoringCase("refused")
                    .doesNotContain("\n"));
  }

  @Test
  void goesOnWithTheNodesThatAreThere() throws Exception {
    TestConfig config = TestConfig.at("http://127.0.0.1:1", elasticsearch.url());
    config.logsIndex = "two-nodes";
    ElasticsearchExporter exporter = start(config);
    for (int i = 0; i < 4; i++) {
      Batch batch = TestTelemetry.withOrigins(TestTelemetry.logs(List.of("t-" + i)), i);
      assertThat(exporter.export(batch, NOBODY)).isEqualTo(ExportOutcome.ACCEPTED);
    }

    assertThat(elasticsearch.count("two-nodes")).isEqualTo(4);
  }

  @Test
  void authenticatesWithUserAndPassword(@TempDir Path data) throws Exception {
    try (ElasticsearchServer secured =
        ElasticsearchServer.start(ServerOptions.in(data), "correct horse")) {
      TestConfig config = TestConfig.at(secured.url());
      config.logsIndex = "secured";
      config.user = ElasticsearchServer.USER;
      config.password = "correct horse";
      Batch batch = TestTelemetry.withOrigins(TestTelemetry.logs(List.of("a")), 0);
      assertThat(start(config).export(batch, NOBODY)).isEqualTo(ExportOutcome.ACCEPTED);
      assertThat(secured.count("secured")).isEqualTo(1);

      config.password = "wrong";
      AtomicReference<String> reason = new AtomicReference<>("");
      assertThat(start(config).export(batch, NOBODY))
          .isInstanceOfSatisfying(Retry.class, retry -> reason.set(retry.reason()));
      assertThat(reason.get())
          .startsWith("not authenticated (user or api_key): " + secured.url() + ": 401 ")
          .doesNotContain("wrong")
          .doesNotContain("\n");
    }
  }

  private static Object found(String index, String query) throws Exception {
    elasticsearch.request("POST", "/" + index + "/_refresh", "");
    ElasticsearchServer.Response response =
        elasticsearch.request(
            "POST",
            "/" + index + "/_count",
            "{\"query\":{\"query_string\":{\"query\":\"" + query + "\"}}}");
    Object count = response.at("count");
    return count == null ? response.body() : count;
  }

  private ElasticsearchExporter start(TestConfig config) throws Exception {
    ElasticsearchExporter exporter =
        new ElasticsearchExporter(
            TestContext.of("elasticsearch", directory.resolve("state")), config.make());
    exporter.start();
    running.add(exporter);
    return exporter;
  }
}
