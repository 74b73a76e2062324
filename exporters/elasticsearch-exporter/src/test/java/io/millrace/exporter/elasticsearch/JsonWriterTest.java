package io.millrace.exporter.elasticsearch;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import io.millrace.api.telemetry.LogRecord;
import io.millrace.api.telemetry.Logs;
import io.millrace.api.telemetry.Value;
import io.millrace.testkit.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class JsonWriterTest {
  private final JsonWriter json = JsonWriter.inMemory();

  @Test
  void setsCommasBetweenMembersAndElements() throws Exception {
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
  void putsFragmentsAmongMembers() throws Exception {
    json.beginObject();
    json.fragment(member("a", "1".repeat(2000)));
    json.fragment(member("b", "2"));
    json.name("c").value(3L);
    json.endObject();

    assertThat(text()).isEqualTo("{\"a\":\"" + "1".repeat(2000) + "\",\"b\":\"2\",\"c\":3}");
  }

  @Test
  void escapesWhatJsonForbids() throws Exception {
    json.value("\"\\\n\r\t\u0000\u001f/ä€😀");

    assertThat(text()).isEqualTo("\"\\\"\\\\\\n\\r\\t\\u0000\\u001f/ä€😀\"");
  }

  @Test
  void replacesHalvesOfSurrogatePairs() throws Exception {
    json.value("a\ud83db\ude00\ud83d");

    assertThat(text()).isEqualTo("\"a\ufffdb\ufffd\ufffd\"");
  }

  @Test
  void readsBackAsItWasWritten() throws Exception {
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
  void writesNumbersThatAreNoneInJsonAsText() throws Exception {
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
  void writesTimesToTheNanosecondInUtc() throws Exception {
    DateTimeFormatter expected =
        DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSSSSS'Z'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);
    Random random = new Random(3);
    for (int i = 0; i < 5_000; i++) {
      long second = random.nextLong(9_000_000_000L);
      for (int twice = 0; twice < 2; twice++) {
        int nano = random.nextInt(1_000_000_000);
        json.timestamp(second * 1_000_000_000 + nano);
        assertThat(text())
            .isEqualTo('"' + expected.format(Instant.ofEpochSecond(second, nano)) + '"');
      }
    }
  }

  @Test
  void writesTimesBeyondTheYear2262() throws Exception {
    json.timestamp(-1);

    assertThat(text()).isEqualTo("\"2554-07-21T23:34:33.709551615Z\"");
  }

  @Test
  void beginsAnewAfterALine() throws Exception {
    json.value(1L);
    json.newLine();
    json.value(2L);

    assertThat(text()).isEqualTo("1\n2");
  }

  @Test
  void writesTextsOfTelemetryAsTheirStrings() throws Exception {
    for (int seed = 0; seed < 3_000; seed++) {
      Random random = new Random(seed);
      byte[] utf8 = odd(random, random.nextInt(4) == 0 ? 9_000 : 60);
      Value value = value(utf8);
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      JsonWriter streaming = JsonWriter.to(out, 0);
      for (JsonWriter writer : List.of(json, streaming)) {
        writer.beginArray();
        writer.text(value);
        writer.value(value.stringValue());
        writer.endArray();
      }
      streaming.flush();

      String expected = quoted(value.stringValue());
      assertThat(text())
          .describedAs("seed %d", seed)
          .isEqualTo("[" + expected + "," + expected + "]");
      assertThat(out.toString(StandardCharsets.UTF_8))
          .describedAs("seed %d", seed)
          .isEqualTo("[" + expected + "," + expected + "]");
      byte[] name = value.stringValue().getBytes(StandardCharsets.UTF_8);
      json.name(name, 0, name.length).nothing();
      assertThat(text()).describedAs("seed %d", seed).isEqualTo(expected + ":null");
    }
  }

  @Test
  void writesBytesInBase64() throws Exception {
    Random random = new Random(5);
    for (int length = 0; length < 10_000; length += 1 + length / 3) {
      byte[] bytes = new byte[length];
      random.nextBytes(bytes);
      json.base64(Value.of(bytes));
      assertThat(text()).isEqualTo('"' + Base64.getEncoder().encodeToString(bytes) + '"');
    }
  }

  @Test
  void handsOnWhatIsFullAndHoldsNoTextAsAWhole() throws Exception {
    List<Integer> parts = new ArrayList<>();
    JsonWriter writer =
        JsonWriter.to(
            new OutputStream() {
              @Override
              public void write(int b) {
                throw new AssertionError("one byte");
              }

              @Override
              public void write(byte[] bytes, int from, int length) {
                parts.add(length);
              }
            },
            10_000);

    writer.text(Value.of("\u0001x".repeat(500_000)));
    writer.value("\u0001x".repeat(500_000));
    writer.flush();

    assertThat(parts).allMatch(length -> length <= 10_000);
    assertThat(parts.stream().mapToInt(length -> length).sum()).isEqualTo(7_000_005);
  }

  /** Pieces of UTF-8, with what JSON escapes, whole and cut off. */
  private static byte[] odd(Random random, int maxLength) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    int length = random.nextInt(maxLength);
    boolean valid = random.nextBoolean();
    while (out.size() < length) {
      byte[] character =
          Character.toString(random.nextInt(Character.MAX_CODE_POINT))
              .getBytes(StandardCharsets.UTF_8);
      switch (random.nextInt(valid ? 5 : 8)) {
        case 0 -> out.write("\"\\/\n\r\t".charAt(random.nextInt(6)));
        case 1 -> out.write(random.nextInt(128));
        case 2 -> out.writeBytes("plain text".getBytes(StandardCharsets.UTF_8));
        case 3, 4 -> out.writeBytes(character);
        case 5 -> out.write(character, 0, random.nextInt(character.length));
        case 6 -> out.write(0x80 + random.nextInt(128));
        default -> out.writeBytes(new byte[] {(byte) 0xed, (byte) 0xa0, (byte) 0x80});
      }
    }
    return out.toByteArray();
  }

  /** A string of any bytes, as it comes with a request. */
  private static Value value(byte[] utf8) throws Exception {
    byte[] bytes = utf8;
    // Request, group, scope, record, body, string.
    for (int field : new int[] {1, 5, 2, 2, 1}) {
      bytes =
          UnknownFieldSet.newBuilder()
              .addField(
                  field,
                  UnknownFieldSet.Field.newBuilder()
                      .addLengthDelimited(ByteString.copyFrom(bytes))
                      .build())
              .build()
              .toByteArray();
    }
    Value[] body = {Value.EMPTY};
    Logs.read(bytes).forEachItem((group, scope, item) -> body[0] = ((LogRecord) item).body());
    return body[0];
  }

  /** As the JSON of a string is to be, character by character. */
  private static String quoted(String text) {
    StringBuilder quoted = new StringBuilder("\"");
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"', '\\' -> quoted.append('\\').append(c);
        case '\n' -> quoted.append("\\n");
        case '\r' -> quoted.append("\\r");
        case '\t' -> quoted.append("\\t");
        default -> {
          if (c < ' ') {
            quoted.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
          } else {
            quoted.append(c);
          }
        }
      }
    }
    return quoted.append('"').toString();
  }

  private static JsonWriter member(String name, String text) throws IOException {
    JsonWriter writer = JsonWriter.inMemory();
    writer.name(name).value(text);
    return writer;
  }

  private String text() {
    return new String(json.take(), StandardCharsets.UTF_8);
  }
}
