package io.millrace.api.telemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ValueTest {

  @Test
  void holdsEveryType() {
    assertThat(Value.of("ü").stringValue()).isEqualTo("ü");
    assertThat(Value.of(-7L).longValue()).isEqualTo(-7);
    assertThat(Value.of(1.5).doubleValue()).isEqualTo(1.5);
    assertThat(Value.of(true).boolValue()).isTrue();
    assertThat(Value.of(false).type()).isEqualTo(ValueType.BOOL);
    assertThat(Value.of(new byte[] {1, 2}).bytesValue()).containsExactly(1, 2);
    assertThat(Value.ofList(List.of(Value.of(1), Value.of("x"))).list())
        .containsExactly(Value.of(1), Value.of("x"));
    assertThat(Value.ofMap(Map.of("k", Value.of(1))).map().get("k")).isEqualTo(Value.of(1));
    assertThat(Value.EMPTY.type()).isEqualTo(ValueType.EMPTY);
    assertThat(Value.ofList(List.of()).type()).isEqualTo(ValueType.ARRAY);
    assertThat(Value.ofMap(Map.of()).type()).isEqualTo(ValueType.MAP);
  }

  @Test
  void answersNothingOfAnotherType() {
    Value value = Value.of("12");
    assertThat(value.longValue()).isZero();
    assertThat(value.doubleValue()).isZero();
    assertThat(value.boolValue()).isFalse();
    assertThat(value.list()).isEmpty();
    assertThat(value.map()).isEmpty();
    assertThat(Value.of(12).stringValue()).isEmpty();
    assertThat(Value.of(12).bytesValue()).isEmpty();
  }

  @Test
  void isEqualByContentWhateverTheOrderOfAMap() {
    Map<String, Value> one = new LinkedHashMap<>();
    one.put("a", Value.of(1));
    one.put("b", Value.ofList(List.of(Value.EMPTY, Value.of(Double.NaN))));
    Map<String, Value> other = new LinkedHashMap<>();
    other.put("b", Value.ofList(List.of(Value.EMPTY, Value.of(Double.NaN))));
    other.put("a", Value.of(1));
    assertThat(Value.ofMap(one))
        .isEqualTo(Value.ofMap(other))
        .hasSameHashCodeAs(Value.ofMap(other));
    other.put("a", Value.of(1.0));
    assertThat(Value.ofMap(one)).isNotEqualTo(Value.ofMap(other));
    assertThat(Value.of("x")).isNotEqualTo(Value.of("x".getBytes(StandardCharsets.UTF_8)));
    assertThat(Value.of(0)).isNotEqualTo(Value.of(false)).isNotEqualTo(Value.EMPTY);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "-0.0, -0",
    "1, 1",
    "1.5, 1.5",
    "-2.25, -2.25",
    "1e20, 100000000000000000000",
    "1e21, 1e+21",
    "1.5e300, 1.5e+300",
    "1e-6, 0.000001",
    "1e-7, 1e-7",
    "-1.25e-9, -1.25e-9",
    "123456789.125, 123456789.125",
    "9007199254740993, 9007199254740992",
    "NaN, json: unsupported value: NaN",
    "Infinity, json: unsupported value: +Inf"
  })
  void writesFloatingPointNumbersAsTheCollectorDoes(double number, String text) {
    assertThat(Value.of(number).asText()).isEqualTo(text);
  }

  @Test
  void writesTextAsTheCollectorDoes() {
    Map<String, Value> map = new LinkedHashMap<>();
    map.put("z", Value.of("<a href=\"x\">&\n\u0001\u2028ü</a>"));
    map.put("b", Value.ofList(List.of(Value.of(1), Value.EMPTY, Value.of(0.5), Value.of(true))));
    map.put("a", Value.of(new byte[] {1, 2, 3}));
    map.put("é", Value.ofMap(Map.of()));
    assertThat(Value.ofMap(map).asText())
        .isEqualTo(
            "{\"a\":\"AQID\",\"b\":[1,null,0.5,true],\"z\":\"<a href=\\\"x\\\">&\\n"
                + "\\u0001\\u2028ü</a>\",\"é\":{}}");
    assertThat(Value.EMPTY.asText()).isEmpty();
    assertThat(Value.of("as is \"\n").asText()).isEqualTo("as is \"\n");
    assertThat(Value.of(-12).asText()).isEqualTo("-12");
    assertThat(Value.of(false).asText()).isEqualTo("false");
    assertThat(Value.of(new byte[] {-1}).asText()).isEqualTo("/w==");
    assertThat(Value.ofList(List.of()).asText()).isEqualTo("[]");
  }

  @Test
  void boundsNestingSoThatItCanAlwaysBeReadAgain() throws Exception {
    Value deep = Value.of(1);
    int levels = 0;
    try {
      while (levels < 1000) {
        deep = levels % 2 == 0 ? Value.ofMap(Map.of("k", deep)) : Value.ofList(List.of(deep));
        levels++;
      }
    } catch (IllegalArgumentException e) {
      assertThat(e).hasMessageStartingWith("nesting: ");
    }
    assertThat(levels).isBetween(30, 50);
    LogsBuilder builder = Logs.builder();
    builder.record().put("deep", deep);
    byte[] bytes = builder.build().toBytes();
    assertThat(Logs.read(bytes).itemCount()).isEqualTo(1);
    Value asDeep = deep;
    assertThatThrownBy(() -> Value.ofMap(Map.of("k", Value.ofMap(Map.of("k", asDeep)))))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void readsInvalidUtf8WithReplacements() throws Exception {
    byte[] record = {0x1a, 2, (byte) 0xff, 'a', 0x32, 5, 0x0a, 1, (byte) 0x80, 0x12, 0};
    byte[] bytes = new byte[record.length + 6];
    System.arraycopy(record, 0, bytes, 6, record.length);
    bytes[0] = 0x0a;
    bytes[1] = (byte) (record.length + 4);
    bytes[2] = 0x12;
    bytes[3] = (byte) (record.length + 2);
    bytes[4] = 0x12;
    bytes[5] = (byte) record.length;
    int[] seen = {0};
    Logs.read(bytes)
        .forEachItem(
            (group, scope, item) -> {
              seen[0]++;
              assertThat(((LogRecord) item).severityText()).isEqualTo("\uFFFDa");
              assertThat(item.attributes().iterator().next().key()).isEqualTo("\uFFFD");
            });
    assertThat(seen[0]).isEqualTo(1);
  }

  @Test
  void tellsValidUtf8AsTheDecoderDoes() {
    for (int seed = 0; seed < 20_000; seed++) {
      Random random = new Random(seed);
      byte[] bytes = new byte[random.nextInt(14)];
      for (int i = 0; i < bytes.length; i++) {
        int kind = random.nextInt(4);
        bytes[i] = (byte) (kind == 0 ? random.nextInt(128) : 0x80 + random.nextInt(128));
      }
      if (random.nextBoolean()) {
        bytes =
            new StringBuilder("abcdefgh")
                .appendCodePoint(random.nextInt(0xd800))
                .append("z")
                .toString()
                .getBytes(StandardCharsets.UTF_8);
      }
      String text = new String(bytes, StandardCharsets.UTF_8);
      boolean valid = Arrays.equals(text.getBytes(StandardCharsets.UTF_8), bytes);
      assertThat(Utf8.isValid(bytes, 0, bytes.length))
          .describedAs("seed %d", seed)
          .isEqualTo(valid);
    }
  }
}
