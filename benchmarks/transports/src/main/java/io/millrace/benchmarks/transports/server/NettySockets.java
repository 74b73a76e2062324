package io.millrace.benchmarks.transports.server;

import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.uring.IoUring;
import io.netty.channel.uring.IoUringIoHandler;
import io.netty.channel.uring.IoUringServerSocketChannel;

/**
 * A way for Netty to the kernel's sockets, with as many threads and the same kind of buffers as the
 * agent has. Thread-safe.
 */
record NettySockets(
    EventLoopGroup group, Class<? extends ServerChannel> listener, ByteBufAllocator allocator) {
  private static final int THREADS = 2;

  /** Chunks of 8 KiB &lt;&lt; 6 = 512 KiB, as the agent's. */
  private static final int CHUNK_ORDER = 6;

  private static final int PAGE_BYTES = 8192;

  static NettySockets nio() {
    return of(NioIoHandler.newFactory(), NioServerSocketChannel.class);
  }

  static NettySockets epoll() {
    Epoll.ensureAvailability();
    return of(EpollIoHandler.newFactory(), EpollServerSocketChannel.class);
  }

  static NettySockets ioUring() {
    IoUring.ensureAvailability();
    return of(IoUringIoHandler.newFactory(), IoUringServerSocketChannel.class);
  }

  private static NettySockets of(
      IoHandlerFactory handlers, Class<? extends ServerChannel> listener) {
    return new NettySockets(
        new MultiThreadIoEventLoopGroup(THREADS, handlers),
        listener,
        new PooledByteBufAllocator(true, 0, THREADS, PAGE_BYTES, CHUNK_ORDER, 0, 0, true));
  }
}
