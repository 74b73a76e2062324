package io.millrace.core.delivery;

import io.millrace.api.component.DeliverySettings;
import io.millrace.api.component.Exporter;
import io.millrace.api.component.Health;
import io.millrace.core.component.ComponentSlot;
import io.millrace.core.component.Deadline;
import io.millrace.core.component.HealthBoard;
import io.millrace.core.delivery.Load.Entry;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.DoubleSupplier;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * What one exporter has taken of one signal and not brought to an end: first waiting, then under
 * way in loads. An entry counts until its Delivery has ended. Ends no Delivery itself. Thread-safe.
 */
final class SendingQueue {
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final ComponentSlot<Exporter> slot;
  private final HealthBoard board;
  private final DeliverySettings.Queue settings;
  private final MemoryBudget.Account account;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition arrived = lock.newCondition();
  private final Condition enough = lock.newCondition();
  private final Condition room = lock.newCondition();
  private final Condition idle = lock.newCondition();
  private final Deque<Entry> waiting = new ArrayDeque<>();
  private final Set<Load> underWay = new HashSet<>();
  private final Outstanding outstanding = new Outstanding();
  private long waitingToMerge;
  private int blocked;
  private int ending;
  private boolean merging;
  private boolean draining;
  private boolean shownCrowded;
  private volatile boolean closed;

  /** What is left when the queue is closed. */
  record Rest(List<Load> underWay, List<Entry> waiting) {}

  SendingQueue(
      ComponentSlot<Exporter> slot,
      DeliverySettings.Queue settings,
      MemoryBudget budget,
      HealthBoard board) {
    this.slot = slot;
    this.board = board;
    this.settings = settings;
    this.account = budget.open(this::signalRoom);
  }

  /** Puts an entry at the end, or says why not. Waits for room where it may. */
  Admission admit(Entry entry, boolean mayWait) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (true) {
        if (closed || slot.stopping()) {
          return Admission.STOPPED;
        }
        boolean fits = fits(entry.units);
        if (fits && account.tryReserve(entry.retainedBytes)) {
          outstanding.add(entry);
          waiting.addLast(entry);
          waitingToMerge += mergeUnits(entry);
          arrived.signal();
          enough.signal();
          crowded(blocked > 0 && shownCrowded);
          return Admission.TAKEN;
        }
        if (draining) {
          return Admission.STOPPED;
        }
        if (!mayWait) {
          return fits ? Admission.NO_MEMORY : Admission.FULL;
        }
        blocked++;
        try {
          if (room.awaitNanos(PATIENCE_NANOS) <= 0) {
            crowded(true);
          }
        } finally {
          blocked--;
        }
      }
    } finally {
      lock.unlock();
    }
  }

  /** Whether an entry would have to wait; memory aside. */
  boolean isFullFor(long units) {
    lock.lock();
    try {
      return settings.enabled() && !fits(units);
    } finally {
      lock.unlock();
    }
  }

  /** Counts an entry that does not wait here; false when the queue is closed. */
  boolean enter(Entry entry) {
    lock.lock();
    try {
      if (!closed) {
        outstanding.add(entry);
      }
      return !closed;
    } finally {
      lock.unlock();
    }
  }

  /** A load that was not taken from here is under way. */
  void begin(Load load) {
    lock.lock();
    try {
      underWay.add(load);
    } finally {
      lock.unlock();
    }
  }

  /** Waits for the next load, which is under way then; null when the queue is closed. */
  @Nullable Load next() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (waiting.isEmpty() || merging) {
        if (closed) {
          return null;
        }
        arrived.await();
      }
      DeliverySettings.Merge merge = settings.batch();
      Load load;
      if (merge == null) {
        load = new Load(List.of(take()));
      } else {
        merging = true;
        try {
          awaitEnough(merge);
          load = merged(merge);
        } finally {
          merging = false;
          arrived.signal();
        }
      }
      if (load != null) {
        underWay.add(load);
      }
      return load;
    } finally {
      lock.unlock();
    }
  }

  /** A load is no longer under way; its entries leave one by one. */
  void finished(Load load) {
    lock.lock();
    try {
      underWay.remove(load);
    } finally {
      lock.unlock();
    }
  }

  /**
   * Makes the room of an entry free. The one who is told true tells the source next, and then
   * {@link #left}.
   *
   * @return false when the entry left before
   */
  boolean leave(Entry entry) {
    lock.lock();
    try {
      if (entry.ended) {
        return false;
      }
      entry.ended = true;
      outstanding.remove(entry);
      ending++;
      room.signalAll();
    } finally {
      lock.unlock();
    }
    account.release(entry.retainedBytes);
    return true;
  }

  /** The source of an entry that left has been told. */
  void left() {
    lock.lock();
    try {
      ending--;
      if (isIdle()) {
        idle.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  /** From now on nobody waits for room: what does not fit ends as stopped. Merges nothing more. */
  void drain() {
    lock.lock();
    try {
      draining = true;
      room.signalAll();
      arrived.signalAll();
      enough.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits until everything that was taken has come to an end.
   *
   * @return whether it has within the time
   */
  boolean awaitIdle(Deadline deadline) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (!isIdle()) {
        if (idle.awaitNanos(deadline.remainingNanos()) <= 0) {
          return isIdle();
        }
      }
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** Takes and gives nothing more. */
  void close() {
    lock.lock();
    try {
      closed = true;
      arrived.signalAll();
      enough.signalAll();
      room.signalAll();
    } finally {
      lock.unlock();
    }
  }

  boolean isClosed() {
    return closed;
  }

  /** Takes out what is left; its entries have yet to leave. */
  Rest rest() {
    lock.lock();
    try {
      Rest rest = new Rest(List.copyOf(underWay), List.copyOf(waiting));
      waiting.clear();
      waitingToMerge = 0;
      return rest;
    } finally {
      lock.unlock();
    }
  }

  /** Something made of the number of items here, during which none of them leaves. */
  <T> T withItems(LongFunction<T> use) {
    lock.lock();
    try {
      return use.apply(outstanding.items());
    } finally {
      lock.unlock();
    }
  }

  void registerGauges(ExportMetrics metrics) {
    metrics.gauge(
        "queue_size", "Units in the sending queue and under way", () -> locked(outstanding::units));
    metrics.gauge(
        "queue_capacity",
        "Units that the sending queue takes",
        () -> settings.enabled() ? settings.queueSize() : 0);
    metrics.gauge(
        "queue_retained_bytes",
        "Bytes of the memory budget that the sending queue holds",
        account::reservedBytes);
    metrics.gauge(
        "queue_blocked_sources",
        "Parcels that wait for room in the queue",
        () -> locked(() -> blocked));
    metrics.gauge(
        "in_flight_requests", "Requests that are under way", () -> locked(() -> underWay.size()));
    metrics.gauge(
        "in_flight_items", "Items in the queue and under way", () -> locked(outstanding::items));
    metrics.gauge(
        "oldest_unacknowledged_age_seconds",
        "Age of the oldest parcel that has not come to an end",
        () -> locked(outstanding::oldestAgeSeconds));
  }

  /** Shows that sources have waited for a while during which no room came free. */
  private void crowded(boolean now) {
    if (now != shownCrowded) {
      shownCrowded = now;
      board.report(
          slot.identity(),
          HealthBoard.Aspect.QUEUE,
          now ? new Health.Degraded("sending queue is full and sources wait") : Health.OK);
    }
  }

  private boolean fits(long units) {
    return outstanding.units() == 0 || outstanding.units() + units <= settings.queueSize();
  }

  private void awaitEnough(DeliverySettings.Merge merge) throws InterruptedException {
    Entry first = waiting.peekFirst();
    long until =
        (first == null ? System.nanoTime() : first.sinceNanos) + merge.flushTimeout().toNanos();
    while (waitingToMerge < merge.minSize() && !draining && !closed) {
      long left = until - System.nanoTime();
      if (left <= 0) {
        return;
      }
      enough.awaitNanos(left);
    }
  }

  /** Takes as much as belongs together; null when the queue was emptied meanwhile. */
  private @Nullable Load merged(DeliverySettings.Merge merge) {
    List<Entry> taken = new ArrayList<>();
    long size = 0;
    for (Entry next = waiting.peekFirst(); next != null; next = waiting.peekFirst()) {
      boolean together =
          taken.isEmpty()
              || (size < merge.minSize()
                  && (merge.maxSize() <= 0 || size + mergeUnits(next) <= merge.maxSize())
                  && next.isLike(taken.get(0)));
      if (!together) {
        break;
      }
      size += mergeUnits(next);
      taken.add(take());
    }
    return taken.isEmpty() ? null : new Load(taken);
  }

  private Entry take() {
    Entry entry = waiting.removeFirst();
    waitingToMerge -= mergeUnits(entry);
    return entry;
  }

  private long mergeUnits(Entry entry) {
    DeliverySettings.Merge merge = settings.batch();
    return merge == null ? 0 : Load.units(entry.parcel.batch(), merge.sizer());
  }

  /** Whether nothing is left and every source was told; under the lock. */
  private boolean isIdle() {
    return outstanding.isEmpty() && ending == 0;
  }

  private void signalRoom() {
    lock.lock();
    try {
      room.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Reads a figure under the lock. */
  private double locked(DoubleSupplier figure) {
    lock.lock();
    try {
      return figure.getAsDouble();
    } finally {
      lock.unlock();
    }
  }
}
