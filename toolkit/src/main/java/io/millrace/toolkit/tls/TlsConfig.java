package io.millrace.toolkit.tls;

import io.millrace.api.config.Default;
import io.millrace.api.config.Doc;
import io.millrace.api.config.NotSupported;
import io.millrace.api.config.Problems;
import io.millrace.api.config.Range;
import io.millrace.api.config.Secret;
import io.millrace.api.config.Tuning;
import io.millrace.api.config.Validated;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The keys that {@code tls} blocks of servers and clients share. Immutable. */
@Doc("Certificates, keys and versions.")
public record TlsConfig(
    @Doc("PEM file with the certificates of the authorities that the other side's one must have.")
        @Nullable Path caFile,
    @Doc("The same as text; not together with ca_file.") @Nullable String caPem,
    @Doc("PEM file with the own certificate, followed by those between it and the authority's.")
        @Nullable Path certFile,
    @Doc("The same as text; not together with cert_file.") @Nullable String certPem,
    @Doc("PEM file with the private key of the own certificate (PKCS#8, PKCS#1 or SEC 1, plain).")
        @Nullable Path keyFile,
    @Doc("The same as text; not together with key_file.") @Nullable Secret keyPem,
    @Doc("Lowest version to speak: 1.2 or 1.3.") @Default("1.2") String minVersion,
    @Doc("Highest version to speak: 1.2 or 1.3; empty for the highest known.") @Default("")
        String maxVersion,
    @Doc("Names of the TLS 1.2 cipher suites to allow; empty for those that Java allows.")
        @Default("[]")
        List<String> cipherSuites,
    @Doc("Elliptic curves in order of preference.")
        @Tuning("Java's own list of curves is used")
        @Default("[]")
        List<String> curvePreferences,
    @Doc("Whether the system's authorities count beside those of ca_file or ca_pem.")
        @Default("false")
        boolean includeSystemCaCertsPool,
    @Doc("Whether weak cipher suites are allowed.")
        @NotSupported("Java does not offer weak cipher suites")
        @Default("false")
        boolean includeInsecureCipherSuites,
    @Doc("How often the files are read again, at the next handshake; 0 for never.")
        @Default("0s")
        @Range(min = "0s")
        Duration reloadInterval,
    @Doc("A private key inside a trusted platform module.")
        @NotSupported("keys in a trusted platform module are not supported")
        @Nullable Object tpm)
    implements Validated {

  private static final List<String> VERSIONS = List.of("1.2", "1.3");

  public TlsConfig {
    cipherSuites = List.copyOf(cipherSuites);
    curvePreferences = List.copyOf(curvePreferences);
  }

  /** Whether no key, authority or suite is named, so that there is nothing to read or check. */
  boolean namesNothing() {
    return caFile == null
        && caPem == null
        && certFile == null
        && certPem == null
        && keyFile == null
        && keyPem == null
        && cipherSuites.isEmpty();
  }

  /** What holds where nothing is set. */
  public static TlsConfig standard() {
    return new TlsConfig(
        null,
        null,
        null,
        null,
        null,
        null,
        "1.2",
        "",
        List.of(),
        List.of(),
        false,
        false,
        Duration.ZERO,
        null);
  }

  /** The same with authorities from a file. */
  public TlsConfig withCa(Path file) {
    return new TlsConfig(
        file,
        null,
        certFile,
        certPem,
        keyFile,
        keyPem,
        minVersion,
        maxVersion,
        cipherSuites,
        curvePreferences,
        includeSystemCaCertsPool,
        includeInsecureCipherSuites,
        reloadInterval,
        tpm);
  }

  /** The same with an own certificate and its key from files. */
  public TlsConfig withKeyPair(Path certificate, Path key) {
    return new TlsConfig(
        caFile,
        caPem,
        certificate,
        null,
        key,
        null,
        minVersion,
        maxVersion,
        cipherSuites,
        curvePreferences,
        includeSystemCaCertsPool,
        includeInsecureCipherSuites,
        reloadInterval,
        tpm);
  }

  /** The same with another interval between looks at the files. */
  public TlsConfig withReloadInterval(Duration other) {
    return new TlsConfig(
        caFile,
        caPem,
        certFile,
        certPem,
        keyFile,
        keyPem,
        minVersion,
        maxVersion,
        cipherSuites,
        curvePreferences,
        includeSystemCaCertsPool,
        includeInsecureCipherSuites,
        other,
        tpm);
  }

  @Override
  public void validate(Problems problems) {
    both(problems, "ca_file", caFile, "ca_pem", caPem);
    both(problems, "cert_file", certFile, "cert_pem", certPem);
    both(problems, "key_file", keyFile, "key_pem", keyPem);
    boolean certificate = certFile != null || certPem != null;
    boolean key = keyFile != null || keyPem != null;
    if (certificate != key) {
      problems.add(
          "",
          certificate
              ? "certificate without key_file or key_pem"
              : "key without cert_file or cert_pem");
    }
    if (!VERSIONS.contains(minVersion)) {
      problems.add("min_version", "\"" + minVersion + "\" (expected: 1.2 or 1.3)");
    }
    if (!maxVersion.isEmpty() && !VERSIONS.contains(maxVersion)) {
      problems.add("max_version", "\"" + maxVersion + "\" (expected: 1.2 or 1.3)");
    }
    if (!maxVersion.isEmpty() && maxVersion.compareTo(minVersion) < 0) {
      problems.add(
          "max_version",
          "\"" + maxVersion + "\" (expected: at least min_version, " + minVersion + ")");
    }
  }

  /** Whether authorities are named. */
  boolean hasCa() {
    return caFile != null || caPem != null;
  }

  private static void both(
      Problems problems, String file, @Nullable Object a, String pem, @Nullable Object b) {
    if (a != null && b != null) {
      problems.add(pem, "set together with " + file + " (expected: one of the two)");
    }
  }
}
