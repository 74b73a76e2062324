package io.millrace.flink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.api.telemetry.Signal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CommandLineTest {

  @Test
  void hasDefaults() throws Exception {
    JobSettings settings =
        CommandLine.parse(
            "--brokers", "k:1", "--aggregates", "a.yaml", "--es-url", "http://e:9200");

    assertThat(settings.topics())
        .isEqualTo(
            Map.of(
                Signal.LOGS, "otlp_logs",
                Signal.METRICS, "otlp_metrics",
                Signal.TRACES, "otlp_spans"));
    assertThat(settings.group()).isEqualTo("millrace-flink");
    assertThat(settings.indexPrefix()).isEqualTo("millrace");
    assertThat(settings.checkpointDir()).isNull();
    assertThat(settings.checkpointInterval()).isEqualTo(Duration.ofSeconds(10));
    assertThat(settings.resume()).isEqualTo("none");
    assertThat(settings.outOfOrderness()).isEqualTo(Duration.ofSeconds(5));
    assertThat(settings.lateness()).isEqualTo(Duration.ofMinutes(2));
    assertThat(settings.quiet()).isEqualTo(Duration.ofSeconds(30));
    assertThat(settings.fromLatest()).isFalse();
    assertThat(settings.bounded()).isFalse();
    assertThat(settings.parallelism()).isNull();
    assertThat(settings.elasticsearch().user()).isNull();
  }

  @Test
  void readsEveryFlag() throws Exception {
    JobSettings settings =
        CommandLine.parse(
            "--brokers=k:1,k:2",
            "--aggregates",
            "a.yaml",
            "--es-url",
            "http://e:9200,https://f:9200",
            "--es-url=http://g:9200",
            "--topic-logs",
            "l",
            "--topic-metrics",
            "m",
            "--topic-traces",
            "t",
            "--group",
            "g",
            "--es-user",
            "u",
            "--es-password-file",
            "p.txt",
            "--es-ca",
            "ca.pem",
            "--index-prefix",
            "shop",
            "--checkpoint-dir",
            "file:///c",
            "--checkpoint-interval",
            "500ms",
            "--resume",
            "file:///s",
            "--out-of-orderness",
            "1s",
            "--lateness",
            "3m",
            "--quiet",
            "1h",
            "--start",
            "latest",
            "--bounded",
            "--parallelism",
            "3");

    assertThat(settings.brokers()).isEqualTo("k:1,k:2");
    assertThat(settings.aggregates()).isEqualTo(Path.of("a.yaml"));
    assertThat(settings.elasticsearch().urls())
        .isEqualTo(List.of("http://e:9200", "https://f:9200", "http://g:9200"));
    assertThat(settings.topics())
        .isEqualTo(Map.of(Signal.LOGS, "l", Signal.METRICS, "m", Signal.TRACES, "t"));
    assertThat(settings.group()).isEqualTo("g");
    assertThat(settings.elasticsearch().user()).isEqualTo("u");
    assertThat(settings.elasticsearch().passwordFile()).isEqualTo("p.txt");
    assertThat(settings.elasticsearch().caFile()).isEqualTo("ca.pem");
    assertThat(settings.indexPrefix()).isEqualTo("shop");
    assertThat(settings.checkpointDir()).isEqualTo("file:///c");
    assertThat(settings.checkpointInterval()).isEqualTo(Duration.ofMillis(500));
    assertThat(settings.resume()).isEqualTo("file:///s");
    assertThat(settings.outOfOrderness()).isEqualTo(Duration.ofSeconds(1));
    assertThat(settings.lateness()).isEqualTo(Duration.ofMinutes(3));
    assertThat(settings.quiet()).isEqualTo(Duration.ofHours(1));
    assertThat(settings.fromLatest()).isTrue();
    assertThat(settings.bounded()).isTrue();
    assertThat(settings.parallelism()).isEqualTo(3);
  }

  @Test
  void reportsAllMistakesAtOnce() {
    assertThatThrownBy(
            () ->
                CommandLine.parse(
                    "--broker",
                    "k:1",
                    "--es-url",
                    "http://u:p@e:9200",
                    "--quiet",
                    "soon",
                    "--start",
                    "now",
                    "--parallelism",
                    "0",
                    "--es-user",
                    "u",
                    "--resume",
                    "latest",
                    "--topic-logs",
                    "x",
                    "--topic-traces",
                    "x",
                    "--group",
                    "a",
                    "--group",
                    "b",
                    "stray"))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("--broker: unknown flag, did you mean \"brokers\"?")
        .hasMessageContaining("--brokers: missing (expected: HOST:PORT")
        .hasMessageContaining("--aggregates: missing (expected: FILE")
        .hasMessageContaining("--es-url: \"http://u:p@e:9200\" (expected: http://host:port")
        .hasMessageContaining("--quiet: \"soon\" (expected: a duration")
        .hasMessageContaining("--start: \"now\" (expected: earliest or latest)")
        .hasMessageContaining("--parallelism: \"0\" (expected: a whole number between 1 and 128)")
        .hasMessageContaining("--es-user, --es-password-file: one alone")
        .hasMessageContaining("--resume: \"latest\" (expected: together with --checkpoint-dir)")
        .hasMessageContaining("--topic-traces: the same name")
        .hasMessageContaining("--group: given twice")
        .hasMessageContaining("\"stray\" (expected: --flag value)");
  }

  @Test
  void tellsEveryFlagWhenAskedForHelp() {
    assertThatThrownBy(() -> CommandLine.parse("--help"))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("--checkpoint-interval DURATION")
        .hasMessageContaining("--es-api-key-file FILE");
  }

  @Test
  void refusesTheJobWhenTheFileOfAggregatesIsWrong(@TempDir Path directory) throws Exception {
    Path file = Files.writeString(directory.resolve("a.yaml"), "aggregate: []");
    assertThatThrownBy(
            () ->
                AggregateJob.main(
                    new String[] {
                      "--brokers", "k:1", "--es-url", "http://e:1", "--aggregates", file.toString()
                    }))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("a.yaml:1:1 aggregate: unknown key")
        .hasMessageContaining("did you mean \"aggregates\"?");
  }

  @Test
  void findsTheNewestCompleteCheckpoint(@TempDir Path directory) throws Exception {
    Path job = Files.createDirectories(directory.resolve("job"));
    assertThat(Resume.path("latest", directory.toUri().toString())).isNull();
    Files.createFile(Files.createDirectories(job.resolve("chk-1")).resolve("_metadata"));
    Files.createDirectories(job.resolve("chk-3"));
    Files.createDirectories(job.resolve("shared"));
    assertThat(Resume.path("latest", directory.toUri().toString())).endsWith("/job/chk-1");
    Path newer = Files.createDirectories(job.resolve("chk-2")).resolve("_metadata");
    Files.createFile(newer);
    Files.setLastModifiedTime(
        newer, java.nio.file.attribute.FileTime.fromMillis(System.currentTimeMillis() + 5_000));
    assertThat(Resume.path("latest", directory.toUri().toString())).endsWith("/job/chk-2");
    assertThat(Resume.path("none", directory.toUri().toString())).isNull();
    assertThat(Resume.path("file:///x", null)).isEqualTo("file:///x");
  }
}
