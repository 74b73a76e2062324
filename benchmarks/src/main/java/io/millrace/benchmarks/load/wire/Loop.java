package io.millrace.benchmarks.load.wire;

import io.millrace.benchmarks.load.records.Background;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * The thread that serves all connections of a run, sending and receiving. What fails on it ends the
 * run: see {@link #check}. Thread-safe; handlers run on the thread.
 */
public final class Loop implements Background {
  private static final long TICK_MILLIS = 1;

  private final Selector selector;
  private final Thread thread;
  private final ConcurrentLinkedQueue<Runnable> tasks = new ConcurrentLinkedQueue<>();
  private final List<Ticker> tickers = new ArrayList<>();
  private volatile boolean closed;
  private volatile @Nullable IOException failure;

  public Loop() throws IOException {
    selector = Selector.open();
    thread = Thread.ofPlatform().name("load").daemon().start(this::run);
  }

  /** Listens on a free port of the loopback interface, which it returns. */
  public int listen(Acceptor acceptor) throws IOException {
    ServerSocketChannel server = ServerSocketChannel.open();
    server.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0));
    server.configureBlocking(false);
    call(
        () ->
            register(
                server,
                SelectionKey.OP_ACCEPT,
                key -> {
                  SocketChannel channel = server.accept();
                  if (channel != null) {
                    channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
                    channel.configureBlocking(false);
                    acceptor.accept(this, channel);
                  }
                }));
    return server.socket().getLocalPort();
  }

  /** Connects to a port of the loopback interface. */
  static SocketChannel connect(int port) throws IOException {
    SocketChannel channel =
        SocketChannel.open(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port));
    channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
    channel.configureBlocking(false);
    return channel;
  }

  /**
   * Reads what is there into a buffer.
   *
   * @throws EOFException when the other side has closed the connection, in whatever way: agents
   *     that stop or leave an idle connection do not always wait for what is under way on it
   */
  static void read(SocketChannel channel, ByteBuffer into) throws IOException {
    try {
      if (channel.read(into) >= 0) {
        return;
      }
    } catch (SocketException e) {
      // Reset.
    }
    throw new EOFException("connection closed by the agent");
  }

  /** Serves a channel. To be called on the thread. */
  SelectionKey register(SelectableChannel channel, int operations, Handler handler)
      throws IOException {
    return channel.register(selector, operations, handler);
  }

  /** Calls it about every millisecond, and whenever something was served. On the thread. */
  void everyTick(Ticker ticker) {
    tickers.add(ticker);
  }

  /** Runs something on the thread and returns when it is done. */
  public void call(Action action) throws IOException {
    CompletableFuture<Void> done = new CompletableFuture<>();
    tasks.add(
        () -> {
          try {
            action.run();
            done.complete(null);
          } catch (IOException | RuntimeException e) {
            done.completeExceptionally(e);
          }
        });
    selector.wakeup();
    try {
      done.get();
    } catch (ExecutionException e) {
      throw new IOException(String.valueOf(e.getCause()), e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  @Override
  public void check() throws IOException {
    IOException failed = failure;
    if (failed != null) {
      throw new IOException(failed.getMessage(), failed);
    }
  }

  /** Ends the thread and closes every connection. */
  @Override
  public void close() {
    closed = true;
    selector.wakeup();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    try {
      while (!closed) {
        selector.select(this::serve, TICK_MILLIS);
        for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
          task.run();
        }
        for (Ticker ticker : tickers) {
          ticker.tick();
        }
      }
    } catch (IOException | RuntimeException e) {
      failure = e instanceof IOException io ? io : new IOException("the harness failed: " + e, e);
    } finally {
      closeAll();
    }
  }

  private void serve(SelectionKey key) {
    try {
      ((Handler) key.attachment()).ready(key);
    } catch (CancelledKeyException e) {
      // Closed by its own handler.
    } catch (IOException | RuntimeException e) {
      if (failure == null) {
        failure = e instanceof IOException io ? io : new IOException("the harness failed: " + e, e);
      }
      close(key.channel());
    }
  }

  private void closeAll() {
    selector.keys().forEach(key -> close(key.channel()));
    try {
      selector.close();
    } catch (IOException e) {
      // The process ends soon.
    }
  }

  private static void close(SelectableChannel channel) {
    try {
      channel.close();
    } catch (IOException e) {
      // It is gone either way.
    }
  }

  /** Serves a channel. */
  @FunctionalInterface
  interface Handler {
    void ready(SelectionKey key) throws IOException;
  }

  /** Is called again and again. */
  @FunctionalInterface
  interface Ticker {
    void tick() throws IOException;
  }

  /** Makes a handler for a new connection. */
  @FunctionalInterface
  public interface Acceptor {
    void accept(Loop loop, SocketChannel channel) throws IOException;
  }

  /** Something to do on the thread. */
  @FunctionalInterface
  public interface Action {
    void run() throws IOException;
  }
}
