package io.millrace.receiver.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.api.telemetry.Batch;
import io.millrace.api.telemetry.LogRecord;
import io.millrace.api.telemetry.MalformedTelemetryException;
import io.millrace.api.telemetry.Signal;
import io.millrace.api.telemetry.Value;
import io.millrace.testkit.TestTelemetry;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class RecordDecoderTest {
  private static final long MILLIS = 1_700_000_000_123L;

  @Test
  void readsOtlpAsItCame() throws Exception {
    for (Signal signal : Signal.readable()) {
      byte[] bytes = TestTelemetry.batch(signal, TestTelemetry.ids("a", 3)).toBytes();

      Batch batch = RecordDecoder.of("otlp_proto", signal).decode(bytes.clone(), MILLIS);

      assertThat(batch.signal()).isEqualTo(signal);
      assertThat(batch.toBytes()).isEqualTo(bytes);
    }
  }

  @Test
  void readsOtlpAsJson() throws Exception {
    byte[] json =
        utf8("{\"resourceLogs\":[{\"scopeLogs\":[{\"logRecords\":[{\"severityText\":\"X\"}]}]}]}");

    Batch batch = RecordDecoder.of("otlp_json", Signal.LOGS).decode(json, MILLIS);

    assertThat(first(batch).severityText()).isEqualTo("X");
  }

  @Test
  void refusesWhatIsNoOtlp() {
    assertThatThrownBy(() -> RecordDecoder.of("otlp_proto", Signal.LOGS).decode(utf8("no"), MILLIS))
        .isInstanceOf(MalformedTelemetryException.class);
  }

  @Test
  void takesBytesAsBody() throws Exception {
    byte[] bytes = {0, (byte) 0xff, 7};

    assertThat(body("raw", bytes)).isEqualTo(Value.of(bytes));
  }

  @Test
  void takesTextAsBody() throws Exception {
    assertThat(body("text", utf8("größe"))).isEqualTo(Value.of("größe"));
    assertThat(body("text_utf-8", utf8("größe"))).isEqualTo(Value.of("größe"));
    assertThat(body("text_shift_jis", "日本".getBytes(Charset.forName("shift_jis"))))
        .isEqualTo(Value.of("日本"));
  }

  @Test
  void refusesBytesThatAreNotInTheCharset() {
    assertThatThrownBy(() -> body("text_us-ascii", utf8("größe"))).isInstanceOf(IOException.class);
  }

  @Test
  void takesJsonAsBody() throws Exception {
    Map<String, Value> expected = new LinkedHashMap<>();
    expected.put("n", Value.of(9_007_199_254_740_993L));
    expected.put("d", Value.of(1.5));
    expected.put("l", Value.ofList(List.of(Value.of(true), Value.EMPTY, Value.of("x"))));
    expected.put("m", Value.ofMap(Map.of("k", Value.ofList(List.of()))));
    expected.put("big", Value.of("123456789012345678901234567890"));

    assertThat(
            body(
                "json",
                utf8(
                    "{\"n\":9007199254740993,\"d\":1.5,\"l\":[true,null,\"x\"],\"m\":{\"k\":[]},"
                        + "\"big\":123456789012345678901234567890}")))
        .isEqualTo(Value.ofMap(expected));
  }

  @Test
  void refusesWhatIsNoJson() {
    for (String text : List.of("{", "{} {}", "nope", " ", "[".repeat(5_000))) {
      assertThatThrownBy(() -> body("json", utf8(text))).isInstanceOf(IOException.class);
    }
  }

  @Test
  void saysWhenTheRecordWasObservedByTheRecordsTimestampSoThatARereadSaysTheSame()
      throws Exception {
    Batch batch = RecordDecoder.of("text", Signal.LOGS).decode(utf8("x"), MILLIS);

    assertThat(first(batch).observedTimeUnixNanos()).isEqualTo(MILLIS * 1_000_000);
    assertThat(first(batch).timeUnixNanos()).isZero();
  }

  @Test
  void namesTheEncodingsThatASignalHas() {
    assertThatThrownBy(() -> RecordDecoder.of("text", Signal.METRICS))
        .hasMessage("\"text\" (expected: otlp_proto or otlp_json)");
    assertThatThrownBy(() -> RecordDecoder.of("text_nope", Signal.LOGS))
        .hasMessage(
            "\"text_nope\" (expected: otlp_proto, otlp_json, raw, text, text_CHARSET or json)");
  }

  private static Value body(String encoding, byte[] value)
      throws MalformedTelemetryException, IOException {
    return first(RecordDecoder.of(encoding, Signal.LOGS).decode(value, MILLIS)).body();
  }

  private static LogRecord first(Batch batch) {
    List<LogRecord> records = new ArrayList<>();
    batch.forEachItem((group, scope, item) -> records.add((LogRecord) item));
    assertThat(records).hasSize(1);
    return records.getFirst();
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
