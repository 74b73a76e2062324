package io.millrace.toolkit.grpc;

import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import io.millrace.api.component.StartException;
import io.millrace.api.config.Endpoint;
import io.millrace.toolkit.net.EventLoops;
import io.millrace.toolkit.net.ListenAddress;
import io.millrace.toolkit.net.NettyTls;
import io.millrace.toolkit.tls.TlsServerConfig;
import io.millrace.toolkit.tls.TlsSettings;
import io.netty.channel.ChannelOption;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import org.slf4j.Logger;

/**
 * Makes gRPC servers of configuration. Their callbacks run on the event loops, so that what blocks
 * must be handed to other threads.
 */
public final class GrpcServers {
  private static final int MAX_METADATA_BYTES = 16 * 1024;

  /** gRPC logs a stack trace for every message that a client sends too large; clients are told. */
  private static final java.util.logging.Logger OVERSIZE =
      java.util.logging.Logger.getLogger("io.grpc.netty.NettyServerStream");

  static {
    OVERSIZE.setLevel(Level.OFF);
  }

  private GrpcServers() {}

  /**
   * A server that lacks only its services.
   *
   * @throws StartException when a certificate or key cannot be read, or the host is unknown
   */
  public static NettyServerBuilder builder(
      Endpoint endpoint, GrpcServerConfig config, EventLoops loops, Clock clock, Logger logger)
      throws StartException {
    NettyServerBuilder builder =
        NettyServerBuilder.forAddress(ListenAddress.of(endpoint))
            .bossEventLoopGroup(loops.group())
            .workerEventLoopGroup(loops.group())
            .channelFactory(() -> new ReceivingSocket(loops.announced()))
            .withOption(ChannelOption.SO_REUSEADDR, true)
            .withChildOption(ChannelOption.ALLOCATOR, loops.allocator())
            .withChildOption(ChannelOption.SO_KEEPALIVE, true)
            .flowControlWindow(EventLoops.flowControlWindow())
            .directExecutor()
            .decompressorRegistry(GrpcCompression.DECOMPRESSORS)
            .compressorRegistry(GrpcCompression.compressors())
            .maxInboundMessageSize(config.maxMessageBytes())
            .maxInboundMetadataSize(MAX_METADATA_BYTES)
            .maxConcurrentCallsPerConnection(config.maxStreams());
    keepalive(builder, config.keepalive());
    TlsServerConfig tls = config.tls();
    if (tls != null) {
      TlsSettings settings = TlsSettings.server(tls, clock, logger);
      builder.sslContext(NettyTls.server(settings, List.of("h2")));
    }
    return builder;
  }

  /**
   * Starts a server.
   *
   * @throws StartException when the port is taken; the message names the endpoint
   */
  public static Server start(NettyServerBuilder builder, Endpoint endpoint) throws StartException {
    try {
      return builder.build().start();
    } catch (IOException e) {
      throw ListenAddress.failure(endpoint, e);
    }
  }

  private static void keepalive(NettyServerBuilder builder, GrpcServerConfig.Keepalive keepalive) {
    GrpcServerConfig.ServerParameters own = keepalive.serverParameters();
    if (!own.maxConnectionIdle().isZero()) {
      builder.maxConnectionIdle(own.maxConnectionIdle().toMillis(), TimeUnit.MILLISECONDS);
    }
    if (!own.maxConnectionAge().isZero()) {
      builder.maxConnectionAge(own.maxConnectionAge().toMillis(), TimeUnit.MILLISECONDS);
    }
    if (!own.maxConnectionAgeGrace().isZero()) {
      builder.maxConnectionAgeGrace(own.maxConnectionAgeGrace().toMillis(), TimeUnit.MILLISECONDS);
    }
    if (!own.time().isZero()) {
      builder.keepAliveTime(own.time().toMillis(), TimeUnit.MILLISECONDS);
    }
    if (!own.timeout().isZero()) {
      builder.keepAliveTimeout(own.timeout().toMillis(), TimeUnit.MILLISECONDS);
    }
    Duration minTime = keepalive.enforcementPolicy().minTime();
    if (!minTime.isZero()) {
      builder.permitKeepAliveTime(minTime.toMillis(), TimeUnit.MILLISECONDS);
    }
    builder.permitKeepAliveWithoutCalls(keepalive.enforcementPolicy().permitWithoutStream());
  }
}
