package io.millrace.exporter.debug;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.millrace.api.component.ExportOutcome;
import io.millrace.api.pipeline.RequestContext;
import io.millrace.api.telemetry.Batch;
import io.millrace.api.telemetry.Signal;
import io.millrace.exporter.debug.DebugExporterConfig.Verbosity;
import io.millrace.testkit.TestClock;
import io.millrace.testkit.TestContext;
import io.millrace.testkit.TestTelemetry;
import io.millrace.toolkit.otlpjson.OtlpJson;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DebugExporterTest {
  private static final String TWO_RECORDS =
      """
      {"resourceLogs":[{"resource":{"attributes":[
        {"key":"resource-attr","value":{"stringValue":"resource-attr-val-1"}}]},
       "scopeLogs":[{"logRecords":[
        {"timeUnixNano":"1581452773000000789","severityNumber":9,"severityText":"Info",
         "body":{"stringValue":"This is a log message"},
         "attributes":[{"key":"app","value":{"stringValue":"server"}},
                       {"key":"instance_num","value":{"intValue":"1"}}],
         "traceId":"08040201000000000000000000000000","spanId":"0102040800000000"},
        {"timeUnixNano":"1581452773000000789","severityNumber":9,"severityText":"Info",
         "body":{"stringValue":"something happened"},
         "attributes":[{"key":"customer","value":{"stringValue":"acme"}},
                       {"key":"env","value":{"stringValue":"dev"}}]}]}]}]}
      """;
  private static final String EXPONENTIAL =
      """
      {"resourceMetrics":[{"scopeMetrics":[{"metrics":[{"name":"m","unit":"1",
       "exponentialHistogram":{"aggregationTemporality":1,"dataPoints":[
        {"startTimeUnixNano":"1581452772000000321","timeUnixNano":"1581452773000000789",
         "count":"5","sum":0.15,"scale":1,"zeroCount":"1",
         "positive":{"offset":1,"bucketCounts":["1","1"]},
         "negative":{"offset":-1,"bucketCounts":["1","1"]}}]}}]}]}]}
      """;

  @TempDir Path directory;

  @Test
  void printsRecordsInTheCollectorsLayout() throws Exception {
    Path golden =
        Path.of(
            System.getProperty("millrace.root", ".."),
            "../shared/conformance/core/exporter/debugexporter/internal/otlptext/testdata/logs",
            "two_records.out");
    assumeThat(golden).as("the Collector's public test data").exists();

    assertThat(DetailedText.of(read(Signal.LOGS, TWO_RECORDS)).strip())
        .isEqualTo(Files.readString(golden).strip());
  }

  @Test
  void countsProfilesWhateverTheVerbosity() throws Exception {
    Path file = directory.resolve("out.txt");
    Batch batch = TestTelemetry.batch(Signal.PROFILES, List.of("a", "b"));
    for (Verbosity verbosity : Verbosity.values()) {
      DebugExporter exporter =
          new DebugExporter(
              TestContext.of("debug", directory),
              new DebugExporterConfig(verbosity, 1, 1, false, List.of(file.toString())));
      exporter.start();
      assertThat(exporter.export(batch, RequestContext.local(1))).isEqualTo(ExportOutcome.ACCEPTED);
      exporter.stop();
    }

    assertThat(Files.readAllLines(file))
        .hasSize(3)
        .containsOnly("Profiles  profiles: 2, bytes: " + batch.sizeBytes());
  }

  @Test
  void printsExponentialBuckets() throws Exception {
    assertThat(DetailedText.of(read(Signal.METRICS, EXPONENTIAL)))
        .contains(
            """
            Count: 5
            Sum: 0.150000
            Bucket [-1.414214, -1.000000), Count: 1
            Bucket [-1.000000, -0.707107), Count: 1
            Bucket [0, 0], Count: 1
            Bucket (1.414214, 2.000000], Count: 1
            Bucket (2.000000, 2.828427], Count: 1
            """);
  }

  @Test
  void printsALineAnItem() throws Exception {
    assertThat(NormalText.of(read(Signal.LOGS, TWO_RECORDS)))
        .isEqualTo(
            """
            ResourceLog #0 resource-attr=resource-attr-val-1
            ScopeLog #0 @
            This is a log message app=server instance_num=1
            something happened customer=acme env=dev
            """);
  }

  @Test
  void printsCounts() throws Exception {
    assertThat(BasicText.of(read(Signal.LOGS, TWO_RECORDS)))
        .isEqualTo("Logs  resource logs: 1, log records: 2");
    assertThat(BasicText.of(read(Signal.METRICS, EXPONENTIAL)))
        .isEqualTo("Metrics  resource metrics: 1, metrics: 1, data points: 1");
  }

  @Test
  void writesToTheFilesNamedAndAcceptsEverything() throws Exception {
    Path file = directory.resolve("debug.txt");
    DebugExporter exporter =
        new DebugExporter(
            TestContext.of("debug", directory),
            new DebugExporterConfig(Verbosity.BASIC, 1, 2, false, List.of(file.toString())));
    exporter.start();
    Batch batch = read(Signal.LOGS, TWO_RECORDS);
    for (int i = 0; i < 5; i++) {
      assertThat(exporter.export(batch, RequestContext.local(1))).isEqualTo(ExportOutcome.ACCEPTED);
    }
    exporter.stop();

    assertThat(Files.readAllLines(file))
        .hasSize(3)
        .containsOnly("Logs  resource logs: 1, log records: 2");
  }

  @Test
  void samplesAnewEachSecond() {
    TestClock clock = new TestClock();
    Sampler sampler = new Sampler(1, 0, clock);

    assertThat(sampler.take()).isTrue();
    assertThat(sampler.take()).isFalse();
    clock.advance(Duration.ofSeconds(1));
    assertThat(sampler.take()).isTrue();
  }

  private static Batch read(Signal signal, String json) throws Exception {
    return OtlpJson.read(signal, json.getBytes(StandardCharsets.UTF_8));
  }
}
