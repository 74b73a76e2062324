package io.millrace.toolkit.kafka;

import io.millrace.api.config.Default;
import io.millrace.api.config.Doc;
import io.millrace.api.config.NotSupported;
import io.millrace.api.config.Problems;
import io.millrace.api.config.Required;
import io.millrace.api.config.Secret;
import io.millrace.api.config.Tuning;
import io.millrace.api.config.Validated;
import io.millrace.toolkit.tls.TlsClientConfig;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The {@code auth} block of a Kafka client. Immutable. */
@Doc("Who this client is.")
public record KafkaAuthConfig(
    @Doc("User name and password by SASL.") @Nullable Sasl sasl,
    @Doc("Older spelling of sasl with mechanism PLAIN.") @Nullable PlainText plainText,
    @Doc("Older place of the tls block.") @Nullable TlsClientConfig tls,
    @Doc("Kerberos.") @NotSupported("Kerberos is not supported") @Nullable Object kerberos)
    implements Validated {

  /** The {@code sasl} block. Immutable. */
  @Doc("User name and password by SASL.")
  public record Sasl(
      @Doc("Name of the user.") @Default("") String username,
      @Doc("Password of the user.") @Default("") Secret password,
      @Doc("PLAIN, SCRAM-SHA-256 or SCRAM-SHA-512; use PLAIN with tls only.") @Required
          String mechanism,
      @Doc("Version of the SASL handshake.")
          @Tuning("client and broker agree on it by themselves")
          @Default("0")
          int version,
      @Doc("Settings of AWS_MSK_IAM_OAUTHBEARER.")
          @NotSupported("the mechanism AWS_MSK_IAM_OAUTHBEARER is not supported")
          @Nullable Object awsMsk,
      @Doc("Extension that gives tokens for OAUTHBEARER.")
          @NotSupported("the mechanism OAUTHBEARER is not supported")
          @Nullable Object oauthbearerTokenSource)
      implements Validated {

    private static final List<String> MECHANISMS =
        List.of("PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512");

    /** A user with a password. */
    public static Sasl of(String mechanism, String username, Secret password) {
      return new Sasl(username, password, mechanism, 0, null, null);
    }

    @Override
    public void validate(Problems problems) {
      if (!MECHANISMS.contains(mechanism)) {
        problems.add(
            "mechanism", "\"" + mechanism + "\" (expected: PLAIN, SCRAM-SHA-256 or SCRAM-SHA-512)");
      }
      if (username.isEmpty()) {
        problems.add("username", "absent (expected: the name of the user)");
      }
      if (password.reveal().isEmpty()) {
        problems.add("password", "absent (expected: the password of the user)");
      }
    }
  }

  /** The {@code plain_text} block. Immutable. */
  @Doc("User name and password.")
  public record PlainText(
      @Doc("Name of the user.") @Required String username,
      @Doc("Password of the user.") @Required Secret password) {}

  /** Authentication by SASL. */
  public static KafkaAuthConfig of(Sasl sasl) {
    return new KafkaAuthConfig(sasl, null, null, null);
  }

  @Override
  public void validate(Problems problems) {
    if (sasl != null && plainText != null) {
      problems.add("plain_text", "set together with sasl (expected: sasl alone)");
    }
  }
}
