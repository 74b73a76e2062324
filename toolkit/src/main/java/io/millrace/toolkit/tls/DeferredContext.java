package io.millrace.toolkit.tls;

import java.security.KeyManagementException;
import java.security.Provider;
import java.security.SecureRandom;
import java.util.function.Supplier;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLContextSpi;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocketFactory;
import javax.net.ssl.SSLSessionContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * A context that is made at its first use. Java's HTTP client wants one even where it speaks plain
 * text only, and making one reads the system's authorities: time and memory for nothing.
 */
final class DeferredContext extends SSLContext {

  private DeferredContext(Supplier<SSLContext> maker) {
    super(new Spi(maker), new Unregistered(), "TLS");
  }

  /** A context that is made, once, by somebody who cannot fail for what the user configured. */
  static SSLContext of(Supplier<SSLContext> maker) {
    return new DeferredContext(maker);
  }

  /** Only names where the context comes from. */
  private static final class Unregistered extends Provider {
    private static final long serialVersionUID = 1L;

    Unregistered() {
      super("millrace", "1", "contexts that are made at their first use");
    }
  }

  private static final class Spi extends SSLContextSpi {
    private final Supplier<SSLContext> maker;
    private @Nullable SSLContext made;

    Spi(Supplier<SSLContext> maker) {
      this.maker = maker;
    }

    private synchronized SSLContext context() {
      SSLContext known = made;
      if (known == null) {
        known = maker.get();
        made = known;
      }
      return known;
    }

    @Override
    protected void engineInit(
        KeyManager @Nullable [] keys,
        TrustManager @Nullable [] trust,
        @Nullable SecureRandom random)
        throws KeyManagementException {
      throw new KeyManagementException("initialised by who made it");
    }

    @Override
    protected SSLSocketFactory engineGetSocketFactory() {
      return context().getSocketFactory();
    }

    @Override
    protected SSLServerSocketFactory engineGetServerSocketFactory() {
      return context().getServerSocketFactory();
    }

    @Override
    protected SSLEngine engineCreateSSLEngine() {
      return context().createSSLEngine();
    }

    @Override
    protected SSLEngine engineCreateSSLEngine(String host, int port) {
      return context().createSSLEngine(host, port);
    }

    @Override
    protected SSLSessionContext engineGetServerSessionContext() {
      return context().getServerSessionContext();
    }

    @Override
    protected SSLSessionContext engineGetClientSessionContext() {
      return context().getClientSessionContext();
    }

    @Override
    protected SSLParameters engineGetDefaultSSLParameters() {
      return context().getDefaultSSLParameters();
    }

    @Override
    protected SSLParameters engineGetSupportedSSLParameters() {
      return context().getSupportedSSLParameters();
    }
  }
}
