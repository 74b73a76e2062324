package io.millrace.receiver.filelog;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.receiver.filelog.FilelogConfig.MultilineConfig;
import io.millrace.receiver.filelog.FilelogConfig.RetryConfig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;

class FilelogConfigTest {
  private final ConfigFixture config = new ConfigFixture();

  @Test
  void isFoundAsAPluginUnderBothNames() {
    List<String> names = new ArrayList<>();
    for (var plugin : ServiceLoader.load(io.millrace.api.component.Plugin.class)) {
      for (var factory : plugin.receivers()) {
        names.add(factory.type());
        names.addAll(factory.aliases());
      }
    }
    assertThat(names).contains("filelog", "file_log");
  }

  @Test
  void acceptsWhatIsRight() {
    config.include = List.of("/var/log/**/*.log");
    config.multiline = new MultilineConfig("^\\d", "", true);
    assertThat(problems()).isEmpty();
  }

  @Test
  void refusesPatternsThatAreNone() {
    config.include = List.of("*.log", "{a");
    config.exclude = List.of("[");
    assertThat(problems())
        .containsExactly(
            "include::1: \"{a\" (expected: a } for every {)",
            "exclude::0: \"[\" (expected: a ] for every [)");
  }

  @Test
  void refusesEncodingsThatAreNone() {
    config.encoding = "utf-99";
    assertThat(problems())
        .containsExactly(
            "encoding: \"utf-99\" (expected: utf-8, nop, ascii, utf-16le, utf-16be or another IANA"
                + " name)");
    config.encoding = "UTF-16";
    assertThat(problems()).containsExactly("encoding: \"UTF-16\" (expected: utf-16le or utf-16be)");
    config.encoding = "UTF-16lE";
    assertThat(problems()).isEmpty();
  }

  @Test
  void wantsOneOfTheMultilinePatterns() {
    config.multiline = new MultilineConfig("", "", false);
    assertThat(problems())
        .containsExactly(
            "multiline: neither of line_start_pattern and line_end_pattern (expected: exactly"
                + " one)");
    config.multiline = new MultilineConfig("a", "b", false);
    assertThat(problems())
        .containsExactly(
            "multiline: both of line_start_pattern and line_end_pattern (expected: exactly one)");
    config.multiline = new MultilineConfig("(", "", false);
    assertThat(problems())
        .singleElement()
        .asString()
        .startsWith("multiline::line_start_pattern: \"(\" (expected: an RE2 expression;");
    config.multiline = new MultilineConfig("a\\nb", "", false);
    assertThat(problems()).singleElement().asString().contains("within one line");
    config.multiline = new MultilineConfig("a", "", false);
    config.encoding = "nop";
    assertThat(problems())
        .containsExactly("multiline: cannot be used with encoding: nop (expected: one of the two)");
  }

  @Test
  void refusesExpressionsAndImpossibleWaits() {
    config.attributes = Map.of("a", "EXPR(1)");
    config.resource = Map.of("b", "EXPR(2)");
    config.retry =
        new RetryConfig(true, Duration.ofSeconds(9), Duration.ofSeconds(1), Duration.ofMinutes(1));
    config.operators = List.of(Map.of("type", "router"));
    assertThat(problems())
        .hasSize(4)
        .anySatisfy(each -> assertThat(each).startsWith("attributes::a: "))
        .anySatisfy(each -> assertThat(each).startsWith("resource::b: "))
        .anySatisfy(each -> assertThat(each).startsWith("retry_on_failure::max_interval: "))
        .anySatisfy(each -> assertThat(each).startsWith("operators::0::type: \"router\""));
  }

  private List<String> problems() {
    List<String> problems = new ArrayList<>();
    config.build().validate((key, message) -> problems.add(key + ": " + message));
    return problems;
  }
}
