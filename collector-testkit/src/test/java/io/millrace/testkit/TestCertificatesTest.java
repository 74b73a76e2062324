package io.millrace.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TestCertificatesTest {
  @TempDir Path directory;

  @Test
  void makesAServerAndAClientThatTrustEachOther() throws Exception {
    TestCertificates certificates = TestCertificates.create(directory);
    SSLSession session = handshake(certificates, certificates, "localhost");
    assertThat(session.getPeerPrincipal().getName()).isEqualTo("CN=client");
    assertThat(handshake(certificates, certificates, "127.0.0.1").isValid()).isTrue();
  }

  @Test
  void makesAuthoritiesThatDoNotTrustEachOther() throws Exception {
    TestCertificates one = TestCertificates.create(directory.resolve("one"));
    TestCertificates other = TestCertificates.create(directory.resolve("other"));
    assertThatThrownBy(() -> handshake(one, other, "localhost")).isInstanceOf(SSLException.class);
  }

  @Test
  void makesCertificatesThatAreOver() throws Exception {
    Instant now = Instant.now();
    TestCertificates certificates =
        TestCertificates.create(
            directory, now.minus(Duration.ofDays(2)), now.minus(Duration.ofDays(1)));
    assertThatThrownBy(() -> read(certificates.serverCertificatePem()).checkValidity())
        .isInstanceOf(CertificateExpiredException.class);
  }

  @Test
  void writesPemFilesThatBelongTogether() throws Exception {
    TestCertificates certificates = TestCertificates.create(directory);
    X509Certificate authority = read(certificates.authorityPem());
    assertThat(authority.getBasicConstraints()).isNotNegative();
    for (Path pem :
        List.of(certificates.serverCertificatePem(), certificates.clientCertificatePem())) {
      read(pem).verify(authority.getPublicKey());
    }
    for (Path pem : List.of(certificates.serverKeyPem(), certificates.clientKeyPem())) {
      String body = Files.readString(pem).replaceAll("-----[A-Z ]+-----|\n", "");
      PKCS8EncodedKeySpec key = new PKCS8EncodedKeySpec(Base64.getDecoder().decode(body));
      assertThat(KeyFactory.getInstance("EC").generatePrivate(key).getFormat()).isEqualTo("PKCS#8");
    }
  }

  private static X509Certificate read(Path pem) throws Exception {
    try (InputStream in = Files.newInputStream(pem)) {
      return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
    }
  }

  /** The server's view of a session in which both sides show a certificate. */
  private static SSLSession handshake(TestCertificates server, TestCertificates client, String host)
      throws Exception {
    try (SSLServerSocket listener =
        (SSLServerSocket)
            server
                .serverContext()
                .getServerSocketFactory()
                .createServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
      listener.setNeedClientAuth(true);
      CompletableFuture<SSLSession> accepted = new CompletableFuture<>();
      Thread.ofVirtual()
          .start(
              () -> {
                try (SSLSocket socket = (SSLSocket) listener.accept()) {
                  socket.startHandshake();
                  socket.getOutputStream().write(1);
                  accepted.complete(socket.getSession());
                } catch (IOException e) {
                  accepted.completeExceptionally(e);
                }
              });
      try (SSLSocket socket =
          (SSLSocket)
              client
                  .clientContext()
                  .getSocketFactory()
                  .createSocket(host, listener.getLocalPort())) {
        var parameters = socket.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        socket.setSSLParameters(parameters);
        socket.startHandshake();
        assertThat(socket.getInputStream().read()).isEqualTo(1);
      }
      return accepted.get();
    }
  }
}
