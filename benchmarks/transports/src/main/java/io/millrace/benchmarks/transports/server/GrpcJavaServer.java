package io.millrace.benchmarks.transports.server;

import io.grpc.netty.NettyServerBuilder;
import io.netty.channel.ChannelOption;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/**
 * grpc-java on Netty as it comes, on the event loops, with different ways to the kernel. Its one
 * window is for connections and calls.
 */
final class GrpcJavaServer {
  private static final int WINDOW_BYTES = 1 << 20;

  private GrpcJavaServer() {}

  static void startNio(int port, Receipt receipt) throws IOException {
    start(NettySockets.nio(), port, receipt);
  }

  static void startEpoll(int port, Receipt receipt) throws IOException {
    start(NettySockets.epoll(), port, receipt);
  }

  static void startIoUring(int port, Receipt receipt) throws IOException {
    start(NettySockets.ioUring(), port, receipt);
  }

  private static void start(NettySockets sockets, int port, Receipt receipt) throws IOException {
    NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port))
        .bossEventLoopGroup(sockets.group())
        .workerEventLoopGroup(sockets.group())
        .channelType(sockets.listener())
        .withChildOption(ChannelOption.ALLOCATOR, sockets.allocator())
        .flowControlWindow(WINDOW_BYTES)
        .directExecutor()
        .addService(ExportMethod.service(receipt))
        .build()
        .start();
  }
}
