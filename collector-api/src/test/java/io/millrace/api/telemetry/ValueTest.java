package io.millrace.api.telemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
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

  @Test
  void listsElementsWithoutHoldingThem() {
    WireWriter out = new WireWriter(1000);
    int mark = out.begin(0x2a, 500);
    List<Value> expected = new ArrayList<>();
    for (int length : new int[] {0, 1, 127, 128, 300}) {
      Value text = Value.of("x".repeat(length));
      out.bytesField(0x0a, text.a, text.from, text.to);
      out.varintField(0x10, length); // a field that nobody knows
      expected.add(text);
    }
    out.bytesField(0x0a, Wire.NOTHING, 0, 0);
    expected.add(Value.EMPTY);
    out.end(mark);
    Value value = new Value(out.a, 0, out.size);

    List<Value> list = value.list();

    assertThat(list).isEqualTo(expected).hasSameHashCodeAs(expected);
    assertThat(list).containsExactlyElementsOf(expected);
    assertThat(list.get(4).stringValue()).hasSize(300);
    assertThat(value).isEqualTo(Value.ofList(expected)).hasSameHashCodeAs(Value.ofList(expected));
    assertThatThrownBy(() -> list.get(6)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> list.get(-1)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> list.set(0, Value.EMPTY))
        .isInstanceOf(UnsupportedOperationException.class);
    assertThatThrownBy(() -> list.add(Value.EMPTY))
        .isInstanceOf(UnsupportedOperationException.class);
    assertThatThrownBy(() -> list.remove(0)).isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  void takesFourBytesForAnElementOfAList() {
    int count = 1_000_000;
    WireWriter out = new WireWriter(2 * count + 16);
    int mark = out.begin(0x2a, 2 * count);
    for (int i = 0; i < count; i++) {
      out.bytesField(0x0a, Wire.NOTHING, 0, 0);
    }
    out.end(mark);
    Value value = new Value(out.a, 0, out.size);
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    value.list();

    long before = threads.getCurrentThreadAllocatedBytes();
    List<Value> list = value.list();
    long allocated = threads.getCurrentThreadAllocatedBytes() - before;

    assertThat(list).hasSize(count);
    assertThat(allocated).isBetween(4L * count, 4L * count + 10_000);
  }

  @Test
  void writesStringsAsTheyRead() throws Exception {
    for (int seed = 0; seed < 3_000; seed++) {
      Random random = new Random(seed);
      byte[] bytes = odd(random);
      Value value = Value.ofUtf8(bytes);
      List<Integer> parts = new ArrayList<>();

      byte[] written = content(value, parts);

      assertThat(written)
          .describedAs("seed %d", seed)
          .isEqualTo(value.stringValue().getBytes(StandardCharsets.UTF_8));
      if (!Utf8.isValid(bytes, 0, bytes.length)) {
        assertThat(parts).allMatch(part -> part <= 3 * Utf8.PART_BYTES);
      }
      WireWriter out = new WireWriter(bytes.length + 32);
      KeyValues.write(out, 0x0a, bytes, Value.EMPTY);
      Attribute attribute = new WireAttributes(out.a, 0, out.size, 0x0a).iterator().next();
      ByteArrayOutputStream key = new ByteArrayOutputStream();
      attribute.writeKeyTo(key);
      assertThat(key.toByteArray()).describedAs("seed %d", seed).isEqualTo(written);
      assertThat(attribute.key().getBytes(StandardCharsets.UTF_8)).isEqualTo(written);
    }
  }

  @Test
  void writesBytesAsTheyAreAndNothingElse() throws Exception {
    byte[] bytes = {-1, 0, '"'};
    assertThat(content(Value.of(bytes), new ArrayList<>())).isEqualTo(bytes);
    assertThat(content(Value.EMPTY, new ArrayList<>())).isEmpty();
    assertThat(content(Value.of(12), new ArrayList<>())).isEmpty();
    assertThat(content(Value.ofList(List.of(Value.of("x"))), new ArrayList<>())).isEmpty();
  }

  /**
   * Text, some of it invalid, much of it where one part ends: characters and parts of characters of
   * every length, and runs of bytes that follow none.
   */
  private static byte[] odd(Random random) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (int i = random.nextInt(3); i > 0; i--) {
      out.writeBytes(new byte[Utf8.PART_BYTES - random.nextInt(8)]);
      for (int piece = random.nextInt(12); piece > 0; piece--) {
        byte[] character =
            Character.toString(random.nextInt(Character.MAX_CODE_POINT))
                .getBytes(StandardCharsets.UTF_8);
        byte[] surrogate = {(byte) 0xed, (byte) (0xa0 + random.nextInt(32)), (byte) 0x80};
        switch (random.nextInt(5)) {
          case 4 -> out.writeBytes(surrogate);
          case 0 -> out.write(character, 0, random.nextInt(character.length + 1));
          case 1 -> out.write(0x80 + random.nextInt(128));
          case 2 -> out.write(0x80 + random.nextInt(64));
          default -> out.writeBytes(character);
        }
      }
    }
    if (random.nextInt(8) == 0) {
      byte[] run = new byte[random.nextInt(2 * Utf8.PART_BYTES)];
      Arrays.fill(run, (byte) 0xbf);
      out.writeBytes(run);
    }
    return out.toByteArray();
  }

  private static byte[] content(Value value, List<Integer> parts) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    value.writeContentTo(
        new OutputStream() {
          @Override
          public void write(int b) {
            throw new AssertionError("one byte");
          }

          @Override
          public void write(byte[] bytes, int from, int length) {
            parts.add(length);
            out.write(bytes, from, length);
          }
        });
    return out.toByteArray();
  }
}
