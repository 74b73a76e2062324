package io.millrace.toolkit.net;

import io.millrace.toolkit.tls.TlsSettings;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.IdentityCipherSuiteFilter;
import io.netty.handler.ssl.JdkSslContext;
import io.netty.handler.ssl.SslContext;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes Netty's TLS contexts of ours; the work is Java's own. */
public final class NettyTls {

  private NettyTls() {}

  /**
   * A context for servers.
   *
   * @param applicationProtocols what may be negotiated (RFC 7301), best first; empty for nothing
   */
  public static SslContext server(TlsSettings settings, List<String> applicationProtocols) {
    return context(settings, applicationProtocols, false);
  }

  /** A context for clients. */
  public static SslContext client(TlsSettings settings, List<String> applicationProtocols) {
    return context(settings, applicationProtocols, true);
  }

  private static SslContext context(
      TlsSettings settings, List<String> applicationProtocols, boolean client) {
    return new JdkSslContext(
        settings.context(),
        client,
        settings.cipherSuites().isEmpty() ? null : settings.cipherSuites(),
        IdentityCipherSuiteFilter.INSTANCE,
        negotiation(applicationProtocols),
        settings.clientAuth() ? ClientAuth.REQUIRE : ClientAuth.NONE,
        settings.protocols().toArray(String[]::new),
        false);
  }

  private static @Nullable ApplicationProtocolConfig negotiation(List<String> protocols) {
    return protocols.isEmpty()
        ? null
        : new ApplicationProtocolConfig(
            Protocol.ALPN,
            SelectorFailureBehavior.NO_ADVERTISE,
            SelectedListenerFailureBehavior.ACCEPT,
            protocols);
  }
}
