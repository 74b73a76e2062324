package io.millrace.benchmarks.transports.server;

import io.millrace.toolkit.net.EventLoops;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2Settings;
import java.net.InetAddress;

/**
 * What a server of our own on Netty's HTTP/2 codec would do at least; see {@link OwnCalls}. It
 * lacks deadlines, keepalive, compression, TLS, metadata and every limit but that of a message's
 * size.
 */
final class OwnServer {
  private static final int MAX_STREAMS = 100;

  private OwnServer() {}

  static void startNio(int port, Receipt receipt) {
    start(NettySockets.nio(), port, receipt);
  }

  static void startEpoll(int port, Receipt receipt) {
    start(NettySockets.epoll(), port, receipt);
  }

  private static void start(NettySockets sockets, int port, Receipt receipt) {
    new ServerBootstrap()
        .group(sockets.group())
        .channel(sockets.listener())
        .childOption(ChannelOption.ALLOCATOR, sockets.allocator())
        .childOption(ChannelOption.TCP_NODELAY, true)
        .childHandler(
            new ChannelInitializer<SocketChannel>() {
              @Override
              protected void initChannel(SocketChannel channel) {
                Http2Settings settings =
                    Http2Settings.defaultSettings()
                        .initialWindowSize(EventLoops.flowControlWindow())
                        .maxConcurrentStreams(MAX_STREAMS);
                channel
                    .pipeline()
                    .addLast(
                        Http2FrameCodecBuilder.forServer().initialSettings(settings).build(),
                        new OwnCalls(receipt));
              }
            })
        .bind(InetAddress.ofLiteral("127.0.0.1"), port)
        .syncUninterruptibly();
  }
}
