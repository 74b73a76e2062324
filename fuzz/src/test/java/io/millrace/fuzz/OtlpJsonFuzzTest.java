package io.millrace.fuzz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.millrace.api.telemetry.Batch;
import io.millrace.api.telemetry.Signal;
import io.millrace.toolkit.otlpjson.OtlpJson;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OtlpJsonFuzzTest {
  private static final int MANY = 20_000;

  @Test
  void bearsEveryInputThatIsKept() throws IOException {
    assertThat(Replay.of(Target.OTLP_JSON)).isGreaterThan(100);
  }

  /** Texts in which one thing comes again and again; a small input cannot show its multiple. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          LOGS    | {"resourceLogs":[                                          | {}
          LOGS    | {"resourceLogs":[{"scopeLogs":[{"logRecords":[             | {}
          LOGS    | {"resourceLogs":[{"scopeLogs":[{"logRecords":[             | {"timeUnixNano":"1"}
          LOGS    | {"resourceLogs":[{"scopeLogs":[{"logRecords":[             | {"timeUnixNano":1e0}
          LOGS    | {"resourceLogs":[{"scopeLogs":[{"logRecords":[             | {"severityText":"a"}
          LOGS    | {"resourceLogs":[{"scopeLogs":[{"logRecords":[             | {"traceId":"00000000000000000000000000000001"}
          LOGS    | {"resourceLogs":[{"scopeLogs":[{"logRecords":[{"body":{"arrayValue":{"values":[ | {"bytesValue":"AA=="}
          LOGS    | {"resourceLogs":[{"scopeLogs":[{"logRecords":[{"body":{"arrayValue":{"values":[ | {"intValue":"-1"}
          LOGS    | {"resourceLogs":[{"scopeLogs":[{"logRecords":[{"body":{"arrayValue":{"values":[ | {"doubleValue":"1"}
          METRICS | {"resourceMetrics":[{"scopeMetrics":[{"metrics":[{"histogram":{"dataPoints":[{"bucketCounts":[ | 1
          METRICS | {"resourceMetrics":[{"scopeMetrics":[{"metrics":[{"histogram":{"dataPoints":[{"explicitBounds":[ | 1
          """)
  void readsManyOfAKindWithLittle(Signal signal, String before, String unit) {
    String text = before + String.join(",", Collections.nCopies(MANY, unit)) + closing(before);
    assertThatCode(
            () -> OtlpJsonTarget.readsWithLittle(signal, text.getBytes(StandardCharsets.UTF_8)))
        .doesNotThrowAnyException();
  }

  /** Requests in which one thing comes again and again, within the tags around it. */
  @ParameterizedTest
  @CsvSource({
    "LOGS, '', 0a00",
    "LOGS, 0a12, 12023801",
    "LOGS, 0a12, 12061001380142004a00",
    "LOGS, 0a1212, 3200",
    "LOGS, 0a12122a2a, 0a00",
    "LOGS, 0a12122a0a, 01",
    "TRACES, 0a1212, 5a00",
    "TRACES, 0a12, 12027a00",
    "METRICS, 0a12, 12025200",
    "METRICS, 0a121252, 0a0442004a00",
    "METRICS, 0a1212520a42, 1000",
    "METRICS, 0a1212520a4212, 00"
  })
  void writesManyOfAKindWithLittle(Signal signal, String around, String unit) throws Exception {
    Batch batch = Batch.read(signal, Bytes.within(around, unit.repeat(MANY)));
    assertThatCode(() -> OtlpJsonTarget.writesWithLittle(batch)).doesNotThrowAnyException();
  }

  /** Of a long text there is no copy. */
  @Test
  void writesLongTextsWithLittle() throws Exception {
    Batch batch = Batch.read(Signal.LOGS, Bytes.within("0a12122a0a", "22c3a9".repeat(MANY)));
    Allocation writing = new Allocation("writing a long text", 0, 50_000);
    assertThatCode(() -> writing.check(batch.sizeBytes(), () -> write(batch)))
        .doesNotThrowAnyException();
  }

  private static void write(Batch batch) {
    try {
      OtlpJson.write(batch, OutputStream.nullOutputStream());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The brackets that are open, closed. */
  private static String closing(String before) {
    StringBuilder closing = new StringBuilder();
    for (int i = before.length() - 1; i >= 0; i--) {
      switch (before.charAt(i)) {
        case '[' -> closing.append(']');
        case '{' -> closing.append('}');
        default -> {}
      }
    }
    return closing.toString();
  }
}
