package io.millrace.toolkit.http;

import io.millrace.api.component.StartException;
import io.millrace.api.config.Endpoint;
import io.millrace.toolkit.net.ByteBudget;
import io.millrace.toolkit.net.EventLoops;
import io.millrace.toolkit.net.ListenAddress;
import io.millrace.toolkit.net.NettyTls;
import io.millrace.toolkit.tls.TlsServerConfig;
import io.millrace.toolkit.tls.TlsSettings;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.flow.FlowControlHandler;
import io.netty.handler.ssl.SslContext;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * An HTTP/1.1 server on the agent's event loops. Reads bodies whole, within limits, and hands each
 * request to its {@link HttpService} on a virtual thread; a connection's next request is read when
 * the one before is answered. Thread-safe.
 */
public final class HttpServer implements AutoCloseable {
  private static final int BACKLOG = 1024;
  private static final int MAX_HEADER_BYTES = 32 * 1024;
  private static final int MAX_CHUNK_BYTES = 64 * 1024;
  private static final long CLOSE_MILLIS = 2_000;

  private final EventLoops loops;
  private final Channel listener;
  private final ChannelGroup connections;

  private HttpServer(EventLoops loops, Channel listener, ChannelGroup connections) {
    this.loops = loops;
    this.listener = listener;
    this.connections = connections;
  }

  /**
   * Starts a server.
   *
   * @param budget limits the bytes of all bodies together
   * @throws StartException when the port is taken or a certificate cannot be read; the message
   *     names the endpoint or file
   */
  public static HttpServer start(
      Endpoint endpoint,
      HttpServerConfig config,
      ByteBudget budget,
      HttpService service,
      Clock clock,
      Logger logger)
      throws StartException {
    InetSocketAddress address = ListenAddress.of(endpoint);
    TlsServerConfig tls = config.tls();
    SslContext ssl =
        tls == null
            ? null
            : NettyTls.server(TlsSettings.server(tls, clock, logger), List.of("http/1.1"));
    EventLoops loops = EventLoops.open();
    ChannelGroup connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE, true);
    HttpConnection.Shared shared = new HttpConnection.Shared(config, budget, service, logger);
    ServerBootstrap bootstrap =
        new ServerBootstrap()
            .group(loops.group())
            .channel(NioServerSocketChannel.class)
            .option(ChannelOption.SO_BACKLOG, BACKLOG)
            .option(ChannelOption.SO_REUSEADDR, true)
            .childOption(ChannelOption.ALLOCATOR, loops.allocator())
            .childOption(ChannelOption.SO_KEEPALIVE, true)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childHandler(new Connections(ssl, connections, shared));
    ChannelFuture bound = bootstrap.bind(address).awaitUninterruptibly();
    Throwable failure = bound.cause();
    if (failure != null) {
      loops.close();
      throw ListenAddress.failure(endpoint, failure);
    }
    return new HttpServer(loops, bound.channel(), connections);
  }

  /** The port listened on. */
  public int port() {
    return ((InetSocketAddress) listener.localAddress()).getPort();
  }

  /** Takes no more connections; those that are open go on. */
  public void stopListening() {
    listener.close().awaitUninterruptibly(CLOSE_MILLIS, TimeUnit.MILLISECONDS);
  }

  /** Closes every connection, answered or not. */
  @Override
  public void close() {
    stopListening();
    connections.close().awaitUninterruptibly(CLOSE_MILLIS, TimeUnit.MILLISECONDS);
    loops.close();
  }

  private static final class Connections extends ChannelInitializer<SocketChannel> {
    private final @Nullable SslContext ssl;
    private final ChannelGroup connections;
    private final HttpConnection.Shared shared;

    Connections(@Nullable SslContext ssl, ChannelGroup connections, HttpConnection.Shared shared) {
      this.ssl = ssl;
      this.connections = connections;
      this.shared = shared;
    }

    @Override
    protected void initChannel(SocketChannel channel) {
      connections.add(channel);
      if (ssl != null) {
        channel.pipeline().addLast(ssl.newHandler(channel.alloc()));
      }
      HttpDecoderConfig decoding =
          new HttpDecoderConfig()
              .setMaxHeaderSize(MAX_HEADER_BYTES)
              .setMaxChunkSize(MAX_CHUNK_BYTES);
      channel
          .pipeline()
          .addLast(new HttpServerCodec(decoding))
          .addLast(new FlowControlHandler())
          .addLast(new HttpConnection(shared));
    }
  }
}
