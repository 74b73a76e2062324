package io.millrace.core.config;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RedactionTest {
  private final Redaction redaction = new Redaction();

  @Test
  void showsTheReferenceWhereverTheValueStands() {
    redaction.conceal("hunter2secret", "${env:PASSWORD}");
    assertThat(redaction.apply("\"hunter2secret\" (expected: text), not xhunter2secrety"))
        .isEqualTo("\"${env:PASSWORD}\" (expected: text), not x${env:PASSWORD}y");
  }

  @Test
  void showsTheReferenceWhereTheValueIsCut() {
    redaction.conceal("hunter2secret", "${env:PASSWORD}");
    assertThat(redaction.apply("\"Bearer hunter2se...\" (expected: none)"))
        .isEqualTo("\"Bearer ${env:PASSWORD}...\" (expected: none)");
    assertThat(redaction.apply("hunter2 is another")).isEqualTo("hunter2 is another");
  }

  @Test
  void leavesWordsAloneThatAShortValueIsPartOf() {
    redaction.conceal("http", "${env:SCHEME}");
    redaction.conceal("", "${env:EMPTY}");
    assertThat(redaction.apply("\"http\" (expected: http://host:port)"))
        .isEqualTo("\"${env:SCHEME}\" (expected: http://host:port)");
  }

  @Test
  void replacesTheLongerOfTwoValuesFirst() {
    redaction.conceal("secret", "${env:A}");
    redaction.conceal("secret-secret", "${env:B}");
    assertThat(redaction.apply("secret-secret secret")).isEqualTo("${env:B} ${env:A}");
  }

  @Test
  void concealsSeveralLines() {
    redaction.conceal("first line\nsecond line", "${file:key.pem}");
    assertThat(redaction.apply("\"first line\\nsecond line\" (expected: a size)"))
        .isEqualTo("\"${file:key.pem}\" (expected: a size)");
  }

  @Test
  void keepsPasswordsOfUrlsOut() {
    assertThat(redaction.apply("\"http://user:p@ss@host:1/x\" and https://host:1/a@b"))
        .isEqualTo("\"http://[REDACTED]@host:1/x\" and https://host:1/a@b");
  }
}
