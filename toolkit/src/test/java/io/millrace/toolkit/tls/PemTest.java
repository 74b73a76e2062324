package io.millrace.toolkit.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.testkit.TestCertificates;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.interfaces.ECPrivateKey;
import java.security.spec.ECGenParameterSpec;
import java.util.Arrays;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PemTest {
  /** Bytes before the PKCS#1 key in the PKCS#8 form of a 2048 bit RSA key. */
  private static final int RSA_WRAPPING = 26;

  /** Bytes before the number in the PKCS#8 form of a P-256 key. */
  private static final int SCALAR_OFFSET = 35;

  @Test
  void readsPkcs8() throws Exception {
    for (String algorithm : new String[] {"RSA", "EC", "Ed25519"}) {
      PrivateKey key = KeyPairGenerator.getInstance(algorithm).generateKeyPair().getPrivate();

      assertThat(Pem.privateKey(pem("PRIVATE KEY", key.getEncoded())).getEncoded())
          .as(algorithm)
          .isEqualTo(key.getEncoded());
    }
  }

  @Test
  void readsPkcs1() throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(2048);
    byte[] pkcs8 = generator.generateKeyPair().getPrivate().getEncoded();
    byte[] pkcs1 = Arrays.copyOfRange(pkcs8, RSA_WRAPPING, pkcs8.length);

    assertThat(Pem.privateKey(pem("RSA PRIVATE KEY", pkcs1)).getEncoded()).isEqualTo(pkcs8);
  }

  @Test
  void readsSec1() throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"));
    KeyPair pair = generator.generateKeyPair();
    byte[] pkcs8 = pair.getPrivate().getEncoded();
    byte[] scalar = Arrays.copyOfRange(pkcs8, SCALAR_OFFSET, SCALAR_OFFSET + 32);
    byte[] sec1 = new byte[2 + 3 + 2 + 32 + 12];
    byte[] head = {0x30, (byte) (sec1.length - 2), 2, 1, 1, 4, 32};
    byte[] curve = {(byte) 0xa0, 10, 6, 8, 0x2a, (byte) 0x86, 0x48, (byte) 0xce, 0x3d, 3, 1, 7};
    System.arraycopy(head, 0, sec1, 0, head.length);
    System.arraycopy(scalar, 0, sec1, head.length, scalar.length);
    System.arraycopy(curve, 0, sec1, head.length + scalar.length, curve.length);

    PrivateKey read = Pem.privateKey(pem("EC PRIVATE KEY", sec1));

    assertThat(((ECPrivateKey) read).getS()).isEqualTo(((ECPrivateKey) pair.getPrivate()).getS());
  }

  @Test
  void readsAWholeChainInItsOrder(@TempDir Path directory) throws Exception {
    TestCertificates certificates = TestCertificates.create(directory);
    String server = Files.readString(certificates.serverCertificatePem());
    String authority = Files.readString(certificates.authorityPem());

    assertThat(Pem.certificates("junk\n" + server + "more junk\n" + authority))
        .extracting(c -> c.getSubjectX500Principal().getName().contains("localhost"))
        .containsExactly(true, false);
  }

  @Test
  void saysWhatIsMissing() {
    assertThatThrownBy(() -> Pem.certificates("nothing"))
        .isInstanceOf(GeneralSecurityException.class)
        .hasMessage("no certificate (expected: -----BEGIN CERTIFICATE-----)");
    assertThatThrownBy(() -> Pem.privateKey("nothing"))
        .isInstanceOf(GeneralSecurityException.class)
        .hasMessage("no private key (expected: -----BEGIN PRIVATE KEY-----)");
  }

  @Test
  void saysWhatIsDamaged() {
    assertThatThrownBy(() -> Pem.certificates(pem("CERTIFICATE", new byte[] {1, 2, 3})))
        .isInstanceOf(GeneralSecurityException.class);
    assertThatThrownBy(() -> Pem.privateKey(pem("PRIVATE KEY", new byte[] {1, 2, 3})))
        .isInstanceOf(GeneralSecurityException.class)
        .hasMessage("unreadable private key");
    assertThatThrownBy(() -> Pem.privateKey(pem("EC PRIVATE KEY", new byte[] {0x30, 3, 2, 1, 1})))
        .isInstanceOf(GeneralSecurityException.class)
        .hasMessage("EC private key without a named curve");
  }

  @Test
  void refusesEncryptedKeys() throws IOException {
    assertThatThrownBy(() -> Pem.privateKey(pem("ENCRYPTED PRIVATE KEY", new byte[10])))
        .hasMessage("encrypted private key (expected: one without password)");
    String traditional =
        """
        -----BEGIN RSA PRIVATE KEY-----
        Proc-Type: 4,ENCRYPTED
        DEK-Info: AES-128-CBC,00

        AAAA
        -----END RSA PRIVATE KEY-----
        """;
    assertThatThrownBy(() -> Pem.privateKey(traditional))
        .hasMessage("encrypted private key (expected: one without password)");
  }

  private static String pem(String label, byte[] der) {
    String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
    return String.join(
        "\n", "-----BEGIN " + label + "-----", body, "-----END " + label + "-----", "");
  }
}
