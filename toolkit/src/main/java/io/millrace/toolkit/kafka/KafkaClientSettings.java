package io.millrace.toolkit.kafka;

import io.millrace.api.component.StartException;
import io.millrace.api.config.Secret;
import io.millrace.toolkit.tls.TlsClientConfig;
import io.millrace.toolkit.tls.TlsSettings;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.common.config.SaslConfigs;
import org.apache.kafka.common.config.SslConfigs;
import org.apache.kafka.common.config.types.Password;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * A client block made ready: the settings that producers, consumers and administrators have in
 * common. Immutable. Passwords are in a type that kafka-clients never prints.
 */
public final class KafkaClientSettings {
  private static final Duration MAX_BACKOFF = Duration.ofSeconds(5);
  private static final Duration RECONNECT_MAX = Duration.ofSeconds(1);

  private final String brokers;
  private final Map<String, Object> properties;

  private KafkaClientSettings(String brokers, Map<String, Object> properties) {
    this.brokers = brokers;
    this.properties = properties;
  }

  /**
   * Reads what the block names.
   *
   * @param clock when certificates are read again
   * @throws StartException when a certificate or key cannot be read
   */
  public static KafkaClientSettings of(KafkaClientConfig config, Clock clock, Logger logger)
      throws StartException {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, config.brokers());
    map.put(CommonClientConfigs.CLIENT_ID_CONFIG, config.clientId());
    if (!config.rackId().isEmpty()) {
      map.put(CommonClientConfigs.CLIENT_RACK_CONFIG, config.rackId());
    }
    if (config.resolveCanonicalBootstrapServersOnly()) {
      map.put(
          CommonClientConfigs.CLIENT_DNS_LOOKUP_CONFIG, "resolve_canonical_bootstrap_servers_only");
    }
    KafkaMetadataConfig metadata = config.metadata();
    Duration backoff = metadata.retry().backoff();
    Duration maxBackoff = backoff.compareTo(MAX_BACKOFF) > 0 ? backoff : MAX_BACKOFF;
    map.put(
        CommonClientConfigs.CONNECTIONS_MAX_IDLE_MS_CONFIG, config.connIdleTimeout().toMillis());
    map.put(CommonClientConfigs.METADATA_MAX_AGE_CONFIG, metadata.refreshInterval().toMillis());
    map.put(CommonClientConfigs.RETRY_BACKOFF_MS_CONFIG, backoff.toMillis());
    map.put(CommonClientConfigs.RETRY_BACKOFF_MAX_MS_CONFIG, maxBackoff.toMillis());
    map.put(CommonClientConfigs.RECONNECT_BACKOFF_MAX_MS_CONFIG, RECONNECT_MAX.toMillis());
    map.put(CommonClientConfigs.ENABLE_METRICS_PUSH_CONFIG, false);
    map.put(CommonClientConfigs.METRIC_REPORTER_CLASSES_CONFIG, List.of());
    boolean encrypted = addTls(config, clock, logger, map);
    boolean sasl = addSasl(config.auth(), map);
    map.put(
        CommonClientConfigs.SECURITY_PROTOCOL_CONFIG,
        (sasl ? "SASL_" : "") + (encrypted ? "SSL" : "PLAINTEXT"));
    return new KafkaClientSettings(String.join(",", config.brokers()), Map.copyOf(map));
  }

  /** The brokers as configured, separated by commas, for messages. */
  public String brokers() {
    return brokers;
  }

  /** A copy of the settings to add to; keys are those of kafka-clients. */
  public Map<String, Object> properties() {
    return new LinkedHashMap<>(properties);
  }

  private static boolean addTls(
      KafkaClientConfig config, Clock clock, Logger logger, Map<String, Object> map)
      throws StartException {
    KafkaAuthConfig auth = config.auth();
    TlsClientConfig tls = config.tls();
    if (tls == null && auth != null) {
      tls = auth.tls();
    }
    if (tls == null || tls.insecure()) {
      return false;
    }
    map.put(SslConfigs.SSL_ENGINE_FACTORY_CLASS_CONFIG, TlsEngineFactory.class);
    map.put(TlsEngineFactory.SETTINGS, TlsSettings.client(tls, clock, logger));
    map.put(TlsEngineFactory.SERVER_NAME, tls.serverNameOverride());
    if (tls.insecureSkipVerify()) {
      map.put(SslConfigs.SSL_ENDPOINT_IDENTIFICATION_ALGORITHM_CONFIG, "");
    }
    return true;
  }

  private static boolean addSasl(@Nullable KafkaAuthConfig auth, Map<String, Object> map) {
    if (auth == null) {
      return false;
    }
    KafkaAuthConfig.Sasl sasl = auth.sasl();
    KafkaAuthConfig.PlainText plain = auth.plainText();
    if (sasl == null && plain != null) {
      sasl = KafkaAuthConfig.Sasl.of("PLAIN", plain.username(), plain.password());
    }
    if (sasl == null) {
      return false;
    }
    String module =
        sasl.mechanism().equals("PLAIN")
            ? "org.apache.kafka.common.security.plain.PlainLoginModule"
            : "org.apache.kafka.common.security.scram.ScramLoginModule";
    map.put(SaslConfigs.SASL_MECHANISM, sasl.mechanism());
    map.put(SaslConfigs.SASL_JAAS_CONFIG, jaas(module, sasl.username(), sasl.password()));
    return true;
  }

  private static Password jaas(String module, String username, Secret password) {
    return new Password(
        module
            + " required username=\""
            + escape(username)
            + "\" password=\""
            + escape(password.reveal())
            + "\";");
  }

  private static String escape(String text) {
    return text.replace("\\", "\\\\")
        .replace("\"", "\\\"")
        .replace("\n", "\\n")
        .replace("\r", "\\r");
  }
}
