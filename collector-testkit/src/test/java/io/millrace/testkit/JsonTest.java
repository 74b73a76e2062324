package io.millrace.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class JsonTest {

  @Test
  void readsEveryKindOfValue() {
    Object json =
        Json.parse(
            " {\"a\" : [1, -2.5e3, true, false, null, \"x\\n\\u00e9\\\"\"], \"b\":{}, \"c\":[] } ");
    assertThat(Json.at(json, "a", 0)).isEqualTo(1L);
    assertThat(Json.at(json, "a", 1)).isEqualTo(-2500.0);
    assertThat(Json.at(json, "a", 2)).isEqualTo(true);
    assertThat(Json.at(json, "a", 3)).isEqualTo(false);
    assertThat(Json.at(json, "a", 4)).isNull();
    assertThat(Json.at(json, "a", 5)).isEqualTo("x\né\"");
    assertThat(Json.at(json, "c")).isEqualTo(List.of());
    assertThat(Json.at(json, "b", "none", "at", "all")).isNull();
  }

  @Test
  void readsBackWhatItQuotes() {
    String text = "a \"quoted\" \\ back\u0001slash\nand é";
    assertThat(Json.parse(Json.quote(text))).isEqualTo(text);
  }

  @Test
  void saysWhereATextIsNoJson() {
    assertThatThrownBy(() -> Json.parse("{\"a\":1,}"))
        .hasMessage("JSON offset 7: \"}\" (expected: \"\"\")");
    assertThatThrownBy(() -> Json.parse("[1] x")).hasMessageContaining("JSON offset 4: \"x\"");
    assertThatThrownBy(() -> Json.parse("nul")).hasMessageContaining("expected: null");
    assertThatThrownBy(() -> Json.parse("")).hasMessageContaining("expected: a value");
  }
}
