package io.millrace.exporter.elasticsearch;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.testkit.Json;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class JsonWriterTest {
  private final JsonWriter json = new JsonWriter(4);

  @Test
  void setsCommasBetweenMembersAndElements() {
    json.beginObject();
    json.name("a").value(1L);
    json.name("b").beginArray();
    json.value("x");
    json.value(true);
    json.nothing();
    json.beginObject().endObject();
    json.endArray();
    json.name("c").beginObject();
    json.name("d").value(-2.5);
    json.endObject().endObject();

    assertThat(text()).isEqualTo("{\"a\":1,\"b\":[\"x\",true,null,{}],\"c\":{\"d\":-2.5}}");
  }

  @Test
  void putsFragmentsAmongMembers() {
    json.beginObject();
    json.fragment("\"a\":1".getBytes(StandardCharsets.UTF_8));
    json.fragment("\"b\":2".getBytes(StandardCharsets.UTF_8));
    json.name("c").value(3L);
    json.endObject();

    assertThat(text()).isEqualTo("{\"a\":1,\"b\":2,\"c\":3}");
  }

  @Test
  void escapesWhatJsonForbids() {
    json.value("\"\\\n\r\t\u0000\u001f/ä€😀");

    assertThat(text()).isEqualTo("\"\\\"\\\\\\n\\r\\t\\u0000\\u001f/ä€😀\"");
  }

  @Test
  void replacesHalvesOfSurrogatePairs() {
    json.value("a\ud83db\ude00\ud83d");

    assertThat(text()).isEqualTo("\"a\ufffdb\ufffd\ufffd\"");
  }

  @Test
  void readsBackAsItWasWritten() {
    Random random = new Random(7);
    for (int i = 0; i < 500; i++) {
      StringBuilder text = new StringBuilder();
      for (int c = random.nextInt(40); c > 0; c--) {
        int point = random.nextInt(0xd800);
        text.appendCodePoint(random.nextInt(8) == 0 ? 0x10000 + point : point);
      }
      json.value(text.toString());
      assertThat(Json.parse(text())).isEqualTo(text.toString());
    }
  }

  @Test
  void writesNumbersThatAreNoneInJsonAsText() {
    json.beginArray();
    json.value(Double.NaN);
    json.value(Double.NEGATIVE_INFINITY);
    json.value(1.0);
    json.value(Double.MIN_VALUE);
    json.value(Long.MIN_VALUE);
    json.endArray();

    assertThat(text()).isEqualTo("[\"NaN\",\"-Infinity\",1.0,4.9E-324,-9223372036854775808]");
  }

  @Test
  void writesTimesToTheNanosecondInUtc() {
    DateTimeFormatter expected =
        DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSSSSS'Z'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);
    Random random = new Random(3);
    for (int i = 0; i < 5_000; i++) {
      long second = random.nextLong(9_000_000_000L);
      int nano = random.nextInt(1_000_000_000);
      json.timestamp(second * 1_000_000_000 + nano);
      assertThat(text())
          .isEqualTo('"' + expected.format(Instant.ofEpochSecond(second, nano)) + '"');
    }
  }

  @Test
  void writesTimesBeyondTheYear2262() {
    json.timestamp(-1);

    assertThat(text()).isEqualTo("\"2554-07-21T23:34:33.709551615Z\"");
  }

  @Test
  void beginsAnewAfterALine() {
    json.value(1L);
    json.newLine();
    json.value(2L);

    assertThat(text()).isEqualTo("1\n2");
  }

  private String text() {
    return new String(json.take(), StandardCharsets.UTF_8);
  }
}
