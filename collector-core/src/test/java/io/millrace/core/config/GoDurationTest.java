package io.millrace.core.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@NullMarked
final class GoDurationTest {

  @ParameterizedTest
  @CsvSource({
    "0, PT0S, 0s",
    "5s, PT5S, 5s",
    "1h30m, PT1H30M, 1h30m",
    "1m, PT1M, 1m",
    "1.5s, PT1.5S, 1.5s",
    "200ms, PT0.2S, 200ms",
    ".5ms, PT0.0005S, 500us",
    "3\u00b5s, PT0.000003S, 3us",
    "3\u03bcs, PT0.000003S, 3us",
    "7ns, PT0.000000007S, 7ns",
    "-2m, PT-2M, -2m",
    "+1h0m3.25s, PT1H3.25S, 1h3.25s",
    "100s, PT1M40S, 1m40s"
  })
  void readsAndWritesGoNotation(String text, Duration duration, String written) {
    assertThat(GoDuration.parse(text)).contains(duration);
    assertThat(GoDuration.format(duration)).isEqualTo(written);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "5", "s", "1d", "1.2.3s", "1s 2s", "5S", ".s", "300000000h", "1h-2m"})
  void refusesEverythingElse(String text) {
    assertThat(GoDuration.parse(text)).isEmpty();
  }
}
