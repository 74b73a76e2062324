package io.millrace.flink.aggregate;

import static io.millrace.flink.Telemetry.T0;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.api.telemetry.Logs;
import io.millrace.flink.Telemetry;
import io.millrace.flink.document.Document;
import io.millrace.flink.document.IndexNames;
import io.millrace.flink.source.TelemetryRecord;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LocalAggregatorTest {

  private static final long LATENESS = 10_000;

  private KeyedOneInputStreamOperatorTestHarness<String, TelemetryRecord, Partial> harness;
  private long offset;

  @BeforeEach
  void open() throws Exception {
    harness = harness();
    harness.open();
  }

  @AfterEach
  void close() throws Exception {
    harness.close();
  }

  @Test
  void countsDuplicatesOnce() throws Exception {
    Logs logs = Telemetry.logs("shop", "file/a/1", 0, T0, T0 + 1, T0 + 2, T0 + 3);
    send(logs);
    send(logs);
    send(Telemetry.logs("shop", "file/a/1", 3, T0 + 3, T0 + 4));
    send(Telemetry.logs("shop", "file/a/2", 0, T0));
    harness.processWatermark(new Watermark(T0 + 59_999));

    assertThat(total(partials())).isEqualTo(6);
  }

  @Test
  void fillsAGapOnceAlsoAfterARestart() throws Exception {
    send(Telemetry.logs("shop", "file/a/1", 0, T0));
    send(Telemetry.logs("shop", "file/a/1", 10, T0));
    harness.prepareSnapshotPreBarrier(1);
    assertThat(total(partials())).isEqualTo(2);
    OperatorSubtaskState state = harness.snapshot(1, 1);
    harness.close();
    harness = harness();
    harness.initializeState(state);
    harness.open();

    send(Telemetry.logs("shop", "file/a/1", 10, T0));
    send(Telemetry.logs("shop", "file/a/1", 4, T0, T0));
    send(Telemetry.logs("shop", "file/a/1", 4, T0, T0));
    send(Telemetry.logs("shop", "file/a/1", 11, T0));
    harness.prepareSnapshotPreBarrier(2);

    assertThat(total(partials())).isEqualTo(3);
  }

  @Test
  void countsRecordsWithoutOriginsByTopicPartitionOffsetAndIndex() throws Exception {
    Logs logs =
        (Logs)
            Telemetry.logs("shop", "x", 0, T0, T0)
                .withOrigins(io.millrace.api.telemetry.Origins.NONE);
    TelemetryRecord record = Telemetry.record(logs, 7, T0, Long.MIN_VALUE);
    harness.processElement(new StreamRecord<>(record));
    harness.processElement(new StreamRecord<>(record));
    harness.processElement(new StreamRecord<>(Telemetry.record(logs, 8, T0, Long.MIN_VALUE)));
    harness.prepareSnapshotPreBarrier(1);

    assertThat(total(partials())).isEqualTo(4);
  }

  @Test
  void handsOnBeforeTheWatermarkThatClosesTheWindow() throws Exception {
    send(Telemetry.logs("shop", "s", 0, T0, T0 + 60_000));
    harness.processWatermark(new Watermark(T0 + 59_998));
    assertThat(partials()).isEmpty();
    harness.getOutput().clear();
    harness.processWatermark(new Watermark(T0 + 59_999));

    List<Object> output = new ArrayList<>(harness.getOutput());
    assertThat(output).hasSize(2);
    assertThat(output.get(0)).isInstanceOf(StreamRecord.class);
    assertThat(output.get(1)).isEqualTo(new Watermark(T0 + 59_999));
    assertThat(partials().get(0).windowStart()).isEqualTo(T0);
  }

  @Test
  void handsOnEverythingBeforeACheckpointAndAtTheEnd() throws Exception {
    send(Telemetry.logs("shop", "s", 0, T0, T0 + 60_000));
    harness.prepareSnapshotPreBarrier(1);
    assertThat(total(partials())).isEqualTo(2);
    harness.getOutput().clear();
    send(Telemetry.logs("shop", "s", 2, T0));
    harness.endInput();
    assertThat(total(partials())).isEqualTo(1);
  }

  @Test
  void handsOnWhatRefinesAnEndedWindowEverySecond() throws Exception {
    harness.processWatermark(new Watermark(T0 + 60_005));
    send(Telemetry.logs("shop", "s", 0, T0));
    assertThat(partials()).isEmpty();
    harness.setProcessingTime(harness.getProcessingTime() + 2_000);
    assertThat(total(partials())).isEqualTo(1);
  }

  @Test
  void addsUpPerGroup() throws Exception {
    send(Telemetry.logs("shop", "s", 0, T0, T0 + 1, T0 + 2, T0 + 3, T0 + 4));
    send(Telemetry.logs("cart", "s", 5, T0));
    harness.endInput();

    assertThat(partials())
        .extracting(partial -> String.join("|", partial.group()) + "=" + partial.tally().count())
        .containsExactlyInAnyOrder("shop|INFO=4", "shop|ERROR=1", "cart|INFO=1");
    Partial info =
        partials().stream()
            .filter(partial -> "shopINFO".equals(String.join("", partial.group())))
            .findFirst()
            .orElseThrow();
    assertThat(info.tally().sum(0)).isEqualTo(0 + 1 + 2 + 4);
    assertThat(info.tally().minimums()).containsExactly(0);
    assertThat(info.tally().maximums()).containsExactly(4);
    assertThat(info.tally().errors()).isZero();
  }

  @Test
  void decidesLatenessByThePartitionsClockBeforeTheRecord() throws Exception {
    Logs logs = Telemetry.logs("shop", "s", 0, T0, T0 + 60_000, T0 + 1);
    // The first window ends at T0 + 60 s and takes events for 10 s more.
    harness.processElement(new StreamRecord<>(Telemetry.record(logs, 1, T0 + 61_000, T0 + 69_998)));
    harness.endInput();
    assertThat(total(partials())).isEqualTo(3);
    assertThat(documents()).isEmpty();
    harness.getOutput().clear();

    Logs late = Telemetry.logs("shop", "s", 3, T0, T0 + 60_000, T0 + 1);
    harness.processElement(new StreamRecord<>(Telemetry.record(late, 2, T0 + 61_000, T0 + 69_999)));
    harness.endInput();
    assertThat(total(partials())).isEqualTo(1);
    assertThat(documents()).hasSize(1);
    Document document = documents().get(0);
    assertThat(document.index()).isEqualTo("test-late-2025.06.15");
    assertThat(new String(document.source(), StandardCharsets.UTF_8))
        .contains(
            "\"aggregate\":\"minute\"", "\"count\":2,", "\"stream\":\"s\",\"start\":3,\"end\":6");
  }

  @Test
  void decidesAlikeInAReplay() throws Exception {
    List<TelemetryRecord> records = new ArrayList<>();
    long clock = Long.MIN_VALUE;
    java.util.Random random = new java.util.Random(5);
    for (int i = 0; i < 100; i++) {
      long time = T0 + i * 3_000L;
      records.add(
          Telemetry.record(
              Telemetry.logs("shop", "s", 2L * i, time, time - random.nextInt(120_000)),
              i,
              time,
              clock));
      clock = time - 5_000;
    }
    List<String> first = ids(records, 17);
    harness.close();
    open();
    List<String> second = ids(records, 3);
    assertThat(first).isNotEmpty().isEqualTo(second);
  }

  @Test
  void neverAddsToAWindowThatItsOwnWatermarkHasClosed() throws Exception {
    harness.processWatermark(new Watermark(T0 + 69_999));
    send(Telemetry.logs("shop", "s", 0, T0));
    harness.endInput();
    assertThat(partials()).isEmpty();
    assertThat(documents()).hasSize(1);
  }

  @Test
  void clampsAndCountsTheFuture() throws Exception {
    Logs logs = Telemetry.logs("shop", "s", 0, T0 + 86_400_000, T0 + 59_000);
    harness.processElement(
        new StreamRecord<>(Telemetry.record(logs, 1, T0 + 1_000, Long.MIN_VALUE)));
    harness.endInput();

    assertThat(partials())
        .extracting(Partial::windowStart, partial -> partial.tally().clamped())
        .containsExactlyInAnyOrder(
            org.assertj.core.groups.Tuple.tuple(T0 + 60_000, 1L),
            org.assertj.core.groups.Tuple.tuple(T0, 0L));
  }

  @Test
  void putsAsideWhatCannotBeRead() throws Exception {
    harness.processElement(new StreamRecord<>(Telemetry.garbage(42, T0)));
    TelemetryRecord wrongOrigins = Telemetry.record(Telemetry.logs("a", "s", 0, T0), 43, T0, 0);
    harness.processElement(
        new StreamRecord<>(
            new TelemetryRecord(
                "s",
                wrongOrigins.signal(),
                "otlp_logs",
                0,
                43,
                0,
                T0,
                T0,
                0,
                wrongOrigins.value(),
                io.millrace.api.telemetry.Origins.sequence("s", 0, 2).encode(),
                "")));
    harness.endInput();

    assertThat(partials()).isEmpty();
    assertThat(documents()).hasSize(2);
    assertThat(documents().get(0).index()).isEqualTo("test-undecodable-2025.06.15");
    assertThat(new String(documents().get(0).source(), StandardCharsets.UTF_8))
        .contains(
            "\"topic\":\"otlp_logs\",\"partition\":0,\"offset\":42",
            "\"bytes\":\"AQID\"",
            "reason");
    assertThat(new String(documents().get(1).source(), StandardCharsets.UTF_8))
        .contains("\"reason\":\"2 origins for 1 items\"");
  }

  private List<String> ids(List<TelemetryRecord> records, int flushEvery) throws Exception {
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < records.size(); i++) {
      harness.processElement(new StreamRecord<>(records.get(i)));
      if (i % flushEvery == 0) {
        harness.prepareSnapshotPreBarrier(i + 1L);
      }
    }
    for (Document document : documents()) {
      ids.add(document.index() + document.id() + document.version());
    }
    return ids;
  }

  private void send(Logs logs) throws Exception {
    harness.processElement(
        new StreamRecord<>(Telemetry.record(logs, offset++, T0 + 60_000, Long.MIN_VALUE)));
  }

  private List<Partial> partials() {
    return harness.extractOutputValues();
  }

  private List<Document> documents() {
    List<Document> documents = new ArrayList<>();
    var side = harness.getSideOutput(LocalAggregator.DOCUMENTS);
    if (side != null) {
      side.forEach(document -> documents.add(document.getValue()));
    }
    return documents;
  }

  private static long total(List<Partial> partials) {
    return partials.stream().mapToLong(partial -> partial.tally().count()).sum();
  }

  private static KeyedOneInputStreamOperatorTestHarness<String, TelemetryRecord, Partial> harness()
      throws Exception {
    return new KeyedOneInputStreamOperatorTestHarness<>(
        new LocalAggregator(Telemetry.minute(LATENESS), new IndexNames("test")),
        TelemetryRecord::stream,
        Types.STRING);
  }
}
