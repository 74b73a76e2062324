package io.millrace.toolkit.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.api.config.Secret;
import io.millrace.toolkit.compression.Compression;
import io.millrace.toolkit.tls.RecordedProblems;
import io.millrace.toolkit.tls.TlsClientConfig;
import io.millrace.toolkit.tls.TlsConfig;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HttpClientConfigTest {
  private static final HttpClientConfig STANDARD = HttpClientConfig.standard();

  @Test
  void findsNothingWrongWithItsDefaults() {
    assertThat(RecordedProblems.of(STANDARD)).isEmpty();
    assertThat(RecordedProblems.of(HttpServerConfig.standard())).isEmpty();
  }

  @Test
  void refusesCompressionsThatItLacks() {
    assertThat(RecordedProblems.of(STANDARD.withCompression(Compression.LZ4)))
        .containsExactly(
            "compression: \"lz4\" is not supported (expected: gzip, zstd, zlib, deflate or none)");
  }

  @Test
  void refusesHeadersThatTheClientOwns() {
    assertThat(RecordedProblems.of(STANDARD.withHeaders(Map.of("Host", new Secret("x")))))
        .containsExactly(
            "headers::Host: cannot be set (expected: none of [connection, content-length, expect,"
                + " host, upgrade])");
    assertThat(RecordedProblems.of(STANDARD.withHeaders(Map.of("a b", new Secret("x")))))
        .containsExactly("headers::a b: no name of a header (expected: letters, digits and -)");
  }

  @Test
  void saysThatItCannotOverrideTheServersName() {
    assertThat(
            RecordedProblems.of(
                STANDARD.withTls(new TlsClientConfig(TlsConfig.standard(), false, false, "other"))))
        .containsExactly(
            "tls::server_name_override: not supported over HTTP (expected: absent; use the"
                + " certificate's name in the endpoint)");
  }

  @Test
  void printsNoHeader() {
    assertThat(STANDARD.withHeaders(Map.of("authorization", new Secret("hidden"))).toString())
        .doesNotContain("hidden");
  }
}
