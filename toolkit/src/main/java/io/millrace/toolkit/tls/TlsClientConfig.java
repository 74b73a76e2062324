package io.millrace.toolkit.tls;

import io.millrace.api.config.Default;
import io.millrace.api.config.Doc;
import io.millrace.api.config.Squash;

/** The {@code tls} block of a client. Immutable. */
@Doc("How the connection is secured and whom it trusts.")
public record TlsClientConfig(
    @Squash TlsConfig common,
    @Doc("Whether to speak without TLS; ignored where the endpoint begins with https.")
        @Default("false")
        boolean insecure,
    @Doc("Whether any certificate is accepted; then anybody in between can read everything.")
        @Default("false")
        boolean insecureSkipVerify,
    @Doc("The name that the server's certificate must have, where it is not the endpoint's.")
        @Default("")
        String serverNameOverride) {

  /** What holds where nothing is set: TLS, trusting the system's authorities. */
  public static TlsClientConfig standard() {
    return new TlsClientConfig(TlsConfig.standard(), false, false, "");
  }

  /** No TLS. */
  public static TlsClientConfig plaintext() {
    return new TlsClientConfig(TlsConfig.standard(), true, false, "");
  }

  /** TLS with the keys given. */
  public static TlsClientConfig of(TlsConfig common) {
    return new TlsClientConfig(common, false, false, "");
  }
}
