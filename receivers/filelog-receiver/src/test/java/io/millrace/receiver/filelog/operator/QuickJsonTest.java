package io.millrace.receiver.filelog.operator;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Against Jackson, which is right by definition. */
class QuickJsonTest {
  private static final List<String> NUMBERS =
      List.of(
          "0",
          "-0",
          "7",
          "-12",
          "0.0",
          "-0.0",
          "1.5",
          "-0.001",
          "123456789012.345",
          "0.1",
          "9007199254740993",
          "999999999999999999",
          "1e3",
          "1E+2",
          "-2.5e-7",
          "1e400",
          "1e-400",
          "0.30000000000000004",
          "1234567890123456.7",
          "4.9e-324",
          "1.7976931348623157e308");
  private static final List<String> ODD =
      List.of(
          "01",
          "1.",
          ".5",
          "-",
          "+1",
          "1e",
          "NaN",
          "tru",
          "True",
          "'a'",
          "1a",
          "\"\\x\"",
          "\"\\u12\"",
          "\"\u0001\"",
          "\"",
          "9223372036854775807",
          "9223372036854775808",
          "-99999999999999999999",
          "truee",
          "nul",
          "[1,]",
          "{\"a\":1,}",
          "{a:1}",
          "[",
          "{\"a\"");

  private final NameCache names = new NameCache();

  @Test
  void readsWhatJacksonReads() throws OperatorException {
    Random random = new Random(5);
    int decided = 0;
    for (int i = 0; i < 50_000; i++) {
      String json = object(random, 3, false);
      decided += agrees(json, random.nextBoolean()) ? 1 : 0;
    }
    assertThat(decided).isEqualTo(50_000);
  }

  @Test
  void leavesOrReadsWhatIsNearlyJson() throws OperatorException {
    Random random = new Random(6);
    int decided = 0;
    for (int i = 0; i < 50_000; i++) {
      StringBuilder json = new StringBuilder(object(random, 3, true));
      for (int edits = random.nextInt(3); edits > 0 && !json.isEmpty(); edits--) {
        int at = random.nextInt(json.length());
        switch (random.nextInt(3)) {
          case 0 -> json.deleteCharAt(at);
          case 1 -> json.insert(at, "\"\\{}[],:0-e.t\n\u0000".charAt(random.nextInt(15)));
          default -> json.setLength(at);
        }
      }
      decided += agrees(json.toString(), random.nextBoolean()) ? 1 : 0;
    }
    assertThat(decided).isBetween(5_000, 45_000);
  }

  @Test
  void readsPartsOfAnArrayOnly() {
    Text text = Text.of("{\"a\":1}} {\"a\":{\"b\":\"c\"}}, 1");
    assertThat(quick(Text.of(text.bytes(), 9, 24))).isEqualTo(Map.of("a", Map.of("b", "c")));
    assertThat(quick(Text.of(text.bytes(), 9, 23))).isNull();
    assertThat(quick(Text.of(text.bytes(), 0, 7))).isEqualTo(Map.of("a", 1.0));
    assertThat(quick(Text.of(text.bytes(), 0, 8))).isNull();
  }

  @Test
  void leavesLimitsToJackson() {
    assertThat(quick(Text.of("{\"a\":" + "[".repeat(29) + "]".repeat(29) + "}"))).isNotNull();
    assertThat(quick(Text.of("{\"a\":" + "[".repeat(31) + "]".repeat(31) + "}"))).isNull();
    assertThat(quick(Text.of("{\"a\":0." + "1".repeat(600) + "}"))).isNull();
    assertThat(quick(Text.of("{\"" + "a".repeat(50_000) + "\":1}"))).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "[1]", "nul", "\"a\"", "1", "\ufeff{}", "{} x", "{}{}"})
  void leavesWhatIsNoObject(String json) {
    assertThat(quick(Text.of(json))).isNull();
  }

  @Test
  void tellsNamesOfTheSamePlaceApart() {
    // "Aa" and "BB" have one hash.
    assertThat(quick(Text.of("{\"Aa\":\"1\",\"BB\":\"2\"}")))
        .isEqualTo(Map.of("Aa", "1", "BB", "2"));
    assertThat(quick(Text.of("{\"BB\":\"1\",\"Aa\":\"2\"}")))
        .isEqualTo(Map.of("BB", "1", "Aa", "2"));
  }

  /** Whether it was decided, and then as Jackson does, in the same order. */
  private boolean agrees(String json, boolean wholeNumbers) throws OperatorException {
    Text text = Values.asText(json);
    Members quick = text == null ? null : QuickJson.read(text, wholeNumbers, names);
    Map<String, Object> options = Map.of("parse_ints", wholeNumbers);
    JsonParser jackson =
        JsonParser.of(
            new Options(
                options,
                "",
                (key, message) -> {
                  throw new AssertionError(message);
                }));
    if (quick == null) {
      return false;
    }
    Object expected = jackson.read(json);
    assertThat(Values.owned(quick)).as(json).isEqualTo(expected);
    assertThat(String.valueOf(Values.owned(quick))).as(json).isEqualTo(expected.toString());
    return true;
  }

  private @Nullable Object quick(Text text) {
    return Values.owned(QuickJson.read(text, false, names));
  }

  private static String object(Random random, int depth, boolean odd) {
    StringBuilder json = new StringBuilder(blank(random)).append('{').append(blank(random));
    for (int i = 0, size = random.nextInt(5); i < size; i++) {
      json.append(i == 0 ? "" : "," + blank(random));
      // Some names stand twice.
      json.append('"').append("abcü".charAt(random.nextInt(4))).append("\"");
      json.append(blank(random)).append(':').append(blank(random));
      json.append(value(random, depth, odd)).append(blank(random));
    }
    return json.append('}').append(blank(random)).toString();
  }

  private static String value(Random random, int depth, boolean odd) {
    return switch (random.nextInt(depth > 0 ? 8 : 6)) {
      case 0 -> NUMBERS.get(random.nextInt(NUMBERS.size()));
      case 1 -> random.nextBoolean() ? "true" : "false";
      case 2 -> odd ? ODD.get(random.nextInt(ODD.size())) : "null";
      case 3, 4, 5 -> text(random);
      case 6 -> object(random, depth - 1, odd).trim();
      default -> {
        List<String> elements = new ArrayList<>();
        for (int size = random.nextInt(4); size > 0; size--) {
          elements.add(blank(random) + value(random, depth - 1, odd) + blank(random));
        }
        yield "[" + String.join(",", elements) + "]";
      }
    };
  }

  private static String text(Random random) {
    StringBuilder text = new StringBuilder("\"");
    for (int length = random.nextInt(10); length > 0; length--) {
      switch (random.nextInt(12)) {
        case 0 -> text.append('\\').append("\"\\/bfnrt".charAt(random.nextInt(8)));
        case 1 -> text.append(String.format("\\u%04X", random.nextInt(0x10000)));
        case 2 -> text.append("\ud83d\ude00");
        default -> text.append("ab üé{}[]:,0'/\u007f".charAt(random.nextInt(15)));
      }
    }
    return text.append('"').toString();
  }

  private static String blank(Random random) {
    return random.nextInt(4) > 0 ? "" : List.of(" ", "\t", "\r\n", "  ").get(random.nextInt(4));
  }
}
