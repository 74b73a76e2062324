package io.millrace.api.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EndpointTest {

  @ParameterizedTest
  @CsvSource({
    "localhost:4317, localhost, 4317",
    "[::1]:4317, ::1, 4317",
    ":4318, '', 4318",
    "0.0.0.0:0, 0.0.0.0, 0"
  })
  void readsAndWritesHostAndPort(String text, String host, int port) {
    assertThat(Endpoint.parse(text)).isEqualTo(new Endpoint(host, port)).hasToString(text);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "localhost", "::1:4317", "localhost:", "localhost:http", "[::1]"})
  void refusesEverythingElse(String text) {
    assertThatThrownBy(() -> Endpoint.parse(text))
        .hasMessage("\"" + text + "\" (expected: host:port)");
  }

  @Test
  void boundsThePort() {
    assertThatThrownBy(() -> Endpoint.parse("localhost:65536"))
        .hasMessage("port: 65536 (expected: 0 to 65535)");
    assertThatThrownBy(() -> Endpoint.parse("localhost:-1"))
        .hasMessage("port: -1 (expected: 0 to 65535)");
  }
}
