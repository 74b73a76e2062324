package io.millrace.toolkit.grpc;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.MetadataUtils;
import io.millrace.api.component.StartException;
import io.millrace.api.config.Secret;
import io.millrace.toolkit.compression.Compression;
import io.millrace.toolkit.net.EventLoops;
import io.millrace.toolkit.net.NettyTls;
import io.millrace.toolkit.net.Product;
import io.millrace.toolkit.net.Turnstile;
import io.millrace.toolkit.tls.TlsSettings;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.time.Clock;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;

/**
 * A gRPC channel made of configuration, with the threads it needs. Thread-safe. Connects when the
 * first call is made, and anew whenever it must.
 */
public final class GrpcChannels implements AutoCloseable {
  private static final long CLOSE_SECONDS = 2;

  private final EventLoops loops;
  private final ExecutorService resolving;
  private final ManagedChannel managed;
  private final Channel channel;
  private final CallOptions options;

  private GrpcChannels(
      EventLoops loops,
      ExecutorService resolving,
      ManagedChannel managed,
      Channel channel,
      CallOptions options) {
    this.loops = loops;
    this.resolving = resolving;
    this.managed = managed;
    this.channel = channel;
    this.options = options;
  }

  /**
   * Opens a channel. Connects to nothing yet.
   *
   * @throws StartException when a certificate or key cannot be read
   */
  public static GrpcChannels open(
      GrpcTarget target, GrpcClientConfig config, Clock clock, Logger logger)
      throws StartException {
    boolean plaintext = config.tls().insecure() && !target.https();
    TlsSettings tls = plaintext ? null : TlsSettings.client(config.tls(), clock, logger);
    EventLoops loops = EventLoops.open();
    ExecutorService resolving = Executors.newVirtualThreadPerTaskExecutor();
    NettyChannelBuilder builder =
        NettyChannelBuilder.forTarget(target.target())
            .eventLoopGroup(loops.group())
            .channelType(NioSocketChannel.class)
            .withOption(ChannelOption.ALLOCATOR, loops.allocator())
            .directExecutor()
            .offloadExecutor(resolving)
            .disableRetry()
            .defaultLoadBalancingPolicy(config.balancerName())
            .userAgent(config.userAgent().isEmpty() ? Product.USER_AGENT : config.userAgent())
            .compressorRegistry(GrpcCompression.compressors())
            .decompressorRegistry(GrpcCompression.DECOMPRESSORS);
    if (tls == null) {
      builder.usePlaintext();
    } else {
      builder.sslContext(NettyTls.client(tls, List.of("h2")));
    }
    if (!config.authority().isEmpty()) {
      builder.overrideAuthority(config.authority());
    } else if (tls != null && !config.tls().serverNameOverride().isEmpty()) {
      builder.overrideAuthority(config.tls().serverNameOverride());
    }
    GrpcClientConfig.Keepalive keepalive = config.keepalive();
    if (keepalive != null) {
      builder
          .keepAliveTime(Math.max(1, keepalive.time().toMillis()), TimeUnit.MILLISECONDS)
          .keepAliveTimeout(Math.max(1, keepalive.timeout().toMillis()), TimeUnit.MILLISECONDS)
          .keepAliveWithoutCalls(keepalive.permitWithoutStream());
    }
    ManagedChannel managed = builder.build();
    return new GrpcChannels(
        loops, resolving, managed, withHeaders(managed, config.headers()), options(config));
  }

  /** Where to make calls. */
  public Channel channel() {
    return channel;
  }

  /**
   * Waits until there are buffers for a message of that size. To be held until the call has ended.
   */
  public Turnstile.Pass enter(int sizeBytes) throws InterruptedException {
    return loops.sending().enter(sizeBytes);
  }

  /** What every call begins with. */
  public CallOptions options() {
    return options;
  }

  /** Breaks off what is under way and closes every connection. */
  @Override
  public void close() {
    managed.shutdownNow();
    try {
      managed.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    resolving.shutdownNow();
    loops.close();
  }

  private static Channel withHeaders(ManagedChannel channel, Map<String, Secret> headers) {
    if (headers.isEmpty()) {
      return channel;
    }
    Metadata metadata = new Metadata();
    headers.forEach(
        (name, value) ->
            metadata.put(
                Metadata.Key.of(name.toLowerCase(Locale.ROOT), Metadata.ASCII_STRING_MARSHALLER),
                value.reveal()));
    return ClientInterceptors.intercept(
        channel, MetadataUtils.newAttachHeadersInterceptor(metadata));
  }

  private static CallOptions options(GrpcClientConfig config) {
    CallOptions options = CallOptions.DEFAULT;
    if (config.compression() != Compression.NONE) {
      options = options.withCompression(config.compression().headerValue());
    }
    return config.waitForReady() ? options.withWaitForReady() : options;
  }
}
