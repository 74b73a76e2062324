package io.millrace.toolkit.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpHeaders;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HttpReplyTest {
  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2015-10-21T07:28:00Z"), ZoneOffset.UTC);

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "17, 17",
    "999999999999999999999, 3600",
    "5000, 3600",
    "'Wed, 21 Oct 2015 07:28:30 GMT', 30",
    "'Wed, 21 Oct 2015 07:27:00 GMT', 0",
    "'Thu, 22 Oct 2015 07:28:00 GMT', 3600",
  })
  void readsWhenToTryAgain(String header, long seconds) {
    assertThat(reply("retry-after", header).retryAfter(CLOCK))
        .isEqualTo(Duration.ofSeconds(seconds));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "soon", "-1", "1.5", "2015-10-21"})
  void ignoresWhatItCannotRead(String header) {
    assertThat(reply("retry-after", header).retryAfter(CLOCK)).isNull();
  }

  @Test
  void knowsTheMediaTypeWithoutParameters() {
    assertThat(reply("content-type", "Application/JSON; charset=utf-8").mediaType())
        .isEqualTo("application/json");
    assertThat(reply("x", "y").mediaType()).isEmpty();
  }

  private static HttpReply reply(String name, String value) {
    return new HttpReply(
        503, HttpHeaders.of(Map.of(name, List.of(value)), (a, b) -> true), new byte[0]);
  }
}
