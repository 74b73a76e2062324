package io.millrace.testkit;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.concurrent.ThreadLocalRandom;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * Certificates for tests, made at run time: an authority, a server ({@code localhost}, {@code
 * 127.0.0.1}, {@code ::1}) and a client ({@code CN=client}), as PEM files and PKCS #12 stores in
 * one directory. Two instances have different authorities that do not trust each other. Immutable.
 */
public final class TestCertificates {

  /** Password of every store and of the keys in it. */
  public static final String PASSWORD = "changeit";

  private static final String ECDSA_WITH_SHA256 = "1.2.840.10045.4.3.2";
  private static final String COMMON_NAME = "2.5.4.3";
  private static final String KEY_USAGE = "2.5.29.15";
  private static final String SUBJECT_ALTERNATIVE_NAME = "2.5.29.17";
  private static final String BASIC_CONSTRAINTS = "2.5.29.19";
  private static final String EXTENDED_KEY_USAGE = "2.5.29.37";
  private static final String SERVER_AUTHENTICATION = "1.3.6.1.5.5.7.3.1";
  private static final String CLIENT_AUTHENTICATION = "1.3.6.1.5.5.7.3.2";
  private static final Duration VALIDITY = Duration.ofDays(30);

  private final Path directory;

  private TestCertificates(Path directory) {
    this.directory = directory;
  }

  /** Makes certificates and writes them into a directory, which is made when absent. */
  public static TestCertificates create(Path directory) throws IOException {
    Instant now = Instant.now();
    return create(directory, now.minus(Duration.ofDays(1)), now.plus(VALIDITY));
  }

  /** The same with certificates valid in the given time only, such as one that is over. */
  public static TestCertificates create(Path directory, Instant from, Instant until)
      throws IOException {
    try {
      KeyPair authorityKeys = keys();
      String number = Long.toString(ThreadLocalRandom.current().nextLong() >>> 1, 36);
      byte[] authorityName = name("Millrace test authority " + number);
      byte[] authorityUse =
          Der.sequence(
              extension(BASIC_CONSTRAINTS, true, Der.sequence(Der.yes())),
              extension(KEY_USAGE, true, Der.bits(new byte[] {0x06}, 1)));
      byte[] validity = Der.sequence(Der.time(from), Der.time(until));
      Issuer issuer = new Issuer(authorityName, authorityKeys.getPrivate(), validity);
      Certificate authority = issuer.issue(authorityName, authorityKeys, authorityUse);
      KeyPair serverKeys = keys();
      Certificate server =
          issuer.issue(name("localhost"), serverKeys, leafUse(SERVER_AUTHENTICATION, true));
      KeyPair clientKeys = keys();
      Certificate client =
          issuer.issue(name("client"), clientKeys, leafUse(CLIENT_AUTHENTICATION, false));

      TestCertificates made =
          new TestCertificates(Files.createDirectories(directory.toAbsolutePath()));
      writePem(made.authorityPem(), "CERTIFICATE", authority.getEncoded());
      writePem(made.serverCertificatePem(), "CERTIFICATE", server.getEncoded());
      writePem(made.serverKeyPem(), "PRIVATE KEY", serverKeys.getPrivate().getEncoded());
      writePem(made.clientCertificatePem(), "CERTIFICATE", client.getEncoded());
      writePem(made.clientKeyPem(), "PRIVATE KEY", clientKeys.getPrivate().getEncoded());
      writeStore(made.trustStore(), null, authority);
      writeStore(made.serverKeyStore(), serverKeys.getPrivate(), server, authority);
      writeStore(made.clientKeyStore(), clientKeys.getPrivate(), client, authority);
      return made;
    } catch (GeneralSecurityException e) {
      throw new IOException("certificates: cannot be made", e);
    }
  }

  /** The authority's certificate. */
  public Path authorityPem() {
    return directory.resolve("ca.pem");
  }

  public Path serverCertificatePem() {
    return directory.resolve("server.pem");
  }

  /** The server's key, PKCS #8, not encrypted. */
  public Path serverKeyPem() {
    return directory.resolve("server-key.pem");
  }

  public Path clientCertificatePem() {
    return directory.resolve("client.pem");
  }

  /** The client's key, PKCS #8, not encrypted. */
  public Path clientKeyPem() {
    return directory.resolve("client-key.pem");
  }

  /** PKCS #12 with the authority's certificate. */
  public Path trustStore() {
    return directory.resolve("trust.p12");
  }

  /** PKCS #12 with the server's key and chain. */
  public Path serverKeyStore() {
    return directory.resolve("server.p12");
  }

  /** PKCS #12 with the client's key and chain. */
  public Path clientKeyStore() {
    return directory.resolve("client.p12");
  }

  /** TLS of a server that shows its certificate and trusts the authority's clients. */
  public SSLContext serverContext() throws IOException {
    return context(serverKeyStore());
  }

  /** TLS of a client that shows its certificate, if asked, and trusts the authority's servers. */
  public SSLContext clientContext() throws IOException {
    return context(clientKeyStore());
  }

  private SSLContext context(Path keyStore) throws IOException {
    try {
      char[] password = PASSWORD.toCharArray();
      KeyManagerFactory keys =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      keys.init(KeyStore.getInstance(keyStore.toFile(), password), password);
      TrustManagerFactory trust =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(KeyStore.getInstance(trustStore().toFile(), password));
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IOException(keyStore + ": no TLS context", e);
    }
  }

  private static KeyPair keys() throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"));
    return generator.generateKeyPair();
  }

  private static byte[] name(String commonName) {
    byte[] attribute = Der.sequence(Der.identifier(COMMON_NAME), Der.utf8(commonName));
    return Der.sequence(Der.set(attribute));
  }

  private static byte[] leafUse(String purpose, boolean hosts) {
    byte[] constraints = extension(BASIC_CONSTRAINTS, true, Der.sequence());
    byte[] usage = extension(KEY_USAGE, true, Der.bits(new byte[] {(byte) 0x80}, 7));
    byte[] extended = extension(EXTENDED_KEY_USAGE, false, Der.sequence(Der.identifier(purpose)));
    if (!hosts) {
      return Der.sequence(constraints, usage, extended);
    }
    byte[] loopback6 = new byte[16];
    loopback6[15] = 1;
    byte[] names =
        Der.sequence(
            Der.tagged(0x82, "localhost".getBytes(StandardCharsets.US_ASCII)),
            Der.tagged(0x87, new byte[] {127, 0, 0, 1}),
            Der.tagged(0x87, loopback6));
    return Der.sequence(
        constraints, usage, extended, extension(SUBJECT_ALTERNATIVE_NAME, false, names));
  }

  private static byte[] extension(String identifier, boolean critical, byte[] value) {
    return critical
        ? Der.sequence(Der.identifier(identifier), Der.yes(), Der.octets(value))
        : Der.sequence(Der.identifier(identifier), Der.octets(value));
  }

  private static void writePem(Path file, String label, byte[] content) throws IOException {
    Base64.Encoder encoder = Base64.getMimeEncoder(64, new byte[] {'\n'});
    String text = "-----BEGIN " + label + "-----\n" + encoder.encodeToString(content);
    Files.writeString(file, text + "\n-----END " + label + "-----\n");
  }

  private static void writeStore(Path file, @Nullable PrivateKey key, Certificate... chain)
      throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    if (key == null) {
      store.setCertificateEntry("ca", chain[0]);
    } else {
      store.setKeyEntry("key", key, PASSWORD.toCharArray(), chain);
    }
    try (OutputStream out = Files.newOutputStream(file)) {
      store.store(out, PASSWORD.toCharArray());
    }
  }

  private static final class Issuer {
    private final byte[] name;
    private final PrivateKey key;
    private final byte[] validity;

    Issuer(byte[] name, PrivateKey key, byte[] validity) {
      this.name = name;
      this.key = key;
      this.validity = validity;
    }

    /** Issues a certificate (RFC 5280, section 4.1). */
    Certificate issue(byte[] subject, KeyPair keys, byte[] extensions)
        throws GeneralSecurityException {
      byte[] algorithm = Der.sequence(Der.identifier(ECDSA_WITH_SHA256));
      byte[] content =
          Der.sequence(
              Der.tagged(0xa0, Der.integer(BigInteger.TWO)),
              Der.integer(BigInteger.valueOf(ThreadLocalRandom.current().nextLong() >>> 1)),
              algorithm,
              name,
              validity,
              subject,
              keys.getPublic().getEncoded(),
              Der.tagged(0xa3, extensions));
      Signature signature = Signature.getInstance("SHA256withECDSA");
      signature.initSign(key);
      signature.update(content);
      byte[] whole = Der.sequence(content, algorithm, Der.bits(signature.sign(), 0));
      return CertificateFactory.getInstance("X.509")
          .generateCertificate(new ByteArrayInputStream(whole));
    }
  }
}
