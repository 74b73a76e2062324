package io.millrace.receiver.filelog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GlobPatternTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "*.log | a.log | true",
        "*.log | d/a.log | false",
        "/var/*/a.log | /var/x/a.log | true",
        "/var/*/a.log | /var/x/y/a.log | false",
        "/var/**/a.log | /var/a.log | true",
        "/var/**/a.log | /var/x/y/a.log | true",
        "/var/** | /var/x/y/a.log | true",
        "**/d/**/not*.log | x/d/y/z/not1.log | true",
        "**/d/**/not*.log | d/not1.log | true",
        "**/not*.log | /x/y/not1.log | true",
        "*/not*.log | /x/not1.log | false",
        "**.log | a.log | true",
        "**.log | x/a.log | false",
        "a?.log | ab.log | true",
        "a?.log | a.log | false",
        "[a-c]x.log | bx.log | true",
        "[^a-c]x.log | bx.log | false",
        "[!a-c]x.log | dx.log | true",
        "{a,b}.{log,txt} | b.txt | true",
        "{a,b{1,2}}.log | b2.log | true",
        "/{var,srv/x}/*.log | /srv/x/a.log | true",
        "a\\*.log | a*.log | true",
        "a\\*.log | ab.log | false",
        "a.log | axlog | false",
        "a+(b).log | a+(b).log | true",
        "[.] | . | false",
        "İ*.log | İx.log | true"
      })
  void matchesAsTheCollectorDoes(String pattern, String path, boolean matches) {
    assertThat(GlobPattern.parse(pattern).stream().anyMatch(each -> each.matches(path)))
        .isEqualTo(matches);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {"{a,b | } for every {", "[a | ] for every [", "a\\ | behind the backslash"})
  void saysWhatIsWrong(String pattern, String message) {
    assertThatThrownBy(() -> GlobPattern.parse(pattern))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }

  @Test
  void refusesAnEmptyPattern() {
    assertThatThrownBy(() -> GlobPattern.parse("")).isInstanceOf(IllegalArgumentException.class);
  }
}
