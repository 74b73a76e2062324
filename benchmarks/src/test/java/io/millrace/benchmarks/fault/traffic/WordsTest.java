package io.millrace.benchmarks.fault.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class WordsTest {

  @Test
  void timesHaveThreeDigitsOfMilliseconds() {
    assertThat(Words.time(Instant.parse("2026-11-21T08:00:00Z")))
        .isEqualTo("2026-11-21T08:00:00.000Z");
    assertThat(Words.time(Instant.parse("2026-11-21T08:00:00.123456Z")))
        .isEqualTo("2026-11-21T08:00:00.123Z");
  }

  @Test
  void payloadsBeginWithTheirTimeAndHaveNoBraces() {
    Words words = new Words(new SplittableRandom(1));
    for (int i = 0; i < 100; i++) {
      assertThat(words.payload(Instant.EPOCH))
          .startsWith("1970-01-01T00:00:00.000Z ")
          .doesNotContain("{", "}", "\n");
    }
  }
}
