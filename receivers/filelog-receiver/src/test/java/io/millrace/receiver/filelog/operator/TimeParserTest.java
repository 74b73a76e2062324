package io.millrace.receiver.filelog.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.time.ZoneId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TimeParserTest {
  private static final Instant NOW = Instant.parse("2024-06-15T12:00:00Z");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "%Y-%m-%d %H:%M:%S | 2023-04-05 06:07:08 | 2023-04-05T06:07:08Z",
        "%Y-%m-%dT%H:%M:%S.%L%z | 2023-04-05T06:07:08.123+02:00 | ERROR",
        "%Y-%m-%dT%H:%M:%S.%L%z | 2023-04-05T06:07:08.123+0200 | 2023-04-05T04:07:08.123Z",
        "%Y-%m-%dT%H:%M:%S.%L%z | 2023-04-05T06:07:08.123Z | 2023-04-05T06:07:08.123Z",
        "%Y-%m-%dT%H:%M:%S.%L%j | 2023-04-05T06:07:08.5-01:30 | 2023-04-05T07:37:08.5Z",
        "%Y-%m-%d %H:%M:%S,%f | 2023-04-05 06:07:08,123456 | 2023-04-05T06:07:08.123456Z",
        "%Y-%m-%d %H:%M:%S.%s | 2023-04-05 06:07:08.123456789 | 2023-04-05T06:07:08.123456789Z",
        "%Y-%m-%d %H:%M:%S.%L | 2023-04-05 06:07:08 | 2023-04-05T06:07:08Z",
        "%Y-%m-%d %H:%M:%S | 2023-04-05 06:07:08.25 | 2023-04-05T06:07:08.25Z",
        "%d/%b/%Y:%H:%M:%S %z | 05/Apr/2023:06:07:08 +0000 | 2023-04-05T06:07:08Z",
        "%a %b %e %H:%M:%S %Y | Wed Apr  5 06:07:08 2023 | 2023-04-05T06:07:08Z",
        "%A, %B %d %Y %I:%M:%S %p | Wednesday, april 05 2023 06:07:08 PM | 2023-04-05T18:07:08Z",
        "%D %r | 04/05/2023 12:07:08 am | 2023-04-05T00:07:08Z",
        "%F %T | 2023-04-05 06:07:08 | 2023-04-05T06:07:08Z",
        "%y%m%d %R | 230405 06:07 | 2023-04-05T06:07:00Z",
        "%y%m%d | 690405 | 1969-04-05T00:00:00Z",
        "%q/%g/%Y %l:%M %P | 4/5/2023 6:07 pm | 2023-04-05T18:07:00Z",
        "%Y-%m-%d %H:%M:%S %Z | 2023-04-05 06:07:08 UTC | 2023-04-05T06:07:08Z",
        "%Y-%m-%d %H:%M:%S %Z | 2023-04-05 06:07:08 EST | 2023-04-05T11:07:08Z",
        "%Y-%m-%d %H:%M:%S %Z | 2023-04-05 06:07:08 XYZ | ERROR",
        "%b %d %H:%M:%S | Jun 14 06:07:08 | 2024-06-14T06:07:08Z",
        "%b %d %H:%M:%S | Jun 20 06:07:08 | 2024-06-20T06:07:08Z",
        "%b %d %H:%M:%S | Dec 31 23:59:59 | 2023-12-31T23:59:59Z",
        "%b %d %H:%M:%S | Feb 29 00:00:00 | 2024-02-29T00:00:00Z",
        "%H:%M:%S | 06:07:08 | 2024-06-15T06:07:08Z",
        "%Y-%m-%d | 2023-02-30 | ERROR",
        "%Y-%m-%d | 2023-02-3 | ERROR",
        "%Y-%m-%d | 2023-02-03 x | ERROR",
        "%H:%M | 24:00 | ERROR",
        "%Y%%%m | 2023%04 | 2023-04-01T00:00:00Z"
      })
  void readsStrptimeLayouts(String layout, String text, String expected) {
    check(Map.of("layout", layout, "location", "UTC"), text, expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "2006-01-02T15:04:05Z07:00 | 2023-04-05T06:07:08+02:00 | 2023-04-05T04:07:08Z",
        "2006-01-02T15:04:05Z07:00 | 2023-04-05T06:07:08Z | 2023-04-05T06:07:08Z",
        "2006-01-02T15:04:05.000Z07:00 | 2023-04-05T06:07:08.100Z | 2023-04-05T06:07:08.1Z",
        "2006-01-02T15:04:05.000Z07:00 | 2023-04-05T06:07:08.10Z | ERROR",
        "Mon Jan _2 15:04:05 MST 2006 | Wed Apr  5 06:07:08 UTC 2023 | 2023-04-05T06:07:08Z",
        "Mon, 02 Jan 2006 15:04:05 -0700 | Wed, 05 Apr 2023 06:07:08 -0700 | 2023-04-05T13:07:08Z",
        "2006-002 15:04 | 2023-095 06:07 | 2023-04-05T06:07:00Z",
        "3:04PM 2006 | 6:07AM 2023 | 2023-01-01T06:07:00Z",
        "2006-01-02 15:04:05 -07 | 2023-04-05 06:07:08 +09 | 2023-04-04T21:07:08Z"
      })
  void readsGoLayouts(String layout, String text, String expected) {
    check(Map.of("layout", layout, "layout_type", "gotime", "location", "UTC"), text, expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "s | 1700000000 | 2023-11-14T22:13:20Z",
        "ms | 1700000000123 | 2023-11-14T22:13:20.123Z",
        "us | 1700000000123456 | 2023-11-14T22:13:20.123456Z",
        "ns | 1700000000123456789 | 2023-11-14T22:13:20.123456789Z",
        "s.ms | 1700000000.123 | 2023-11-14T22:13:20.123Z",
        "s.us | 1700000000.123456 | 2023-11-14T22:13:20.123456Z",
        "s.ns | 1700000000.123456789 | 2023-11-14T22:13:20.123456789Z",
        "s | 1700000000.5 | ERROR",
        "s.ms | 1700000000 | ERROR",
        "s | x | ERROR",
        "s | 1e999999999 | ERROR"
      })
  void readsEpochs(String layout, String text, String expected) {
    check(Map.of("layout", layout, "layout_type", "epoch"), text, expected);
  }

  @Test
  void readsEpochsThatAreNumbers() {
    assertThat(parse(Map.of("layout", "s.ms", "layout_type", "epoch"), 1700000000.25))
        .isEqualTo("2023-11-14T22:13:20.250Z");
    assertThat(parse(Map.of("layout", "s", "layout_type", "epoch"), 1700000000.75))
        .isEqualTo("2023-11-14T22:13:20Z");
    assertThat(parse(Map.of("layout", "ms", "layout_type", "epoch"), 1700000000123L))
        .isEqualTo("2023-11-14T22:13:20.123Z");
  }

  @Test
  void takesTheLocationForTimesWithoutAZone() {
    assertThat(
            parse(
                Map.of("layout", "%Y-%m-%d %H:%M", "location", "America/Shiprock"),
                "2023-07-01 06:00"))
        .isEqualTo("2023-07-01T12:00:00Z");
    assertThat(
            parse(
                Map.of("layout", "%Y-%m-%d %H:%M %Z", "location", "America/Los_Angeles"),
                "2023-07-01 06:00 PDT"))
        .isEqualTo("2023-07-01T13:00:00Z");
    Instant here =
        java.time.LocalDateTime.of(2023, 7, 1, 6, 0).atZone(ZoneId.systemDefault()).toInstant();
    assertThat(parse(Map.of("layout", "%Y-%m-%d %H:%M"), "2023-07-01 06:00"))
        .isEqualTo(here.toString());
    assertThat(parse(Map.of("layout", "%Y-%m-%dT%H:%MZ"), "2023-07-01T06:00Z"))
        .isEqualTo("2023-07-01T06:00:00Z");
  }

  @ParameterizedTest
  @CsvSource({"%Y-2006", "%E", "%", "%H:%M:%S%L"})
  void refusesLayoutsThatAreNone(String layout) {
    assertThatThrownBy(() -> Strptime.toGoLayout(layout))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(layout);
  }

  private static void check(Map<String, Object> config, String text, String expected) {
    String found = parse(config, text);
    if (expected.equals("ERROR")) {
      assertThat(found).startsWith("time_parser: ");
    } else {
      assertThat(found).isEqualTo(Instant.parse(expected).toString());
    }
  }

  private static String parse(Map<String, Object> config, Object body) {
    Map<String, Object> all = new LinkedHashMap<>(config);
    all.put("type", "time_parser");
    all.put("parse_from", "body");
    return parse(all, body, NOW);
  }

  private static String parse(Map<String, Object> config, Object body, Instant observed) {
    long observedNanos = observed.getEpochSecond() * 1_000_000_000 + observed.getNano();
    Entry entry = new Entry(body, new LinkedHashMap<>(), new LinkedHashMap<>(), observedNanos);
    OperatorChain.of(List.of(config)).process(entry);
    String failure = entry.failure();
    long nanos = entry.timeUnixNanos();
    return failure != null
        ? failure
        : Instant.ofEpochSecond(
                Math.floorDiv(nanos, 1_000_000_000L), Math.floorMod(nanos, 1_000_000_000L))
            .toString();
  }
}
