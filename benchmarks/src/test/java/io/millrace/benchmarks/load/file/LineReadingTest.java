package io.millrace.benchmarks.load.file;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.benchmarks.load.records.Backwards;
import io.millrace.benchmarks.load.records.Reading;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.logs.v1.LogRecord;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class LineReadingTest {
  private static final String NUMBER = Long.toString(Lines.FIRST_NUMBER);

  @Test
  void readsTheNumberOfALine() {
    assertThat(number(Lines.plain(), record(Lines.plain(), 7, 7).build())).isEqualTo(7);
  }

  @Test
  void findsALineThatSaysSomethingElse() {
    LogRecord other = record(Lines.plain(), 7, 8).build();

    assertThat(number(Lines.plain(), other)).isEqualTo(Reading.BROKEN);
  }

  @Test
  void wantsTheLineTakenApart() {
    Lines lines = Lines.parsedAccess();
    LogRecord.Builder whole = record(lines, 0, 0);
    assertThat(number(lines, whole.build())).isEqualTo(Reading.BROKEN);

    lines.attributes(0).forEach((key, value) -> whole.addAttributes(attribute(key, value)));
    whole.addAttributes(attribute("bytes_in", NUMBER));
    assertThat(number(lines, whole.build())).isZero();

    LogRecord.Builder wrong = whole.clone();
    wrong.setAttributes(0, attribute(wrong.getAttributes(0).getKey(), "something else"));
    assertThat(number(lines, wrong.build())).isEqualTo(Reading.BROKEN);
  }

  @Test
  void findsAnAttributeThatSaysSomethingElseInEveryRecord() {
    Lines lines = Lines.parsedAccess();
    LineReading reading = learnt(lines);
    LogRecord.Builder later = parsed(lines, Lines.KINDS);
    assertThat(number(reading, later.build())).isEqualTo(Lines.KINDS);

    LogRecord.Builder wrong = later.clone();
    wrong.setAttributes(3, attribute(wrong.getAttributes(3).getKey(), "else"));
    assertThat(number(reading, wrong.build())).isEqualTo(Reading.BROKEN);
    LogRecord.Builder otherNumber = later.clone();
    otherNumber.setAttributes(later.getAttributesCount() - 1, attribute("bytes_in", NUMBER));
    assertThat(number(reading, otherNumber.build())).isEqualTo(Reading.BROKEN);
  }

  @Test
  void takesFieldsAndAttributesInAnyOrder() {
    Lines lines = Lines.parsedAccess();
    LineReading reading = learnt(lines);
    LogRecord.Builder turned = parsed(lines, Lines.KINDS);
    List<KeyValue> attributes = turned.getAttributesList();
    turned.clearAttributes().addAllAttributes(attributes.reversed());
    assertThat(number(reading, turned.build())).isEqualTo(Lines.KINDS);

    byte[] backwards = Backwards.encode(turned.build());
    assertThat(reading.number(backwards, 0, backwards.length)).isEqualTo(Lines.KINDS);

    LogRecord twice = turned.setAttributes(0, turned.getAttributes(2)).build();
    assertThat(number(reading, twice)).isEqualTo(Reading.BROKEN);
  }

  /** A reading that has seen a record of line 0 taken apart. */
  private static LineReading learnt(Lines lines) {
    LineReading reading = new LineReading(lines);
    assertThat(number(reading, parsed(lines, 0).build())).isZero();
    return reading;
  }

  private static LogRecord.Builder parsed(Lines lines, int number) {
    LogRecord.Builder whole = record(lines, 0, number);
    whole.addAttributes(attribute("log.file.name", number + ".log"));
    lines.attributes(0).forEach((key, value) -> whole.addAttributes(attribute(key, value)));
    return whole.addAttributes(attribute("bytes_in", Long.toString(Lines.FIRST_NUMBER + number)));
  }

  private static LogRecord.Builder record(Lines lines, int kind, int number) {
    byte[] line = lines.line(kind);
    String text = new String(line, 0, line.length - 1, StandardCharsets.US_ASCII);
    String numbered = text.replace(NUMBER, Long.toString(Lines.FIRST_NUMBER + number));
    return LogRecord.newBuilder()
        .setObservedTimeUnixNano(1)
        .setBody(AnyValue.newBuilder().setStringValue(numbered));
  }

  private static KeyValue attribute(String key, String value) {
    return KeyValue.newBuilder()
        .setKey(key)
        .setValue(AnyValue.newBuilder().setStringValue(value))
        .build();
  }

  private static long number(Lines lines, LogRecord logRecord) {
    return number(new LineReading(lines), logRecord);
  }

  private static long number(LineReading reading, LogRecord logRecord) {
    byte[] bytes = logRecord.toByteArray();
    return reading.number(bytes, 0, bytes.length);
  }
}
