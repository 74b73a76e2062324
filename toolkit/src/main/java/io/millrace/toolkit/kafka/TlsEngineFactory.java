package io.millrace.toolkit.kafka;

import io.millrace.toolkit.tls.TlsSettings;
import java.security.KeyStore;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import org.apache.kafka.common.security.auth.SslEngineFactory;
import org.jspecify.annotations.Nullable;

/**
 * Gives kafka-clients the TLS that the other components have, so that every key of the {@code tls}
 * block means the same everywhere. Made by kafka-clients through its name. Thread-safe once
 * configured.
 */
public final class TlsEngineFactory implements SslEngineFactory {
  /** Key of the {@link TlsSettings}. */
  static final String SETTINGS = "millrace.tls.settings";

  /** Key of the name that the broker's certificate must have; empty for the host's. */
  static final String SERVER_NAME = "millrace.tls.server.name";

  private @Nullable TlsSettings settings;
  private String serverName = "";

  @Override
  public void configure(Map<String, ?> configs) {
    settings = (TlsSettings) configs.get(SETTINGS);
    Object name = configs.get(SERVER_NAME);
    serverName = name == null ? "" : name.toString();
  }

  @Override
  public SSLEngine createClientSslEngine(
      String peerHost, int peerPort, String endpointIdentification) {
    TlsSettings ready = Objects.requireNonNull(settings, "settings");
    String host = serverName.isEmpty() ? peerHost : serverName;
    SSLEngine engine = ready.context().createSSLEngine(host, peerPort);
    engine.setUseClientMode(true);
    SSLParameters parameters = ready.parameters();
    if (endpointIdentification != null && !endpointIdentification.isEmpty()) {
      parameters.setEndpointIdentificationAlgorithm(endpointIdentification);
    }
    engine.setSSLParameters(parameters);
    return engine;
  }

  @Override
  public SSLEngine createServerSslEngine(String peerHost, int peerPort) {
    throw new UnsupportedOperationException("clients only");
  }

  @Override
  public boolean shouldBeRebuilt(Map<String, Object> nextConfigs) {
    return false;
  }

  @Override
  public Set<String> reconfigurableConfigs() {
    return Set.of();
  }

  @Override
  public @Nullable KeyStore keystore() {
    return null;
  }

  @Override
  public @Nullable KeyStore truststore() {
    return null;
  }

  @Override
  public void close() {}
}
