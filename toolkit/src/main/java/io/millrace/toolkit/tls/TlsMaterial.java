package io.millrace.toolkit.tls;

import io.millrace.api.component.StartException;
import io.millrace.api.config.Secret;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * The own key and the trusted authorities of one {@code tls} block, read again at the first
 * handshake after each interval. Thread-safe. Files that cannot be read then leave what was there
 * before in force, with a warning.
 */
final class TlsMaterial {

  /**
   * Where key and authorities come from.
   *
   * @param config the block
   * @param clientCaFile authorities of clients, for servers; they take the place of the block's
   * @param trustAll whether every certificate is trusted
   */
  record Sources(TlsConfig config, @Nullable Path clientCaFile, boolean trustAll) {}

  private record Loaded(
      X509ExtendedKeyManager key, X509ExtendedTrustManager trust, Instant nextLook) {}

  private static final char[] NO_PASSWORD = new char[0];

  private final Sources sources;
  private final Duration interval;
  private final Clock clock;
  private final Logger logger;
  private final AtomicReference<Loaded> loaded;

  /**
   * Reads everything for the first time.
   *
   * @param interval time between looks at the files; zero for never again
   */
  TlsMaterial(Sources sources, Duration interval, Clock clock, Logger logger)
      throws StartException {
    this.sources = sources;
    this.interval = interval;
    this.clock = clock;
    this.logger = logger;
    this.loaded = new AtomicReference<>(load());
  }

  KeyManager keyManager() {
    return new Keys();
  }

  TrustManager trustManager() {
    return new Trust();
  }

  private Loaded current() {
    Loaded now = loaded.get();
    Instant time = clock.instant();
    if (time.isBefore(now.nextLook)) {
      return now;
    }
    Loaded postponed = new Loaded(now.key, now.trust, nextLook(time));
    if (!loaded.compareAndSet(now, postponed)) {
      return loaded.get();
    }
    try {
      Loaded fresh = load();
      loaded.set(fresh);
      return fresh;
    } catch (StartException e) {
      logger
          .atWarn()
          .setCause(e)
          .log("Certificates could not be read again; the former ones stay in force");
      return postponed;
    }
  }

  private Instant nextLook(Instant now) {
    return interval.isZero() ? Instant.MAX : now.plus(interval);
  }

  private Loaded load() throws StartException {
    return new Loaded(loadKey(), loadTrust(), nextLook(clock.instant()));
  }

  private X509ExtendedKeyManager loadKey() throws StartException {
    TlsConfig config = sources.config;
    String certificate = text("cert_file", config.certFile(), config.certPem());
    Secret keyPem = config.keyPem();
    String key = text("key_file", config.keyFile(), keyPem == null ? null : keyPem.reveal());
    try {
      KeyStore store = emptyStore();
      if (certificate != null && key != null) {
        Certificate[] chain =
            named("cert_file", config.certFile(), () -> Pem.certificates(certificate))
                .toArray(Certificate[]::new);
        PrivateKey own = named("key_file", config.keyFile(), () -> Pem.privateKey(key));
        store.setKeyEntry("own", own, NO_PASSWORD, chain);
      }
      KeyManagerFactory factory =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      factory.init(store, NO_PASSWORD);
      return first(factory.getKeyManagers(), X509ExtendedKeyManager.class);
    } catch (GeneralSecurityException | IOException e) {
      throw new StartException("tls: " + e.getMessage(), e);
    }
  }

  private X509ExtendedTrustManager loadTrust() throws StartException {
    if (sources.trustAll) {
      return new TrustEverybody();
    }
    TlsConfig config = sources.config;
    Path clientCa = sources.clientCaFile;
    List<X509Certificate> authorities = new ArrayList<>();
    String own = text("ca_file", config.caFile(), config.caPem());
    if (clientCa != null) {
      String text = read("client_ca_file", clientCa);
      authorities.addAll(named("client_ca_file", clientCa, () -> Pem.certificates(text)));
    } else if (own != null) {
      authorities.addAll(named("ca_file", config.caFile(), () -> Pem.certificates(own)));
    }
    try {
      if (authorities.isEmpty()) {
        return trustOf(null);
      }
      if (config.includeSystemCaCertsPool() && clientCa == null) {
        authorities.addAll(List.of(trustOf(null).getAcceptedIssuers()));
      }
      KeyStore store = emptyStore();
      for (int i = 0; i < authorities.size(); i++) {
        store.setCertificateEntry("ca" + i, authorities.get(i));
      }
      return trustOf(store);
    } catch (GeneralSecurityException | IOException e) {
      throw new StartException("tls: " + e.getMessage(), e);
    }
  }

  private static X509ExtendedTrustManager trustOf(@Nullable KeyStore authorities)
      throws GeneralSecurityException {
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(authorities);
    return first(factory.getTrustManagers(), X509ExtendedTrustManager.class);
  }

  private static KeyStore emptyStore() throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    return store;
  }

  private static <T> T first(Object[] managers, Class<T> type) throws GeneralSecurityException {
    for (Object manager : managers) {
      if (type.isInstance(manager)) {
        return type.cast(manager);
      }
    }
    throw new GeneralSecurityException("no " + type.getSimpleName() + " in this Java");
  }

  private static @Nullable String text(String key, @Nullable Path file, @Nullable String pem)
      throws StartException {
    return file == null ? pem : read(key, file);
  }

  private static String read(String key, Path file) throws StartException {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new StartException("tls." + key + ": " + file + ": cannot be read: " + e, e);
    }
  }

  private interface Parsing<T> {
    T parse() throws GeneralSecurityException;
  }

  private static <T> T named(String key, @Nullable Path file, Parsing<T> parsing)
      throws StartException {
    try {
      return parsing.parse();
    } catch (GeneralSecurityException e) {
      String place = file == null ? key.replace("_file", "_pem") : key + ": " + file;
      throw new StartException("tls." + place + ": " + e.getMessage(), e);
    }
  }

  /** Looks at the files only when a handshake begins, so that its chain and key belong together. */
  private final class Keys extends X509ExtendedKeyManager {
    @Override
    public String @Nullable [] getClientAliases(String keyType, Principal @Nullable [] issuers) {
      return current().key.getClientAliases(keyType, issuers);
    }

    @Override
    public @Nullable String chooseClientAlias(
        String[] keyTypes, Principal @Nullable [] issuers, @Nullable Socket socket) {
      return current().key.chooseClientAlias(keyTypes, issuers, socket);
    }

    @Override
    public @Nullable String chooseEngineClientAlias(
        String[] keyTypes, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
      return current().key.chooseEngineClientAlias(keyTypes, issuers, engine);
    }

    @Override
    public String @Nullable [] getServerAliases(String keyType, Principal @Nullable [] issuers) {
      return current().key.getServerAliases(keyType, issuers);
    }

    @Override
    public @Nullable String chooseServerAlias(
        String keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
      return current().key.chooseServerAlias(keyType, issuers, socket);
    }

    @Override
    public @Nullable String chooseEngineServerAlias(
        String keyType, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
      return current().key.chooseEngineServerAlias(keyType, issuers, engine);
    }

    @Override
    public X509Certificate @Nullable [] getCertificateChain(String alias) {
      return loaded.get().key.getCertificateChain(alias);
    }

    @Override
    public @Nullable PrivateKey getPrivateKey(String alias) {
      return loaded.get().key.getPrivateKey(alias);
    }
  }

  private final class Trust extends X509ExtendedTrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType)
        throws CertificateException {
      current().trust.checkClientTrusted(chain, authType);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
        throws CertificateException {
      current().trust.checkClientTrusted(chain, authType, socket);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
        throws CertificateException {
      current().trust.checkClientTrusted(chain, authType, engine);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType)
        throws CertificateException {
      current().trust.checkServerTrusted(chain, authType);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
        throws CertificateException {
      current().trust.checkServerTrusted(chain, authType, socket);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
        throws CertificateException {
      current().trust.checkServerTrusted(chain, authType, engine);
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return current().trust.getAcceptedIssuers();
    }
  }

  /** For {@code insecure_skip_verify}. */
  private static final class TrustEverybody extends X509ExtendedTrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
