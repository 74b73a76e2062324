package io.millrace.toolkit.tls;

import io.millrace.api.component.StartException;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;
import org.slf4j.Logger;

/**
 * A {@code tls} block made ready: the context and what may be spoken in it. Thread-safe; reads its
 * files again where the block asks for it.
 *
 * @param context keys and trust
 * @param protocols versions to offer, such as {@code TLSv1.3}
 * @param cipherSuites suites to offer; empty for Java's own choice
 * @param clientAuth whether a server demands a certificate of its clients
 */
public record TlsSettings(
    SSLContext context, List<String> protocols, List<String> cipherSuites, boolean clientAuth) {

  private static final Duration CLIENT_CA_INTERVAL = Duration.ofSeconds(10);

  public TlsSettings {
    protocols = List.copyOf(protocols);
    cipherSuites = List.copyOf(cipherSuites);
  }

  /**
   * Reads what a client's block names. What {@code insecure} means is up to the caller.
   *
   * @throws StartException when a file cannot be read or does not hold what it should
   */
  public static TlsSettings client(TlsClientConfig config, Clock clock, Logger logger)
      throws StartException {
    TlsConfig common = config.common();
    TlsMaterial.Sources sources =
        new TlsMaterial.Sources(common, null, config.insecureSkipVerify());
    if (common.namesNothing()) {
      return new TlsSettings(
          DeferredContext.of(() -> systemContext(sources, clock, logger)),
          protocols(common),
          List.of(),
          false);
    }
    return settings(
        common, new TlsMaterial(sources, common.reloadInterval(), clock, logger), false);
  }

  /**
   * Reads what a server's block names.
   *
   * @throws StartException when a file cannot be read or does not hold what it should
   */
  public static TlsSettings server(TlsServerConfig config, Clock clock, Logger logger)
      throws StartException {
    TlsConfig common = config.common();
    Duration interval = common.reloadInterval();
    if (interval.isZero() && config.clientCaFileReload()) {
      interval = CLIENT_CA_INTERVAL;
    }
    TlsMaterial.Sources sources = new TlsMaterial.Sources(common, config.clientCaFile(), false);
    return settings(
        common, new TlsMaterial(sources, interval, clock, logger), config.clientCaFile() != null);
  }

  /** The same as parameters of a connection. */
  public SSLParameters parameters() {
    SSLParameters parameters = new SSLParameters();
    parameters.setProtocols(protocols.toArray(String[]::new));
    if (!cipherSuites.isEmpty()) {
      parameters.setCipherSuites(cipherSuites.toArray(String[]::new));
    }
    parameters.setNeedClientAuth(clientAuth);
    return parameters;
  }

  private static TlsSettings settings(TlsConfig config, TlsMaterial material, boolean clientAuth)
      throws StartException {
    SSLContext context = context(material);
    return new TlsSettings(context, protocols(config), suites(config, context), clientAuth);
  }

  private static SSLContext context(TlsMaterial material) throws StartException {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(
          new KeyManager[] {material.keyManager()},
          new TrustManager[] {material.trustManager()},
          new SecureRandom());
      return context;
    } catch (GeneralSecurityException e) {
      throw new StartException("tls: " + e.getMessage(), e);
    }
  }

  /** A context without anything of the user's: only a broken Java cannot make it. */
  private static SSLContext systemContext(TlsMaterial.Sources sources, Clock clock, Logger logger) {
    try {
      return context(new TlsMaterial(sources, Duration.ZERO, clock, logger));
    } catch (StartException e) {
      throw new IllegalStateException(e.getMessage(), e);
    }
  }

  private static List<String> protocols(TlsConfig config) {
    List<String> protocols = new ArrayList<>();
    for (String version : List.of("1.3", "1.2")) {
      boolean low = version.compareTo(config.minVersion()) < 0;
      boolean high = !config.maxVersion().isEmpty() && version.compareTo(config.maxVersion()) > 0;
      if (!low && !high) {
        protocols.add("TLSv" + version);
      }
    }
    return protocols;
  }

  /** The suites named, which in the Collector are about TLS 1.2 only, and all those of TLS 1.3. */
  private static List<String> suites(TlsConfig config, SSLContext context) throws StartException {
    if (config.cipherSuites().isEmpty()) {
      return List.of();
    }
    List<String> offered = List.of(context.getSupportedSSLParameters().getCipherSuites());
    List<String> suites = new ArrayList<>();
    for (String suite : config.cipherSuites()) {
      if (!offered.contains(suite)) {
        throw new StartException(
            "tls.cipher_suites: \"" + suite + "\" (expected: one of " + offered + ")", null);
      }
      suites.add(suite);
    }
    for (String suite : context.getDefaultSSLParameters().getCipherSuites()) {
      if (!suite.contains("_WITH_") && !suites.contains(suite)) {
        suites.add(suite);
      }
    }
    return suites;
  }
}
