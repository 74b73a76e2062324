package io.millrace.toolkit.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.api.component.StartException;
import io.millrace.testkit.TestCertificates;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

class TlsSettingsIT {
  private static final Logger LOGGER = LoggerFactory.getLogger(TlsSettingsIT.class);

  @TempDir Path directory;
  private TestCertificates ours;
  private TestCertificates theirs;
  private final SteppedClock clock = new SteppedClock();

  @BeforeEach
  void makeCertificates() throws IOException {
    ours = TestCertificates.create(directory.resolve("ours"));
    theirs = TestCertificates.create(directory.resolve("theirs"));
  }

  @Test
  void trustsTheAuthorityNamed() throws Exception {
    assertThat(shake(server(ours), client(ours))).isEqualTo("TLSv1.3");
  }

  @Test
  void trustsNoOtherAuthority() {
    assertThatThrownBy(() -> shake(server(ours), client(theirs))).isInstanceOf(SSLException.class);
  }

  @Test
  void trustsNoAuthorityButTheSystemsWhereNoneIsNamed() throws Exception {
    TlsSettings client = TlsSettings.client(TlsClientConfig.standard(), clock, LOGGER);

    assertThatThrownBy(() -> shake(server(ours), client)).isInstanceOf(SSLException.class);
  }

  @Test
  void trustsEverybodyOnRequest() throws Exception {
    TlsClientConfig reckless = new TlsClientConfig(TlsConfig.standard(), false, true, "");

    assertThat(shake(server(ours), TlsSettings.client(reckless, clock, LOGGER)))
        .isEqualTo("TLSv1.3");
  }

  @Test
  void demandsAClientCertificateOfTheAuthorityNamed() throws Exception {
    TlsSettings strict =
        TlsSettings.server(
            TlsServerConfig.of(keyPair(ours)).withClientCa(ours.authorityPem()), clock, LOGGER);

    assertThat(shake(strict, clientWithKey(ours, ours))).isEqualTo("TLSv1.3");
    assertThatThrownBy(() -> shake(strict, client(ours))).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> shake(strict, clientWithKey(ours, theirs)))
        .isInstanceOf(IOException.class);
  }

  @Test
  void speaksNoVersionOutsideItsBounds() throws Exception {
    TlsConfig old =
        new TlsConfig(
            ours.authorityPem(),
            null,
            null,
            null,
            null,
            null,
            "1.2",
            "1.2",
            List.of("TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256"),
            List.of(),
            false,
            false,
            Duration.ZERO,
            null);
    TlsSettings client = TlsSettings.client(TlsClientConfig.of(old), clock, LOGGER);

    assertThat(client.protocols()).containsExactly("TLSv1.2");
    assertThat(client.cipherSuites())
        .startsWith("TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256")
        .contains("TLS_AES_256_GCM_SHA384");
    assertThat(shake(server(ours), client)).isEqualTo("TLSv1.2");
  }

  @Test
  void namesTheFileThatIsMissing() {
    Path missing = directory.resolve("missing.pem");

    assertThatThrownBy(
            () ->
                TlsSettings.client(
                    TlsClientConfig.of(TlsConfig.standard().withCa(missing)), clock, LOGGER))
        .isInstanceOf(StartException.class)
        .hasMessageStartingWith("tls.ca_file: " + missing + ": cannot be read");
  }

  @Test
  void namesTheFileThatHoldsSomethingElse() {
    TlsConfig swapped =
        TlsConfig.standard().withKeyPair(ours.serverKeyPem(), ours.serverCertificatePem());

    assertThatThrownBy(() -> TlsSettings.server(TlsServerConfig.of(swapped), clock, LOGGER))
        .isInstanceOf(StartException.class)
        .hasMessage(
            "tls.cert_file: "
                + ours.serverKeyPem()
                + ": no certificate (expected: -----BEGIN CERTIFICATE-----)");
  }

  @Test
  void namesTheSuiteThatDoesNotExist() {
    TlsConfig config =
        new TlsConfig(
            null,
            null,
            null,
            null,
            null,
            null,
            "1.2",
            "",
            List.of("TLS_NONE"),
            List.of(),
            false,
            false,
            Duration.ZERO,
            null);

    assertThatThrownBy(() -> TlsSettings.client(TlsClientConfig.of(config), clock, LOGGER))
        .hasMessageStartingWith("tls.cipher_suites: \"TLS_NONE\" (expected: one of ");
  }

  @Test
  void readsItsFilesAgainWhenTheIntervalIsOver() throws Exception {
    Path certificate = directory.resolve("cert.pem");
    Path key = directory.resolve("key.pem");
    copy(ours, certificate, key);
    TlsConfig config =
        TlsConfig.standard()
            .withKeyPair(certificate, key)
            .withReloadInterval(Duration.ofMinutes(1));
    TlsSettings server = TlsSettings.server(TlsServerConfig.of(config), clock, LOGGER);
    copy(theirs, certificate, key);

    assertThat(shake(server, client(ours))).isEqualTo("TLSv1.3");
    clock.now = clock.now.plus(Duration.ofMinutes(1));
    assertThat(shake(server, client(theirs))).isEqualTo("TLSv1.3");
    assertThatThrownBy(() -> shake(server, client(ours))).isInstanceOf(SSLException.class);
  }

  @Test
  void keepsItsFormerKeyWhileTheFilesAreDamaged() throws Exception {
    Path certificate = directory.resolve("cert.pem");
    Path key = directory.resolve("key.pem");
    copy(ours, certificate, key);
    TlsConfig config =
        TlsConfig.standard()
            .withKeyPair(certificate, key)
            .withReloadInterval(Duration.ofMinutes(1));
    TlsSettings server = TlsSettings.server(TlsServerConfig.of(config), clock, LOGGER);
    Files.writeString(certificate, "half written");

    clock.now = clock.now.plus(Duration.ofHours(1));
    assertThat(shake(server, client(ours))).isEqualTo("TLSv1.3");
  }

  private static void copy(TestCertificates from, Path certificate, Path key) throws IOException {
    Files.copy(from.serverCertificatePem(), certificate, StandardCopyOption.REPLACE_EXISTING);
    Files.copy(from.serverKeyPem(), key, StandardCopyOption.REPLACE_EXISTING);
  }

  private static TlsConfig keyPair(TestCertificates certificates) {
    return TlsConfig.standard()
        .withKeyPair(certificates.serverCertificatePem(), certificates.serverKeyPem());
  }

  private TlsSettings server(TestCertificates certificates) throws StartException {
    return TlsSettings.server(TlsServerConfig.of(keyPair(certificates)), clock, LOGGER);
  }

  private TlsSettings client(TestCertificates trusted) throws StartException {
    TlsConfig config = TlsConfig.standard().withCa(trusted.authorityPem());
    return TlsSettings.client(TlsClientConfig.of(config), clock, LOGGER);
  }

  private TlsSettings clientWithKey(TestCertificates trusted, TestCertificates own)
      throws StartException {
    TlsConfig config =
        TlsConfig.standard()
            .withCa(trusted.authorityPem())
            .withKeyPair(own.clientCertificatePem(), own.clientKeyPem());
    return TlsSettings.client(TlsClientConfig.of(config), clock, LOGGER);
  }

  /** Shakes hands over loopback and passes a byte each way; returns the version spoken. */
  private static String shake(TlsSettings server, TlsSettings client) throws Exception {
    try (SSLServerSocket listener =
        (SSLServerSocket)
            server
                .context()
                .getServerSocketFactory()
                .createServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      listener.setSSLParameters(server.parameters());
      CompletableFuture<Void> accepted =
          CompletableFuture.runAsync(
              () -> {
                try (SSLSocket socket = (SSLSocket) listener.accept()) {
                  socket.getOutputStream().write(socket.getInputStream().read());
                } catch (IOException e) {
                  // The client sees the failure, and the test with it.
                }
              });
      try (SSLSocket socket =
          (SSLSocket)
              client
                  .context()
                  .getSocketFactory()
                  .createSocket("localhost", listener.getLocalPort())) {
        SSLParameters parameters = client.parameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        socket.setSSLParameters(parameters);
        socket.setSoTimeout(10_000);
        socket.getOutputStream().write(42);
        int echo = socket.getInputStream().read();
        if (echo != 42) {
          throw new IOException("closed by the server");
        }
        return socket.getSession().getProtocol();
      } finally {
        accepted.join();
      }
    }
  }

  private static final class SteppedClock extends Clock {
    private volatile Instant now = Instant.parse("2026-01-01T00:00:00Z");

    @Override
    public Instant instant() {
      return now;
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }
  }
}
