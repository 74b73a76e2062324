package io.millrace.toolkit.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.api.component.StartException;
import io.millrace.api.config.Secret;
import io.millrace.testkit.TestCertificates;
import io.millrace.testkit.TestClock;
import io.millrace.toolkit.tls.TlsClientConfig;
import io.millrace.toolkit.tls.TlsConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLEngine;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.security.JaasContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

final class KafkaClientSettingsTest {
  private static final String PASSWORD = "a\"b\\c\nd=; 'e'";

  @Test
  void speaksPlainlyUnlessToldOtherwise() throws Exception {
    Map<String, Object> properties = properties(KafkaClientConfig.of("a:1", "b:2"));

    assertThat(properties)
        .containsEntry("bootstrap.servers", List.of("a:1", "b:2"))
        .containsEntry("client.id", "otel-collector")
        .containsEntry("security.protocol", "PLAINTEXT")
        .containsEntry("connections.max.idle.ms", 540_000L)
        .containsEntry("metadata.max.age.ms", 600_000L)
        .containsEntry("retry.backoff.ms", 250L)
        .doesNotContainKeys("client.rack", "sasl.mechanism", "client.dns.lookup");
  }

  @Test
  void mapsEveryKeyThatMeansSomething() throws Exception {
    KafkaClientConfig config =
        new KafkaClientConfig(
            List.of("a:1"),
            "3.9.0",
            true,
            "me",
            "rack-1",
            false,
            Duration.ofMinutes(3),
            null,
            null,
            new KafkaMetadataConfig(
                false,
                Duration.ofMinutes(4),
                new KafkaMetadataConfig.Retry(7, Duration.ofSeconds(20))));

    assertThat(properties(config))
        .containsEntry("client.id", "me")
        .containsEntry("client.rack", "rack-1")
        .containsEntry("client.dns.lookup", "resolve_canonical_bootstrap_servers_only")
        .containsEntry("connections.max.idle.ms", 180_000L)
        .containsEntry("metadata.max.age.ms", 240_000L)
        .containsEntry("retry.backoff.ms", 20_000L)
        .containsEntry("retry.backoff.max.ms", 20_000L);
  }

  @Test
  void givesUserAndPasswordWhateverCharactersTheyHave() throws Exception {
    for (String mechanism : List.of("PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512")) {
      Map<String, Object> properties =
          properties(
              KafkaClientConfig.of("a:1")
                  .withSecurity(
                      null,
                      KafkaAuthConfig.of(
                          KafkaAuthConfig.Sasl.of(mechanism, "us\"er", new Secret(PASSWORD)))));

      assertThat(properties)
          .containsEntry("security.protocol", "SASL_PLAINTEXT")
          .containsEntry("sasl.mechanism", mechanism);
      var entry = JaasContext.loadClientContext(properties).configurationEntries().getFirst();
      assertThat(entry.getLoginModuleName())
          .endsWith(mechanism.equals("PLAIN") ? ".PlainLoginModule" : ".ScramLoginModule");
      assertThat(entry.getOptions()).isEqualTo(Map.of("username", "us\"er", "password", PASSWORD));
    }
  }

  @Test
  void neverShowsAPassword() throws Exception {
    Map<String, Object> properties =
        properties(
            KafkaClientConfig.of("a:1")
                .withSecurity(
                    null,
                    new KafkaAuthConfig(
                        null,
                        new KafkaAuthConfig.PlainText("user", new Secret("hunter2")),
                        null,
                        null)));
    properties.put("key.serializer", "org.apache.kafka.common.serialization.StringSerializer");
    properties.put("value.serializer", "org.apache.kafka.common.serialization.StringSerializer");

    assertThat(properties).containsEntry("sasl.mechanism", "PLAIN");
    assertThat(properties.toString()).doesNotContain("hunter2");
    assertThat(new ProducerConfig(properties).values().toString()).doesNotContain("hunter2");
  }

  @Test
  void leavesTlsOutWhereItIsInsecure() throws Exception {
    assertThat(
            properties(KafkaClientConfig.of("a:1").withSecurity(TlsClientConfig.plaintext(), null)))
        .containsEntry("security.protocol", "PLAINTEXT");
  }

  @Test
  void checksTheNameInTheBrokersCertificate(@TempDir Path directory) throws Exception {
    TestCertificates certificates = TestCertificates.create(directory);
    TlsConfig common =
        TlsConfig.standard()
            .withCa(certificates.authorityPem())
            .withKeyPair(certificates.clientCertificatePem(), certificates.clientKeyPem());

    SSLEngine plain = engine(new TlsClientConfig(common, false, false, ""));
    assertThat(plain.getPeerHost()).isEqualTo("broker-1");
    assertThat(plain.getSSLParameters().getEndpointIdentificationAlgorithm()).isEqualTo("https");
    SSLEngine renamed = engine(new TlsClientConfig(common, false, false, "kafka.example"));
    assertThat(renamed.getPeerHost()).isEqualTo("kafka.example");
    SSLEngine careless = engine(new TlsClientConfig(common, false, true, ""));
    assertThat(careless.getSSLParameters().getEndpointIdentificationAlgorithm()).isNull();
  }

  @Test
  void namesACertificateThatCannotBeRead() {
    TlsClientConfig tls =
        TlsClientConfig.of(TlsConfig.standard().withCa(Path.of("no-such-file.pem")));

    assertThatThrownBy(() -> properties(KafkaClientConfig.of("a:1").withSecurity(tls, null)))
        .isInstanceOf(StartException.class)
        .hasMessageContaining("no-such-file.pem");
  }

  @Test
  void refusesWhatCannotBe() {
    List<String> problems = new ArrayList<>();
    KafkaClientConfig.of("a", "b:1,c:2").validate((key, text) -> problems.add(key + ": " + text));
    KafkaClientConfig.of().validate((key, text) -> problems.add(key + ": " + text));
    KafkaAuthConfig.Sasl.of("OAUTHBEARER", "", new Secret(""))
        .validate((key, text) -> problems.add(key + ": " + text));
    new KafkaAuthConfig(
            KafkaAuthConfig.Sasl.of("PLAIN", "u", new Secret("p")),
            new KafkaAuthConfig.PlainText("u", new Secret("p")),
            null,
            null)
        .validate((key, text) -> problems.add(key + ": " + text));

    assertThat(problems)
        .containsExactly(
            "brokers::0: \"a\" (expected: host:port)",
            "brokers::1: \"b:1,c:2\" (expected: host:port)",
            "brokers: [] (expected: at least one host:port)",
            "mechanism: \"OAUTHBEARER\" (expected: PLAIN, SCRAM-SHA-256 or SCRAM-SHA-512)",
            "username: absent (expected: the name of the user)",
            "password: absent (expected: the password of the user)",
            "plain_text: set together with sasl (expected: sasl alone)");
  }

  private static SSLEngine engine(TlsClientConfig tls) throws Exception {
    Map<String, Object> properties =
        properties(KafkaClientConfig.of("a:1").withSecurity(tls, null));
    TlsEngineFactory factory = new TlsEngineFactory();
    factory.configure(properties);
    Object identification =
        properties.getOrDefault("ssl.endpoint.identification.algorithm", "https");
    return factory.createClientSslEngine("broker-1", 9093, identification.toString());
  }

  private static Map<String, Object> properties(KafkaClientConfig config) throws StartException {
    return KafkaClientSettings.of(
            config, new TestClock(), LoggerFactory.getLogger(KafkaClientSettingsTest.class))
        .properties();
  }
}
