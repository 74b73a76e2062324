package io.millrace.toolkit.net;

import java.util.concurrent.atomic.AtomicLong;

/**
 * A limit on the bytes that requests may hold at the same time. Thread-safe. One lease alone is
 * always granted, however large, so that a limit below the largest request delays it at most.
 */
public final class ByteBudget {
  private final long limit;
  private final AtomicLong used = new AtomicLong();

  /**
   * Makes an unused budget.
   *
   * @param limit bytes
   */
  public ByteBudget(long limit) {
    this.limit = limit;
  }

  /** Bytes now on lease. */
  public long used() {
    return used.get();
  }

  /** A lease of nothing yet. */
  public Lease lease() {
    return new Lease();
  }

  /** A part of the budget. Thread-safe; ends with {@link #close}, after which it cannot grow. */
  public final class Lease implements AutoCloseable {
    private long held;
    private boolean closed;

    private Lease() {}

    /**
     * Takes more bytes.
     *
     * @return false when the budget is exhausted or the lease closed; the lease is then unchanged
     */
    public synchronized boolean grow(long bytes) {
      if (closed) {
        return false;
      }
      long after = used.addAndGet(bytes);
      if (after > limit && after != held + bytes) {
        used.addAndGet(-bytes);
        return false;
      }
      held += bytes;
      return true;
    }

    /** Gives bytes back. */
    public synchronized void shrink(long bytes) {
      long returned = Math.min(bytes, held);
      held -= returned;
      used.addAndGet(-returned);
    }

    /** Gives everything back. */
    @Override
    public synchronized void close() {
      closed = true;
      used.addAndGet(-held);
      held = 0;
    }
  }
}
