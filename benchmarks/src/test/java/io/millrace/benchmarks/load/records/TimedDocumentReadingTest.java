package io.millrace.benchmarks.load.records;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.logs.v1.LogRecord;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.StringJoiner;
import org.junit.jupiter.api.Test;

class TimedDocumentReadingTest {
  private static final String ORIGIN =
      ",\"origin\":{\"stream\":\"s\",\"start\":1,\"end\":2,\"sub\":0}";

  private final LogRecords records = LogRecords.of(100);
  private final TimedDocumentReading reading = new TimedDocumentReading(records, true);

  @Test
  void tellsTheNumberOfADocumentThatSaysWhatWasSent() {
    assertThat(number(reading, document(7, 7, ORIGIN))).isEqualTo(7);
    long later = 61_000_000_000L / 128 * 128 + 7;
    assertThat(number(reading, document(later, 7, ORIGIN))).isEqualTo(later);
  }

  @Test
  void findsWhatWasChangedOrIsAnotherRecord() {
    String document = document(7, 7, ORIGIN);
    assertThat(number(reading, document)).isEqualTo(7);
    assertThat(number(reading, document.replace("INFO", "INFQ"))).isEqualTo(Reading.BROKEN);
    assertThat(number(reading, document(8, 7, ORIGIN))).isEqualTo(Reading.BROKEN);
    assertThat(number(reading, document.replace("2026", "2027"))).isEqualTo(Reading.BROKEN);
  }

  @Test
  void wantsAnOriginOrNone() {
    TimedDocumentReading anonymous = new TimedDocumentReading(records, false);
    assertThat(number(anonymous, document(7, 7, ""))).isEqualTo(7);
    assertThat(number(anonymous, document(7, 7, ORIGIN))).isEqualTo(Reading.BROKEN);
    assertThat(number(reading, document(7, 7, ""))).isEqualTo(Reading.BROKEN);
  }

  private static long number(Reading reading, String document) {
    byte[] bytes = ("x" + document).getBytes(StandardCharsets.UTF_8);
    return reading.number(bytes, 1, bytes.length);
  }

  /** What the record at a place says, with the time of a number. */
  private String document(long number, int place, String origin) {
    LogRecord record = records.at(place);
    StringJoiner attributes = new StringJoiner(",");
    for (KeyValue each : record.getAttributesList()) {
      String value =
          each.getValue().hasIntValue()
              ? Long.toString(each.getValue().getIntValue())
              : "\"" + each.getValue().getStringValue() + "\"";
      attributes.add("\"" + each.getKey() + "\":" + value);
    }
    long seconds = number / 1_000_000_000;
    return String.format(
        Locale.ROOT,
        "{\"@timestamp\":\"2026-01-01T00:%02d:%02d.%09dZ\",\"severity_text\":\"INFO\","
            + "\"severity_number\":9,\"body\":{\"text\":\"%s\"},\"attributes\":{%s},"
            + "\"resource\":{\"attributes\":{\"a\":1,\"b\":2,\"c\":3}},"
            + "\"scope\":{\"name\":\"io.example.checkout\"}%s}",
        seconds / 60,
        seconds % 60,
        number % 1_000_000_000,
        record.getBody().getStringValue(),
        attributes,
        origin);
  }
}
