package io.millrace.toolkit.net;

import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A limit on the bytes that requests may hold at the same time. Thread-safe. One lease alone is
 * always granted, however large, so that a limit below the largest request delays it at most.
 */
public final class ByteBudget {
  private final long limit;
  private final @Nullable ByteBudget whole;
  private final AtomicLong used = new AtomicLong();

  /**
   * Makes an unused budget.
   *
   * @param limit bytes
   */
  public ByteBudget(long limit) {
    this(limit, null);
  }

  private ByteBudget(long limit, @Nullable ByteBudget whole) {
    this.limit = limit;
    this.whole = whole;
  }

  /**
   * An unused budget whose leases count in this one, too.
   *
   * @param part bytes
   */
  public ByteBudget part(long part) {
    return new ByteBudget(part, this);
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
    private final @Nullable Lease ofWhole = whole == null ? null : whole.lease();
    private long held;
    private boolean closed;

    private Lease() {}

    /**
     * Takes more bytes.
     *
     * @return false when the budget is exhausted or the lease closed; the lease is then unchanged
     */
    public synchronized boolean grow(long bytes) {
      if (closed || (ofWhole != null && !ofWhole.grow(bytes))) {
        return false;
      }
      long after = used.addAndGet(bytes);
      if (after > limit && after != held + bytes) {
        used.addAndGet(-bytes);
        if (ofWhole != null) {
          ofWhole.shrink(bytes);
        }
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
      if (ofWhole != null) {
        ofWhole.shrink(returned);
      }
    }

    /** Gives everything back. */
    @Override
    public synchronized void close() {
      closed = true;
      used.addAndGet(-held);
      held = 0;
      if (ofWhole != null) {
        ofWhole.close();
      }
    }
  }
}
