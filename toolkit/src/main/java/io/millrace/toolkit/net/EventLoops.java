package io.millrace.toolkit.net;

import io.millrace.api.config.Problems;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import io.netty.util.internal.PlatformDependent;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The few threads that serve every Netty socket of the agent, and their buffers. Thread-safe.
 *
 * <p>They are shared by all components, which know nothing of each other, so that ten receivers and
 * exporters need no more threads and arenas than one: the static state is a count of users and what
 * they use. The last one to close ends the threads.
 */
public final class EventLoops implements AutoCloseable {
  private static final int THREADS = 2;

  /** Chunks of 8 KiB &lt;&lt; 6 = 512 KiB: the agent's whole memory is a fraction of Netty's. */
  private static final int CHUNK_ORDER = 6;

  private static final int PAGE_BYTES = 8192;
  private static final long MIN_SHARE = 1 << 20;
  private static final long MAX_SHARE = 64 << 20;
  private static final int MIN_WINDOW_BYTES = 64 * 1024;
  private static final int MAX_WINDOW_BYTES = 1 << 20;
  private static final long QUIET_MILLIS = 0;
  private static final long CLOSE_MILLIS = 2_000;

  private static final Object LOCK = new Object();
  private static @Nullable Shared shared;
  private static int users;

  private record Shared(
      EventLoopGroup group,
      ByteBufAllocator allocator,
      ByteBudget waiting,
      ByteBudget receiving,
      ByteBudget announced,
      Turnstile sending) {}

  private final Shared mine;
  private boolean closed;

  private EventLoops(Shared mine) {
    this.mine = mine;
  }

  /** Joins the users. To be closed by the caller. */
  public static EventLoops open() {
    synchronized (LOCK) {
      Shared current = shared;
      if (current == null) {
        current =
            new Shared(
                newGroup(),
                newAllocator(),
                new ByteBudget(largestMessage(Long.MAX_VALUE)),
                new ByteBudget(receivingShare()),
                new ByteBudget(receivingShare() / 2),
                new Turnstile(share(PlatformDependent.maxDirectMemory() / 3)));
        shared = current;
      }
      users++;
      return new EventLoops(current);
    }
  }

  /** The threads, for sockets that listen as well as for connections. */
  public EventLoopGroup group() {
    return mine.group;
  }

  public ByteBufAllocator allocator() {
    return mine.allocator;
  }

  /** Limits the bytes of messages that are whole and wait for their answer, over all servers. */
  public ByteBudget waiting() {
    return mine.waiting;
  }

  /** Limits the bytes of messages that are arriving and not yet whole. */
  public ByteBudget receiving() {
    return mine.receiving;
  }

  /** Limits the bytes that were taken for messages because of their announced length. */
  public ByteBudget announced() {
    return mine.announced;
  }

  /**
   * Limits the bytes of messages that are leaving: they lie in buffers outside the heap, of which
   * there are few, and exhausting those breaks every connection.
   */
  public Turnstile sending() {
    return mine.sending;
  }

  /**
   * How many bytes a call may send before its message is asked for, so that all that may stand at
   * an {@link ArrivalGate} fit too.
   */
  public static int flowControlWindow() {
    return Math.clamp(
        receivingShare() * 2 / 3 / ArrivalGate.MAX_QUEUE, MIN_WINDOW_BYTES, MAX_WINDOW_BYTES);
  }

  /**
   * The largest message that there is room for: it is in the heap as it came, as it was read from a
   * log, as processors made it, and in parts.
   *
   * @param configured bytes that were asked for
   * @return the same, or a sixth of the heap should that be less
   */
  public static long largestMessage(long configured) {
    return Math.min(configured, Runtime.getRuntime().maxMemory() / 6);
  }

  /** Warns of a key that allows larger messages than there is room for. */
  public static void warnOfLarger(String key, long configured, Problems problems) {
    long largest = largestMessage(configured);
    if (largest < configured) {
      problems.warn(
          key,
          "messages above "
              + largest
              + " bytes are refused: more than a sixth of the heap (expected: at most that, or a"
              + " larger --memory)");
    }
  }

  /**
   * Leaves the users; the last one ends the threads. When this returns, the ports of sockets that
   * were closed before are free. Not to be called on one of the threads.
   */
  @Override
  public void close() {
    Shared last = null;
    synchronized (LOCK) {
      if (closed) {
        return;
      }
      closed = true;
      if (--users == 0) {
        last = shared;
        shared = null;
      }
    }
    if (last != null) {
      last.group
          .shutdownGracefully(QUIET_MILLIS, CLOSE_MILLIS, TimeUnit.MILLISECONDS)
          .awaitUninterruptibly(CLOSE_MILLIS);
    } else {
      // Java gives the port of a closed socket back at the selector's next turn, which comes at the
      // latest between two tasks.
      awaitTurn(mine.group);
      awaitTurn(mine.group);
    }
  }

  private static void awaitTurn(EventLoopGroup group) {
    List<Future<?>> turns = new ArrayList<>();
    for (EventExecutor loop : group) {
      turns.add(loop.submit(() -> {}));
    }
    turns.forEach(turn -> turn.awaitUninterruptibly(CLOSE_MILLIS));
  }

  private static long receivingShare() {
    return share(Runtime.getRuntime().maxMemory() / 8);
  }

  private static long share(long bytes) {
    return Math.clamp(bytes, MIN_SHARE, MAX_SHARE);
  }

  private static EventLoopGroup newGroup() {
    return new MultiThreadIoEventLoopGroup(
        THREADS, new DefaultThreadFactory("millrace-net", true), NioIoHandler.newFactory());
  }

  private static ByteBufAllocator newAllocator() {
    return new PooledByteBufAllocator(true, 0, THREADS, PAGE_BYTES, CHUNK_ORDER, 0, 0, true);
  }
}
