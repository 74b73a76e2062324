package io.millrace.toolkit.tls;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.api.config.Secret;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class TlsConfigTest {

  @Test
  void findsNothingWrongWithItsDefaults() {
    assertThat(RecordedProblems.of(TlsConfig.standard())).isEmpty();
  }

  @Test
  void wantsOneSourceOfEachKey() {
    Path file = Path.of("a.pem");
    TlsConfig config = config(file, "x", file, "x", file, new Secret("x"), "1.2", "");

    assertThat(RecordedProblems.of(config))
        .containsExactly(
            "ca_pem: set together with ca_file (expected: one of the two)",
            "cert_pem: set together with cert_file (expected: one of the two)",
            "key_pem: set together with key_file (expected: one of the two)");
  }

  @Test
  void wantsCertificateAndKeyTogether() {
    assertThat(RecordedProblems.of(config(null, null, Path.of("a"), null, null, null, "1.2", "")))
        .containsExactly(": certificate without key_file or key_pem");
    assertThat(
            RecordedProblems.of(config(null, null, null, null, null, new Secret("x"), "1.2", "")))
        .containsExactly(": key without cert_file or cert_pem");
  }

  @Test
  void knowsTwoVersions() {
    assertThat(RecordedProblems.of(config(null, null, null, null, null, null, "1.1", "1.4")))
        .containsExactly(
            "min_version: \"1.1\" (expected: 1.2 or 1.3)",
            "max_version: \"1.4\" (expected: 1.2 or 1.3)");
    assertThat(RecordedProblems.of(config(null, null, null, null, null, null, "1.3", "1.2")))
        .containsExactly("max_version: \"1.2\" (expected: at least min_version, 1.3)");
  }

  @Test
  void wantsACertificateForServers() {
    assertThat(RecordedProblems.of(TlsServerConfig.of(TlsConfig.standard())))
        .containsExactly("cert_file: absent (expected: the server's certificate, or cert_pem)");
  }

  @Test
  void keepsKeysOutOfItsText() {
    assertThat(config(null, null, null, "c", null, new Secret("hidden"), "1.2", "").toString())
        .doesNotContain("hidden");
  }

  private static TlsConfig config(
      @Nullable Path caFile,
      @Nullable String caPem,
      @Nullable Path certFile,
      @Nullable String certPem,
      @Nullable Path keyFile,
      @Nullable Secret keyPem,
      String minVersion,
      String maxVersion) {
    return new TlsConfig(
        caFile,
        caPem,
        certFile,
        certPem,
        keyFile,
        keyPem,
        minVersion,
        maxVersion,
        List.of(),
        List.of(),
        false,
        false,
        Duration.ZERO,
        null);
  }
}
