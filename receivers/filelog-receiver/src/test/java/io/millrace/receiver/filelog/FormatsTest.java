package io.millrace.receiver.filelog;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.receiver.filelog.FilelogConfig.MaxLogSizeBehavior;
import io.millrace.receiver.filelog.FilelogConfig.MultilineConfig;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What becomes of the bytes of a file: lines, records of several lines, encodings, operators. */
class FormatsTest extends OnABench {

  @Test
  void groupsLinesByTheirStart() throws Exception {
    bench.config.multiline = new MultilineConfig("^\\d{4} ", "", false);
    bench.write("a.log", "2024 one\n  at x\n  at y\n2025 two\n2026 thr");
    bench.start();
    List<Received> records = bench.consumer.awaitDelivered(3);
    assertThat(records)
        .extracting(Received::text)
        .containsExactly("2024 one\n  at x\n  at y", "2025 two", "2026 thr");
    bench.append("a.log", "ee\n  at z\n2027 four\n");
    bench.consumer.awaitDelivered(5);
    assertThat(bench.consumer.texts().subList(3, 5)).containsExactly("ee\n  at z", "2027 four");
  }

  @Test
  void groupsLinesByTheirEnd() throws Exception {
    bench.config.multiline = new MultilineConfig("", "END$", true);
    bench.write("a.log", "a\nb END\nc END\n");
    bench.start();
    bench.consumer.awaitDelivered(2);
    assertThat(bench.consumer.texts()).containsExactly("a\nb", "c");
  }

  @Test
  void cutsLongLinesIntoSeveralRecords() throws Exception {
    bench.config.maxLogSize = 64;
    bench.write("a.log", "x".repeat(150) + "\nshort\n");
    bench.start();
    List<Received> records = bench.consumer.awaitDelivered(4);
    assertThat(records)
        .extracting(Received::text)
        .containsExactly("x".repeat(64), "x".repeat(64), "x".repeat(22), "short");
    assertThat(records).extracting(Received::end).containsExactly(64L, 128L, 151L, 157L);
  }

  @Test
  void leavesOutTheEndOfLongLines() throws Exception {
    bench.config.maxLogSize = 64;
    bench.config.maxLogSizeBehavior = MaxLogSizeBehavior.TRUNCATE;
    bench.write("a.log", "x".repeat(700_000) + "\nshort\n");
    bench.start();
    List<Received> records = bench.consumer.awaitDelivered(2);
    assertThat(records).extracting(Received::text).containsExactly("x".repeat(64), "short");
    assertThat(records).extracting(Received::end).containsExactly(700_001L, 700_007L);
  }

  @Test
  void readsUtf16() throws Exception {
    bench.config.encoding = "utf-16le";
    bench.append("a.log", " grüße \r\nĊ zweite\n".getBytes(StandardCharsets.UTF_16LE));
    bench.start();
    List<Received> records = bench.consumer.awaitDelivered(2);
    assertThat(records).extracting(Received::text).containsExactly("grüße", "Ċ zweite");
    assertThat(records).extracting(Received::end).containsExactly(18L, 36L);
  }

  @Test
  void readsBytesAsTheyAre() throws Exception {
    bench.config.encoding = "nop";
    bench.append("a.log", new byte[] {1, 10, (byte) 0xff, 32});
    bench.start();
    List<Received> records = bench.consumer.awaitDelivered(1);
    assertThat(records.getFirst().item().body().bytesValue())
        .containsExactly(1, 10, (byte) 0xff, 32);
  }

  @Test
  void replacesWhatIsNoUtf8() throws Exception {
    bench.append("a.log", new byte[] {'a', (byte) 0xff, 'b', '\n'});
    bench.start();
    assertThat(bench.consumer.awaitDelivered(1).getFirst().text()).isEqualTo("a\ufffdb");
  }

  @Test
  void keepsWhiteSpaceWhenAsked() throws Exception {
    bench.config.preserveLeading = true;
    bench.config.preserveTrailing = true;
    bench.write("a.log", "  one  \n   \n");
    bench.start();
    bench.consumer.awaitDelivered(2);
    assertThat(bench.consumer.texts()).containsExactly("  one  ", "   ");
  }

  @Test
  void addsWhatTheConfigurationAsksFor() throws Exception {
    bench.config.filePath = true;
    bench.config.resolved = true;
    bench.config.ownership = true;
    bench.config.recordNumber = true;
    bench.config.recordOffset = true;
    bench.config.attributes = Map.of("env", "test");
    bench.config.resource = Map.of("host", "h");
    bench.write("real.txt", "one\n\ntwo\n");
    Files.createSymbolicLink(bench.file("a.log"), bench.file("real.txt"));
    bench.start();
    List<Received> records = bench.consumer.awaitDelivered(2);
    Received second = records.get(1);
    assertThat(text(second, "log.file.name")).isEqualTo("a.log");
    assertThat(text(second, "log.file.path")).isEqualTo(bench.file("a.log").toString());
    assertThat(text(second, "log.file.name_resolved")).isEqualTo("real.txt");
    assertThat(text(second, "log.file.path_resolved"))
        .isEqualTo(bench.file("real.txt").toRealPath().toString());
    assertThat(text(second, "log.file.permissions")).matches("0[0-7]{3}");
    assertThat(text(second, "log.file.owner.name")).isNotEmpty();
    assertThat(text(second, "log.file.owner.group.name")).isNotEmpty();
    assertThat(text(second, "log.file.record_number")).isEqualTo("2");
    assertThat(text(second, "log.file.record_offset")).isEqualTo("5");
    assertThat(text(second, "env")).isEqualTo("test");
    assertThat(String.valueOf(second.group().resource().attributes().get("host"))).contains("h");
  }

  @Test
  void runsOperators() throws Exception {
    bench.config.operators =
        List.of(
            Map.of(
                "type",
                "json_parser",
                "timestamp",
                Map.of("parse_from", "attributes.ts", "layout", "%Y-%m-%dT%H:%M:%S.%L%z"),
                "severity",
                Map.of("parse_from", "attributes.level")),
            Map.of("type", "move", "from", "attributes.msg", "to", "body"),
            Map.of("type", "move", "from", "attributes.svc", "to", "resource.service"),
            Map.of("type", "remove", "field", "attributes.ts"));
    bench.write(
        "a.log",
        """
        {"ts":"2024-02-03T04:05:06.789Z","level":"warn","msg":"hello","n":1,"svc":"a"}
        {"ts":"2024-02-03T04:05:07Z","level":"err","msg":"bye","svc":"b"}
        """);
    bench.start();
    List<Received> records = bench.consumer.awaitDelivered(2);
    Received first = records.getFirst();
    assertThat(first.text()).isEqualTo("hello");
    assertThat(first.item().severityNumber()).isEqualTo(13);
    assertThat(first.item().severityText()).isEqualTo("warn");
    assertThat(first.item().timeUnixNanos()).isEqualTo(1_706_933_106_789_000_000L);
    assertThat(first.item().attributes().contains("ts")).isFalse();
    assertThat(text(first, "n")).isEqualTo("1");
    assertThat(String.valueOf(first.group().resource().attributes().get("service"))).contains("a");
    assertThat(String.valueOf(records.get(1).group().resource().attributes().get("service")))
        .contains("b");
    assertThat(records.get(1).item().severityNumber()).isEqualTo(17);
    assertThat(records).extracting(Received::start).containsExactly(0L, first.end());
  }

  @Test
  void dropsWhatAnOperatorFailsOnWhenToldToAndMovesOn() throws Exception {
    bench.config.operators = List.of(Map.of("type", "json_parser", "on_error", "drop"));
    bench.write("a.log", "no json\n{}\nno json\n");
    bench.start();
    bench.consumer.awaitDelivered(1);
    bench.consumer.await(
        "dropped record", () -> bench.context.meter().count("receiver_file_dropped_records") == 2);
    bench.stop();
    assertThat(bench.consumer.texts()).containsExactly("{}");
    bench.start();
    bench.append("a.log", "{\"a\":1}\n");
    bench.consumer.awaitDelivered(2);
    assertThat(bench.context.meter().count("receiver_file_dropped_records")).isZero();
  }

  private static String text(Received record, String key) {
    var value = record.item().attributes().get(key);
    return value == null ? "(none)" : value.asText();
  }
}
