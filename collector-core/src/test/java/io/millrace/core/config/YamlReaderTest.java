package io.millrace.core.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.millrace.core.config.ConfigNode.Mapping;
import io.millrace.core.config.ConfigNode.Sequence;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@NullMarked
final class YamlReaderTest {
  private static final Place.Source SOURCE = new Place.Source("a.yaml", 0);

  @Test
  void keepsThePlaceOfEveryKeyAndValue() throws Exception {
    Mapping root = (Mapping) YamlReader.read("a:\n  b: [1, two]\n", SOURCE);
    ConfigNode.Entry a = Objects.requireNonNull(root.entries().get("a"));
    assertThat(a.place()).hasToString("a.yaml:1:1");
    ConfigNode.Entry b = Objects.requireNonNull(((Mapping) a.value()).entries().get("b"));
    assertThat(b.place()).hasToString("a.yaml:2:3");
    Sequence list = (Sequence) b.value();
    assertThat(list.items())
        .extracting(n -> n.place().toString())
        .containsExactly("a.yaml:2:7", "a.yaml:2:10");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "123 | 123",
        "0123 | 83",
        "0o17 | 15",
        "0xff | 255",
        "-0b11 | -3",
        "+7 | 7",
        "1_000 | 1000",
        "9223372036854775807 | 9223372036854775807"
      })
  void readsWholeNumbers(String text, long value) throws Exception {
    assertThat(plain("v: " + text)).isEqualTo(Map.of("v", value));
  }

  @ParameterizedTest
  @CsvSource(
      value = {
        "1.5, 1.5",
        "1e3, 1000",
        ".5, 0.5",
        "-.inf, -Infinity",
        "18446744073709551615, 18446744073709551615"
      })
  void readsNumbersWithFractions(String text, double value) throws Exception {
    assertThat(plain("v: " + text)).isEqualTo(Map.of("v", value));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"yes", "no", "on", "off", "y", "2001-12-14", "1.2.3", "0x", "1:30", "tRUE", "+"})
  void leavesEverythingElseAsText(String text) throws Exception {
    assertThat(plain("v: [" + text + ", x]")).isEqualTo(Map.of("v", List.of(text, "x")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"'123'", "\"123\"", "!!str 123", "|-\n  123", ">-\n  123"})
  void quotedAndTaggedNumbersAreText(String text) throws Exception {
    assertThat(plain("v: " + text)).isEqualTo(Map.of("v", "123"));
  }

  @Test
  void readsBooleansAndNulls() throws Exception {
    assertThat(plain("[true, True, FALSE, ~, null, Null]"))
        .isEqualTo(java.util.Arrays.asList(true, true, false, null, null, null));
  }

  @Test
  void followsAliasesAndMergeKeys() throws Exception {
    assertThat(plain("base: &b {x: 1, y: 2}\nother: {<<: *b, y: 3}\nsame: *b\n"))
        .isEqualTo(
            Map.of(
                "base", Map.of("x", 1L, "y", 2L),
                "other", Map.of("x", 1L, "y", 3L),
                "same", Map.of("x", 1L, "y", 2L)));
  }

  @Test
  void anEmptyTextIsNull() throws Exception {
    assertThat(YamlReader.read("# nothing\n", SOURCE)).isInstanceOf(ConfigNode.Null.class);
  }

  @Test
  void acceptsAByteOrderMark() throws Exception {
    assertThat(plain("\uFEFFa: 1")).isEqualTo(Map.of("a", 1L));
  }

  @Test
  void refusesAliasesThatGrowWithoutBounds() {
    StringBuilder text = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x]\n");
    for (int i = 1; i < 10; i++) {
      String alias = "*a" + (i - 1);
      text.append("a" + i + ": &a" + i + " [" + (alias + ", ").repeat(8) + alias + "]\n");
    }
    assertThat(problem(text.toString()))
        .isEqualTo("a.yaml:6:15: more than 200000 values once aliases are followed");
  }

  @Test
  void refusesEndlessNesting() {
    assertThat(problem("[".repeat(5000))).isEqualTo("a.yaml:1:102: nested deeper than 100 levels");
  }

  @Test
  void refusesAnAliasWithinItsOwnAnchor() {
    assertThat(problem("a: &x [*x]")).isEqualTo("a.yaml:1:8: alias *x has no anchor before it");
  }

  @Test
  void refusesHugeTexts() {
    assertThat(problem("x".repeat(YamlReader.MAX_CHARS + 1)))
        .isEqualTo("a.yaml:1:1: 4194305 characters (expected: at most 4194304)");
  }

  @Test
  void namesTabsInTheIndentation() {
    assertThat(problem("a:\n\tb: 1\n"))
        .isEqualTo(
            "a.yaml:2:1: no valid YAML: a tab where indentation is expected (expected: spaces)");
  }

  @Test
  void namesSyntaxErrors() {
    assertThat(problem("[invalid,")).startsWith("a.yaml:1:10: no valid YAML: while parsing a flow");
  }

  @Test
  void refusesAKeyThatStandsTwice() {
    assertThat(problem("a: 1\nb: 2\na: 3\n"))
        .isEqualTo("a.yaml:3:1: key \"a\" is already defined at line 1");
  }

  @Test
  void refusesKeysThatAreNoText() {
    assertThat(problem("? [a]\n: 1"))
        .isEqualTo("a.yaml:1:3: a key that is no plain text (expected: key: value)");
  }

  @Test
  void refusesUnknownTags() {
    assertThat(problem("a: !thing x")).isEqualTo("a.yaml:1:4: tag !thing is not supported");
  }

  @Test
  void refusesTagsThatDoNotFit() {
    assertThat(problem("a: !!int x")).isEqualTo("a.yaml:1:4: \"x\" (expected: !!int)");
  }

  @Test
  void refusesSeveralDocuments() {
    assertThat(problem("a: 1\n---\nb: 2\n"))
        .isEqualTo("a.yaml:2:1: a second document (expected: one document)");
  }

  @Test
  void refusesCharactersThatYamlForbids() {
    assertThat(problem("a: \u0007"))
        .isEqualTo("a.yaml:1:1: character U+0007 at offset 3 is not allowed in YAML");
  }

  private static @Nullable Object plain(String text) throws MalformedYamlException {
    return ConfigNode.plain(YamlReader.read(text, SOURCE));
  }

  private static String problem(String text) {
    MalformedYamlException e =
        catchThrowableOfType(MalformedYamlException.class, () -> YamlReader.read(text, SOURCE));
    return e.place() + ": " + e.getMessage();
  }
}
