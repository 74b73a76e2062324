package io.millrace.core.delivery;

import io.millrace.api.component.DeliverySettings;
import io.millrace.api.component.Exporter;
import io.millrace.api.pipeline.Consumer;
import io.millrace.api.pipeline.Outcome;
import io.millrace.api.pipeline.Parcel;
import io.millrace.api.telemetry.Batch;
import io.millrace.api.telemetry.Signal;
import io.millrace.core.component.ComponentSlot;
import io.millrace.core.component.Deadline;
import io.millrace.core.component.Services;
import io.millrace.core.delivery.Load.Entry;
import io.millrace.core.telemetry.Balance;
import java.time.Clock;
import java.time.Duration;
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
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way into one exporter for one signal: a queue in memory that holds parcels with their
 * Deliveries, virtual threads that merge and export them, retry, dead letters. Thread-safe.
 *
 * <p>The queue is bounded by the exporter's {@code queue_size} and by the agent's memory budget; a
 * parcel counts until its Delivery has ended. When it is full, parcels of replayable sources wait,
 * the others are refused at once unless {@code block_on_overflow}. A single parcel always fits into
 * an empty queue.
 */
public final class ExportPath implements Consumer {
  private static final Logger LOGGER = LoggerFactory.getLogger(ExportPath.class);
  private static final Duration AFTER_ABORT = Duration.ofSeconds(1);
  private static final int WORTH_COMPACTING_BYTES = 4096;

  private final ComponentSlot<Exporter> slot;
  private final Signal signal;
  private final DeliverySettings settings;
  private final boolean ordered;
  private final MemoryBudget.Account account;
  private final ExportMetrics metrics;
  private final Sender sender;
  private final Clock clock;
  private final List<Thread> workers = new ArrayList<>();
  private final ReentrantLock oneAtATime = new ReentrantLock(true);

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition arrived = lock.newCondition();
  private final Condition enough = lock.newCondition();
  private final Condition room = lock.newCondition();
  private final Condition idle = lock.newCondition();
  private final Deque<Entry> waiting = new ArrayDeque<>();
  private final Set<Load> underWay = new HashSet<>();
  private @Nullable Entry oldest;
  private @Nullable Entry newest;
  private long units;
  private long items;
  private long waitingToMerge;
  private int blocked;
  private int ending;
  private boolean merging;
  private boolean draining;
  private volatile boolean closed;

  /**
   * What a path needs beside its exporter. Immutable; the parts are thread-safe and shared by all
   * paths.
   */
  public record Shared(Services services, AttemptTimer timer, MemoryBudget budget) {}

  /**
   * Makes a path.
   *
   * @param ordered whether loads are exported strictly one after the other
   */
  public ExportPath(
      ComponentSlot<Exporter> slot,
      Signal signal,
      DeliverySettings settings,
      boolean ordered,
      Shared shared) {
    this.slot = slot;
    this.signal = signal;
    this.settings = settings;
    this.ordered = ordered;
    this.account = shared.budget().open(this::signalRoom);
    this.metrics = new ExportMetrics(shared.services().instruments(), slot.identity().id(), signal);
    this.clock = shared.services().clock();
    this.sender = new Sender(slot, settings, shared.services(), shared.timer(), metrics);
    registerGauges();
  }

  /** Starts the threads that export. */
  public void start() {
    if (!settings.queue().enabled()) {
      return;
    }
    int count = ordered ? 1 : settings.queue().numConsumers();
    for (int i = 0; i < count; i++) {
      workers.add(
          Thread.ofVirtual()
              .name("export " + slot.identity().id() + " " + signal.id() + " " + i)
              .start(this::exportUntilClosed));
    }
  }

  @Override
  public void accept(Parcel parcel) throws InterruptedException {
    Batch batch = parcel.batch();
    if (batch.isEmpty()) {
      end(parcel, Outcome.DELIVERED);
      return;
    }
    metrics.offered.add(batch.itemCount());
    boolean mayWait = parcel.delivery().replayable() || settings.queue().blockOnOverflow();
    if (slot.running() == null && !slot.stopping() && !mayWait) {
      refuse(
          parcel,
          new Outcome.Refused(slot.identity().name() + " is not running: " + slot.reason(), null));
    } else if (settings.queue().enabled()) {
      enqueue(parcel.withBatch(compacted(batch)), mayWait);
    } else {
      exportOnThisThread(parcel);
    }
  }

  /** From now on nobody waits for room: what does not fit ends as stopped. Merges nothing more. */
  public void drain() {
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
  public boolean awaitIdle(Deadline deadline) throws InterruptedException {
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

  /** Ends what is left as stopped, and the threads. */
  public void close() throws InterruptedException {
    sender.abort();
    lock.lock();
    try {
      closed = true;
      arrived.signalAll();
      enough.signalAll();
      room.signalAll();
    } finally {
      lock.unlock();
    }
    workers.forEach(Thread::interrupt);
    Deadline deadline = Deadline.in(AFTER_ABORT);
    for (Thread worker : workers) {
      if (!deadline.join(worker)) {
        LOGGER
            .atWarn()
            .addKeyValue("component", slot.identity())
            .log("An attempt to export did not end when interrupted and was left behind");
      }
    }
    abandonRest();
  }

  /** The books of this path. */
  public Balance balance() {
    lock.lock();
    try {
      return new Balance(
          slot.identity().name() + " " + signal.id(),
          metrics.offered.value(),
          metrics.sent.value(),
          metrics.deadLettered.value(),
          metrics.failed.value() + metrics.enqueueFailed.value(),
          items);
    } finally {
      lock.unlock();
    }
  }

  private void enqueue(Parcel parcel, boolean mayWait) throws InterruptedException {
    Entry entry =
        new Entry(
            parcel,
            units(parcel.batch(), settings.queue().sizer()),
            parcel.batch().retainedBytes(),
            System.nanoTime());
    Outcome refusal;
    try {
      refusal = admit(entry, mayWait);
    } catch (InterruptedException e) {
      refuse(parcel, new Outcome.Refused("interrupted while the sending queue was full", null));
      throw e;
    }
    if (refusal != null) {
      refuse(parcel, refusal);
    }
  }

  /** Puts an entry into the queue; returns why not, or null. */
  private @Nullable Outcome admit(Entry entry, boolean mayWait) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (true) {
        if (closed || slot.stopping()) {
          return Outcome.STOPPED;
        }
        boolean fits = units == 0 || units + entry.units <= settings.queue().queueSize();
        if (fits && account.tryReserve(entry.retainedBytes)) {
          link(entry);
          waiting.addLast(entry);
          waitingToMerge += mergeUnits(entry);
          arrived.signal();
          enough.signal();
          return null;
        }
        if (draining) {
          return Outcome.STOPPED;
        }
        if (!mayWait) {
          return new Outcome.Refused(
              slot.identity().name()
                  + (fits ? ": the memory budget is used up" : ": sending queue is full"),
              null);
        }
        blocked++;
        try {
          room.await();
        } finally {
          blocked--;
        }
      }
    } finally {
      lock.unlock();
    }
  }

  private void exportOnThisThread(Parcel parcel) throws InterruptedException {
    Entry entry = new Entry(parcel, 1, 0, System.nanoTime());
    boolean stopped;
    lock.lock();
    try {
      stopped = closed;
      if (!stopped) {
        link(entry);
      }
    } finally {
      lock.unlock();
    }
    if (stopped) {
      refuse(parcel, Outcome.STOPPED);
      return;
    }
    Load load = new Load(List.of(entry));
    begin(load);
    if (!ordered) {
      export(load);
      return;
    }
    try {
      oneAtATime.lockInterruptibly();
    } catch (InterruptedException e) {
      finish(load, new Outcome.Refused("interrupted", null));
      throw e;
    }
    try {
      export(load);
    } finally {
      oneAtATime.unlock();
    }
  }

  private void exportUntilClosed() {
    while (true) {
      Load load;
      try {
        load = next();
      } catch (InterruptedException e) {
        if (closed) {
          return;
        }
        continue; // A late interrupt of an exporter's own making.
      }
      if (load == null) {
        return;
      }
      try {
        export(load);
      } catch (InterruptedException e) {
        // The load has ended; whether to go on is seen above.
      } catch (RuntimeException | Error e) {
        LOGGER.atError().addKeyValue("component", slot.identity()).setCause(e).log("Export failed");
        finish(load, new Outcome.Refused("export failed: " + e, null));
      }
    }
  }

  private void export(Load load) throws InterruptedException {
    Outcome outcome;
    try {
      outcome = sender.send(load);
    } catch (InterruptedException e) {
      finish(load, closed ? Outcome.STOPPED : new Outcome.Refused("interrupted", null));
      throw e;
    }
    finish(load, outcome);
  }

  /** Waits for the next load; null when the path is closed. */
  private @Nullable Load next() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (waiting.isEmpty() || merging) {
        if (closed) {
          return null;
        }
        arrived.await();
      }
      DeliverySettings.Merge merge = settings.queue().batch();
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

  /** Takes as much as belongs together; null when the path was emptied meanwhile. */
  private @Nullable Load merged(DeliverySettings.Merge merge) {
    List<Entry> taken = new ArrayList<>();
    long size = 0;
    for (Entry next = waiting.peekFirst(); next != null; next = waiting.peekFirst()) {
      boolean together =
          taken.isEmpty()
              || (size < merge.minSize()
                  && (merge.maxSize() <= 0 || size + mergeUnits(next) <= merge.maxSize())
                  && sameMetadata(taken.get(0), next));
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

  private void begin(Load load) {
    lock.lock();
    try {
      underWay.add(load);
    } finally {
      lock.unlock();
    }
  }

  private void finish(Load load, Outcome outcome) {
    metrics.failed.add(load.abandon());
    lock.lock();
    try {
      underWay.remove(load);
    } finally {
      lock.unlock();
    }
    load.entries().forEach(entry -> finish(entry, outcome));
  }

  /** Ends an entry, once. */
  private void finish(Entry entry, Outcome outcome) {
    lock.lock();
    try {
      if (entry.ended) {
        return;
      }
      entry.ended = true;
      unlink(entry);
      ending++;
      room.signalAll();
    } finally {
      lock.unlock();
    }
    account.release(entry.retainedBytes);
    long received = entry.parcel.context().receivedUnixNanos();
    if (outcome instanceof Outcome.Delivered && received > 0) {
      metrics.latency.record(TimeUnit.MILLISECONDS.toNanos(clock.millis()) - received);
    }
    end(entry.parcel, outcome);
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

  /** Whether nothing is left and every source was told; under the lock. */
  private boolean isIdle() {
    return oldest == null && ending == 0;
  }

  private void abandonRest() {
    List<Load> loads;
    List<Entry> entries;
    lock.lock();
    try {
      loads = List.copyOf(underWay);
      entries = List.copyOf(waiting);
      waiting.clear();
      waitingToMerge = 0;
    } finally {
      lock.unlock();
    }
    loads.forEach(load -> finish(load, Outcome.STOPPED));
    for (Entry entry : entries) {
      metrics.failed.add(entry.items);
      finish(entry, Outcome.STOPPED);
    }
  }

  private void refuse(Parcel parcel, Outcome outcome) {
    metrics.enqueueFailed.add(parcel.batch().itemCount());
    end(parcel, outcome);
  }

  /** Tells the source; what it makes of it must not harm the exporter. */
  private void end(Parcel parcel, Outcome outcome) {
    try {
      parcel.delivery().end(outcome);
    } catch (RuntimeException e) {
      LOGGER
          .atWarn()
          .addKeyValue("component", slot.identity())
          .setCause(e)
          .log("The source of a parcel failed when it was told the outcome");
    }
  }

  private void link(Entry entry) {
    entry.older = newest;
    if (newest == null) {
      oldest = entry;
    } else {
      newest.newer = entry;
    }
    newest = entry;
    units += entry.units;
    items += entry.items;
  }

  private void unlink(Entry entry) {
    if (entry.older == null) {
      oldest = entry.newer;
    } else {
      entry.older.newer = entry.newer;
    }
    if (entry.newer == null) {
      newest = entry.older;
    } else {
      entry.newer.older = entry.older;
    }
    units -= entry.units;
    items -= entry.items;
  }

  private void signalRoom() {
    lock.lock();
    try {
      room.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private long mergeUnits(Entry entry) {
    DeliverySettings.Merge merge = settings.queue().batch();
    return merge == null ? 0 : units(entry.parcel.batch(), merge.sizer());
  }

  private static long units(Batch batch, DeliverySettings.Sizer sizer) {
    return switch (sizer) {
      case REQUESTS -> 1;
      case ITEMS -> batch.itemCount();
      case BYTES -> batch.sizeBytes();
    };
  }

  private static boolean sameMetadata(Entry a, Entry b) {
    return a.parcel.context().metadata().equals(b.parcel.context().metadata());
  }

  /** A small part of a large request would keep all of it in memory. */
  private static Batch compacted(Batch batch) {
    long retained = batch.retainedBytes();
    long size = batch.sizeBytes();
    return retained > 4 * size && retained - size > WORTH_COMPACTING_BYTES
        ? batch.compact()
        : batch;
  }

  private void registerGauges() {
    metrics.gauge(
        "queue_size", "Units in the sending queue and under way", () -> locked(() -> units));
    metrics.gauge(
        "queue_capacity",
        "Units that the sending queue takes",
        () -> settings.queue().enabled() ? settings.queue().queueSize() : 0);
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
    metrics.gauge("in_flight_items", "Items in the queue and under way", () -> locked(() -> items));
    metrics.gauge(
        "oldest_unacknowledged_age_seconds",
        "Age of the oldest parcel that has not come to an end",
        () -> locked(this::oldestAgeSeconds));
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

  private double oldestAgeSeconds() {
    return oldest == null
        ? 0
        : TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - oldest.sinceNanos) / 1000.0;
  }
}
