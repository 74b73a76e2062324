package io.millrace.flink.aggregate;

import static io.millrace.flink.Telemetry.T0;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.flink.Telemetry;
import io.millrace.flink.config.AggregateDefinition;
import io.millrace.flink.document.Document;
import io.millrace.flink.document.IndexNames;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.operators.KeyedProcessOperator;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class WindowAggregatorTest {

  private static final long LATENESS = 10_000;
  private static final long END = T0 + 59_999;

  private List<AggregateDefinition> definitions = Telemetry.minute(LATENESS);
  private KeyedOneInputStreamOperatorTestHarness<String, Partial, Document> harness;

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
  void tellsAGroupWhenItsWindowEnds() throws Exception {
    send("shop", "INFO", 3, 2.5);
    send("shop", "INFO", 2, 2.5);
    harness.processWatermark(new Watermark(END - 1));
    assertThat(documents()).isEmpty();
    harness.processWatermark(new Watermark(END));

    assertThat(documents()).hasSize(1);
    Document document = documents().get(0);
    assertThat(document.index()).isEqualTo("test-agg-minute-2025.06.15");
    assertThat(document.version()).isEqualTo(10);
    assertThat(json(document))
        .isEqualTo(
            "{\"@timestamp\":\"2025-06-15T15:07:00Z\",\"aggregate\":\"minute\",\"definition\":\""
                + definitions.get(0).id().substring(7)
                + "\",\"signal\":\"logs\",\"window\":{\"start\":\"2025-06-15T15:07:00Z\",\"end\":"
                + "\"2025-06-15T15:08:00Z\",\"seconds\":60.0},\"final\":false,\"other\":false,"
                + "\"group\":{\"resource.attributes.service.name\":\"shop\",\"severity\":\"INFO\"},"
                + "\"count\":5,\"_doc_count\":5,\"clamped\":0,\"errors\":0,\"error_ratio\":0.0,"
                + "\"rate\":0.08333333333333333,\"fields\":{\"ms\":{\"count\":2,\"sum\":5.0,"
                + "\"min\":2.5,\"max\":2.5,\"avg\":2.5,\"p50\":2.5,\"p99\":2.5}}}");
  }

  @Test
  void tellsAgainWhatLateEventsChangeAndAllWhenTheLatenessIsOver() throws Exception {
    send("shop", "INFO", 3, 1);
    send("cart", "INFO", 1, 1);
    harness.processWatermark(new Watermark(END));
    String id = documents().get(0).id();
    harness.getOutput().clear();
    send("shop", "INFO", 1, 1);
    assertThat(documents()).hasSize(1);
    assertThat(documents().get(0).version()).isEqualTo(8);
    assertThat(json(documents().get(0))).contains("\"count\":4,", "\"final\":false");
    harness.getOutput().clear();
    harness.processWatermark(new Watermark(END + LATENESS));
    assertThat(documents()).extracting(Document::version).containsExactlyInAnyOrder(9L, 3L);
    assertThat(documents()).extracting(Document::id).contains(id);
    assertThat(json(documents().get(0))).contains("\"final\":true");
    assertThat(harness.numKeyedStateEntries()).isZero();
    assertThat(harness.numEventTimeTimers()).isZero();
  }

  @Test
  void goesOnAfterARestart() throws Exception {
    send("shop", "INFO", 3, 1);
    OperatorSubtaskState state = harness.snapshot(1, 1);
    harness.close();
    harness = harness();
    harness.initializeState(state);
    harness.open();
    send("shop", "INFO", 4, 1);
    harness.processWatermark(new Watermark(END));
    assertThat(json(documents().get(0))).contains("\"count\":7,");
  }

  @Test
  void endsAWindowAsItBeganWhenTheDefinitionIsGone() throws Exception {
    send("shop", "INFO", 3, 1);
    OperatorSubtaskState state = harness.snapshot(1, 1);
    harness.close();
    definitions =
        Telemetry.definitions(LATENESS, "aggregates: [{name: other, signal: logs, window: 1m}]");
    harness = harness();
    harness.initializeState(state);
    harness.open();
    harness.processWatermark(new Watermark(END));
    assertThat(json(documents().get(0))).contains("\"aggregate\":\"minute\"", "\"count\":3,");
  }

  @Test
  void countsGroupsBeyondTheMaximumAsOne() throws Exception {
    definitions =
        Telemetry.definitions(
            0,
            "aggregates: [{name: few, signal: logs, window: 1m, group_by: [severity], max_groups:"
                + " 2}]");
    harness.close();
    open();
    for (String severity : List.of("A", "B", "C", "D", "A", "C")) {
      send(severity);
    }
    harness.processWatermark(new Watermark(END));
    assertThat(documents())
        .extracting(WindowAggregatorTest::json)
        .allMatch(json -> json.contains("\"final\":true"))
        .satisfiesExactlyInAnyOrder(
            json -> assertThat(json).contains("\"severity\":\"A\"}", "\"count\":2,"),
            json -> assertThat(json).contains("\"severity\":\"B\"}", "\"count\":1,"),
            json ->
                assertThat(json)
                    .contains("\"other\":true", "\"severity\":\"_other\"}", "\"count\":3,"));
  }

  @Test
  void tellsAGroupThatIsNamedOtherFromTheOthers() throws Exception {
    definitions =
        Telemetry.definitions(
            0,
            "aggregates: [{name: few, signal: logs, window: 1m, group_by: [severity], max_groups:"
                + " 1}]");
    harness.close();
    open();
    send("_other");
    send("B");
    harness.processWatermark(new Watermark(END));
    assertThat(documents()).hasSize(2).extracting(Document::id).doesNotHaveDuplicates();
  }

  @Test
  void losesNothingThatFindsItsWindowGone() throws Exception {
    harness.processWatermark(new Watermark(END + LATENESS));
    send("shop", "INFO", 3, 1);
    assertThat(documents()).hasSize(1);
    assertThat(documents().get(0).index()).isEqualTo("test-late-2025.06.15");
    assertThat(json(documents().get(0))).contains("\"count\":3,", "\"window\":{");
    assertThat(harness.numKeyedStateEntries()).isZero();
  }

  private void send(String service, String severity, int count, double value) throws Exception {
    Cell cell = new Cell(definitions.get(0).measures());
    for (int i = 0; i < count; i++) {
      cell.addEvent(false, false);
    }
    cell.addNumber(0, value);
    send(new String[] {service, severity}, cell);
  }

  private void send(String severity) throws Exception {
    Cell cell = new Cell(definitions.get(0).measures());
    cell.addEvent(false, false);
    send(new String[] {severity}, cell);
  }

  private void send(String[] group, Cell cell) throws Exception {
    String id = definitions.get(0).id();
    harness.processElement(
        new StreamRecord<>(new Partial(id + "/0/" + T0, id, T0, group, cell.toTally())));
  }

  private List<Document> documents() {
    return harness.extractOutputValues();
  }

  private static String json(Document document) {
    return new String(document.source(), StandardCharsets.UTF_8);
  }

  private KeyedOneInputStreamOperatorTestHarness<String, Partial, Document> harness()
      throws Exception {
    return new KeyedOneInputStreamOperatorTestHarness<>(
        new KeyedProcessOperator<>(new WindowAggregator(definitions, new IndexNames("test"))),
        Partial::key,
        Types.STRING);
  }
}
