package io.millrace.toolkit.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GrpcTargetTest {

  @ParameterizedTest
  @CsvSource({
    "localhost:4317, dns:///localhost:4317, false, false",
    "[::1]:4317, dns:///[::1]:4317, false, false",
    "http://collector:4317, dns:///collector:4317, false, true",
    "https://collector:4317, dns:///collector:4317, true, false",
    "HTTPS://collector:443/, dns:///collector:443, true, false",
    "dns:///collector:4317, dns:///collector:4317, false, false",
    "dns://8.8.8.8/collector:4317, dns://8.8.8.8/collector:4317, false, false",
    "' a.b-c_d:1 ', dns:///a.b-c_d:1, false, false",
  })
  void readsEndpoints(String endpoint, String target, boolean https, boolean http) {
    assertThat(GrpcTarget.parse(endpoint)).contains(new GrpcTarget(target, https, http));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "localhost",
        ":4317",
        "localhost:",
        "localhost:x",
        "localhost:70000",
        "unix:///a",
        "http://localhost",
        "http://localhost:1/path",
        "ftp://localhost:1",
        "::1:4317",
        "a b:1"
      })
  void refusesWhatIsNone(String endpoint) {
    assertThat(GrpcTarget.parse(endpoint)).isEmpty();
  }
}
