package io.millrace.testkit.server;

import io.millrace.testkit.TestCertificates;
import java.util.List;
import java.util.Map;

/**
 * Further listeners of a Kafka server: with TLS, with SASL, with both. SASL takes one user by PLAIN
 * and SCRAM; TLS shows the server certificate of {@link TestCertificates} in the server's directory
 * {@code certificates}, and checks a client's certificate when it sends one. Immutable.
 *
 * @param user name of the user
 * @param password the user's password
 */
public record KafkaSecurity(String user, String password) {
  /** The listeners, in the order of their ports. */
  static final List<Listener> LISTENERS = List.of(Listener.values());

  private static final List<String> SCRAM = List.of("SCRAM-SHA-256", "SCRAM-SHA-512");

  /** A listener with security. */
  public enum Listener {
    SSL,
    SASL_PLAINTEXT,
    SASL_SSL
  }

  List<String> formatArguments() {
    String credential = "=[name=" + user + ",password=" + password + "]";
    return SCRAM.stream().flatMap(m -> List.of("--add-scram", m + credential).stream()).toList();
  }

  void addSettings(
      Map<String, String> settings, List<Integer> ports, TestCertificates certificates) {
    for (Listener listener : LISTENERS) {
      String address = "," + listener + "://127.0.0.1:" + ports.get(LISTENERS.indexOf(listener));
      settings.merge("listeners", address, String::concat);
      settings.merge("advertised.listeners", address, String::concat);
      String protocol = "," + listener + ":" + listener;
      settings.merge("listener.security.protocol.map", protocol, String::concat);
    }
    settings.put("sasl.enabled.mechanisms", "PLAIN," + String.join(",", SCRAM));
    for (String listener : List.of("sasl_plaintext", "sasl_ssl")) {
      String prefix = "listener.name." + listener + ".";
      settings.put(
          prefix + "plain.sasl.jaas.config",
          "org.apache.kafka.common.security.plain.PlainLoginModule required user_"
              + user
              + "=\""
              + password
              + "\";");
      for (String mechanism : List.of("scram-sha-256", "scram-sha-512")) {
        settings.put(
            prefix + mechanism + ".sasl.jaas.config",
            "org.apache.kafka.common.security.scram.ScramLoginModule required;");
      }
    }
    settings.put("ssl.keystore.type", "PKCS12");
    settings.put("ssl.keystore.location", certificates.serverKeyStore().toString());
    settings.put("ssl.keystore.password", TestCertificates.PASSWORD);
    settings.put("ssl.key.password", TestCertificates.PASSWORD);
    settings.put("ssl.truststore.type", "PKCS12");
    settings.put("ssl.truststore.location", certificates.trustStore().toString());
    settings.put("ssl.truststore.password", TestCertificates.PASSWORD);
    settings.put("ssl.client.auth", "requested");
  }
}
