package io.millrace.api.component;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ComponentIdTest {

  @Test
  void splitsAtTheFirstSlashAndTrims() {
    assertThat(ComponentId.parse("otlp")).isEqualTo(new ComponentId("otlp", ""));
    assertThat(ComponentId.parse(" otlp / a/b ")).isEqualTo(new ComponentId("otlp", "a/b"));
    assertThat(ComponentId.parse("file_log/2")).hasToString("file_log/2");
    assertThat(ComponentId.parse("otlp")).hasToString("otlp");
  }

  @ParameterizedTest
  @CsvSource({
    "'', id must not be empty",
    "/x, 'in \"/x\" id: the part before / should not be empty'",
    "x/, 'in \"x/\" id: the part after / should not be empty'"
  })
  void saysWhatIsMissing(String text, String message) {
    assertThatThrownBy(() -> ComponentId.parse(text)).hasMessage(message);
  }

  @ParameterizedTest
  @ValueSource(strings = {"1otlp", "o-tlp", "_x", "ötlp", "otlp/a b", "otlp/a+b", "otlp/a\tb"})
  void refusesOtherCharacters(String text) {
    assertThatThrownBy(() -> ComponentId.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("invalid ");
  }

  @Test
  void boundsLengths() {
    assertThat(ComponentId.parse("a".repeat(63)).type()).hasSize(63);
    assertThatThrownBy(() -> ComponentId.parse("a".repeat(64))).isNotNull();
    assertThat(ComponentId.parse("a/" + "é".repeat(1024)).name()).hasSize(1024);
    assertThatThrownBy(() -> ComponentId.parse("a/" + "é".repeat(1025))).isNotNull();
  }
}
