package io.millrace.toolkit.kafka;

import io.millrace.api.config.Default;
import io.millrace.api.config.Doc;
import io.millrace.api.config.Problems;
import io.millrace.api.config.Range;
import io.millrace.api.config.Tuning;
import io.millrace.api.config.Validated;
import io.millrace.toolkit.tls.TlsClientConfig;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The keys that Kafka receivers and exporters share. Immutable. */
@Doc("How to reach the brokers.")
public record KafkaClientConfig(
    @Doc("Brokers to ask first, host:port each; the cluster names the others.")
        @Default("[\"localhost:9092\"]")
        List<String> brokers,
    @Doc("Version of the protocol to assume.")
        @Tuning("client and broker agree on the protocol's versions by themselves")
        @Default("2.1.0")
        String protocolVersion,
    @Doc("Whether each name in brokers is resolved to all canonical names behind it.")
        @Default("false")
        boolean resolveCanonicalBootstrapServersOnly,
    @Doc("Name under which the brokers see this client, in logs and quotas.")
        @Default("otel-collector")
        String clientId,
    @Doc("Rack of this agent; replicas in the same rack are read first. Empty for none.")
        @Default("")
        String rackId,
    @Doc("Whether a truncated log is detected by the leader's epoch.")
        @Tuning("it always is")
        @Default("true")
        boolean useLeaderEpoch,
    @Doc("How long an unused connection stays open.") @Default("9m") @Range(min = "1s")
        Duration connIdleTimeout,
    @Doc("TLS towards the brokers; absent for none.") @Nullable TlsClientConfig tls,
    @Doc("Who this client is; absent for nobody.") @Nullable KafkaAuthConfig auth,
    @Doc("How the client learns about topics and brokers.") @Default("{}")
        KafkaMetadataConfig metadata)
    implements Validated {

  public KafkaClientConfig {
    brokers = List.copyOf(brokers);
  }

  /** A client of these brokers, everything else as by default. */
  public static KafkaClientConfig of(String... brokers) {
    return new KafkaClientConfig(
        List.of(brokers),
        "2.1.0",
        false,
        "otel-collector",
        "",
        true,
        Duration.ofMinutes(9),
        null,
        null,
        KafkaMetadataConfig.standard());
  }

  /** The same with TLS and authentication. */
  public KafkaClientConfig withSecurity(
      @Nullable TlsClientConfig newTls, @Nullable KafkaAuthConfig newAuth) {
    return new KafkaClientConfig(
        brokers,
        protocolVersion,
        resolveCanonicalBootstrapServersOnly,
        clientId,
        rackId,
        useLeaderEpoch,
        connIdleTimeout,
        newTls,
        newAuth,
        metadata);
  }

  @Override
  public void validate(Problems problems) {
    if (brokers.isEmpty()) {
      problems.add("brokers", "[] (expected: at least one host:port)");
    }
    for (int i = 0; i < brokers.size(); i++) {
      String broker = brokers.get(i);
      if (!broker.matches("[^,\\s]+:\\d{1,5}")) {
        problems.add("brokers::" + i, "\"" + broker + "\" (expected: host:port)");
      }
    }
    if (tls != null && auth != null && auth.tls() != null) {
      problems.add("auth::tls", "set together with tls (expected: tls alone)");
    }
  }
}
