package io.millrace.toolkit.net;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Lets messages in while there is memory for them, in the order they came. A message that is
 * arriving lies in pieces until it is whole, and how large it will be is not known: it is expected
 * to be as large as the largest of late. One that turns out larger, and finds no room for that, is
 * turned away. Thread-safe.
 */
public final class ArrivalGate {

  /** How many messages may stand at the gate; each may fill one flow-control window meanwhile. */
  public static final int MAX_QUEUE = 32;

  /** The expectation falls by one part in so many per message. */
  private static final int DECAY = 8;

  private static final long MIN_EXPECTED_BYTES = 4 * 1024;
  private static final long LOOK_MILLIS = 10;

  private final ByteBudget arriving;
  private final ScheduledExecutorService timer;
  private final Deque<Place> queue = new ArrayDeque<>();
  private volatile long expected;
  private boolean looking;

  /**
   * Makes an open gate.
   *
   * @param arriving limits the bytes of messages that are not whole yet
   * @param timer looks for room now and then while messages stand at the gate
   * @param maxMessageBytes the largest message, which the first one is taken for
   */
  public ArrivalGate(ByteBudget arriving, ScheduledExecutorService timer, long maxMessageBytes) {
    this.arriving = arriving;
    this.timer = timer;
    this.expected = maxMessageBytes;
  }

  /** A place for a message that comes; to be closed when it is whole or given up. */
  public Place place() {
    return new Place();
  }

  /** What a message was told at the gate. */
  public enum Answer {
    /** It may come in. */
    ENTER,
    /** It may come in later, and will be told. */
    WAIT,
    /** Too many stand at the gate. */
    LEAVE
  }

  /** A message on its way. Thread-safe, save {@link #grow}, which one thread at a time calls. */
  public final class Place implements AutoCloseable {
    private final ByteBudget.Lease lease = arriving.lease();
    private @Nullable Runnable entered;
    private long reserved;
    private long received;

    private Place() {}

    /**
     * Asks to come in.
     *
     * @param later what to do when {@code WAIT} was answered and there is room at last; runs on any
     *     thread, must not block
     */
    public Answer enter(Runnable later) {
      synchronized (queue) {
        if (queue.isEmpty() && admit()) {
          return Answer.ENTER;
        }
        if (queue.size() >= MAX_QUEUE) {
          return Answer.LEAVE;
        }
        entered = later;
        queue.add(this);
        look();
        return Answer.WAIT;
      }
    }

    /**
     * More of the message has come.
     *
     * @return false when there is no room for it: the message is to be given up
     */
    public boolean grow(long bytes) {
      received += bytes;
      long more = received - reserved;
      if (more <= 0) {
        return true;
      }
      reserved = received;
      return lease.grow(more);
    }

    /** The message is whole and in its receiver's hands: its buffers are free. */
    public void arrived() {
      long size = Math.max(MIN_EXPECTED_BYTES, received);
      expected = Math.max(size, expected - (expected - size) / DECAY);
      close();
    }

    /** Leaves, from inside or from the queue. */
    @Override
    public void close() {
      lease.close();
      List<Runnable> next;
      synchronized (queue) {
        if (queue.isEmpty()) {
          return;
        }
        if (entered != null) {
          queue.remove(this);
          entered = null;
        }
        next = admitNext();
      }
      next.forEach(Runnable::run);
    }

    private boolean admit() {
      long size = expected;
      if (!lease.grow(size)) {
        return false;
      }
      reserved = size;
      return true;
    }
  }

  private List<Runnable> admitNext() {
    List<Runnable> admitted = new ArrayList<>();
    for (Place first = queue.peek(); first != null && first.admit(); first = queue.peek()) {
      queue.remove();
      Runnable entered = first.entered;
      first.entered = null;
      if (entered != null) {
        admitted.add(entered);
      }
    }
    return admitted;
  }

  /** Others share the budget, and what they give back is not told. */
  private void look() {
    if (!looking) {
      looking = true;
      Future<?> ignored = timer.schedule(this::lookAgain, LOOK_MILLIS, TimeUnit.MILLISECONDS);
    }
  }

  private void lookAgain() {
    List<Runnable> next;
    synchronized (queue) {
      looking = false;
      next = admitNext();
      if (!queue.isEmpty()) {
        look();
      }
    }
    next.forEach(Runnable::run);
  }
}
