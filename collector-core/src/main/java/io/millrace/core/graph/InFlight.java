package io.millrace.core.graph;

import io.millrace.api.pipeline.Delivery;
import io.millrace.api.pipeline.Outcome;
import io.millrace.core.component.Calls;
import io.millrace.core.component.LogLimiter;
import io.millrace.core.telemetry.Balance;
import io.millrace.core.telemetry.Instruments.Tally;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The Deliveries that passed one place of the graph and have not ended: ends each exactly once,
 * whatever the components behind do, and knows the oldest. Thread-safe.
 */
final class InFlight {
  private static final Logger LOGGER = LoggerFactory.getLogger(InFlight.class);

  private final String owner;
  private final ClassLoader ownerLoader;
  private final Books books;
  private final LogLimiter limiter = new LogLimiter();
  private final ReentrantLock lock = new ReentrantLock();
  private @Nullable Tracked oldest;
  private @Nullable Tracked newest;
  private long items;

  /**
   * Counts items by how their Deliveries ended, and Deliveries that were ended again.
   *
   * @param delivered items
   * @param failed items
   * @param endedTwice Deliveries
   */
  record Books(Tally delivered, Tally failed, Tally endedTwice) {}

  /**
   * Makes a place.
   *
   * @param owner who gave the Deliveries and is told how they end, for messages
   * @param ownerLoader its class loader
   */
  InFlight(String owner, ClassLoader ownerLoader, Books books) {
    this.owner = owner;
    this.ownerLoader = ownerLoader;
    this.books = books;
  }

  /** Stands in for a Delivery from here on. */
  Tracked track(Delivery delivery, int itemCount) {
    Tracked tracked = new Tracked(delivery, itemCount);
    lock.lock();
    try {
      tracked.older = newest;
      if (newest == null) {
        oldest = tracked;
      } else {
        newest.newer = tracked;
      }
      newest = tracked;
      items += itemCount;
    } finally {
      lock.unlock();
    }
    return tracked;
  }

  /** Ends everything that is left. */
  void endAll(Outcome outcome) {
    while (true) {
      Tracked next;
      lock.lock();
      try {
        next = oldest;
      } finally {
        lock.unlock();
      }
      if (next == null) {
        return;
      }
      next.giveUp(outcome);
    }
  }

  /** Items whose Delivery has not ended. */
  long items() {
    lock.lock();
    try {
      return items;
    } finally {
      lock.unlock();
    }
  }

  /** Age of the oldest Delivery that has not ended; 0 when there is none. */
  double oldestAgeSeconds() {
    lock.lock();
    try {
      return oldest == null ? 0 : (System.nanoTime() - oldest.sinceNanos) / 1e9;
    } finally {
      lock.unlock();
    }
  }

  /** The books of this place. */
  Balance balance(String part, long in) {
    lock.lock();
    try {
      return new Balance(part, in, books.delivered.value(), 0, books.failed.value(), items);
    } finally {
      lock.unlock();
    }
  }

  /** A Delivery on its way. Thread-safe. */
  final class Tracked implements Delivery {
    private final Delivery whole;
    private final int itemCount;
    private final long sinceNanos = System.nanoTime();
    private @Nullable Tracked older;
    private @Nullable Tracked newer;
    private boolean ended;
    private boolean givenUp;

    private Tracked(Delivery whole, int itemCount) {
      this.whole = whole;
      this.itemCount = itemCount;
    }

    @Override
    public void end(Outcome outcome) {
      if (!close(outcome)) {
        return;
      }
      ClassLoader before = Calls.enter(ownerLoader);
      try {
        whole.end(outcome);
      } catch (RuntimeException | LinkageError | AssertionError | StackOverflowError e) {
        if (limiter.permit(e.toString()) >= 0) {
          LOGGER
              .atWarn()
              .addKeyValue("component", owner)
              .setCause(e)
              .log("Component failed when it was told the outcome of a delivery");
        }
      } finally {
        Calls.leave(before);
      }
    }

    @Override
    public boolean replayable() {
      return whole.replayable();
    }

    @Override
    public boolean acknowledged() {
      return whole.acknowledged();
    }

    /**
     * Ends it in place of a component that failed; what the component does later does not count.
     */
    void giveUp(Outcome outcome) {
      lock.lock();
      try {
        givenUp = true;
        if (ended) {
          return;
        }
      } finally {
        lock.unlock();
      }
      end(outcome);
    }

    private boolean close(Outcome outcome) {
      lock.lock();
      try {
        if (ended) {
          books.endedTwice.add(givenUp ? 0 : 1);
          return false;
        }
        ended = true;
        unlink(this);
        (outcome instanceof Outcome.Delivered ? books.delivered : books.failed).add(itemCount);
        return true;
      } finally {
        lock.unlock();
      }
    }
  }

  private void unlink(Tracked tracked) {
    if (tracked.older == null) {
      oldest = tracked.newer;
    } else {
      tracked.older.newer = tracked.newer;
    }
    if (tracked.newer == null) {
      newest = tracked.older;
    } else {
      tracked.newer.older = tracked.older;
    }
    items -= tracked.itemCount;
  }
}
