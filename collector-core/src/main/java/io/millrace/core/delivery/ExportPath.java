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
import io.millrace.core.state.DropJournal;
import io.millrace.core.telemetry.Balance;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way into one exporter for one signal: a queue in memory that holds parcels with their
 * Deliveries, virtual threads that merge and export them, retry, dead letters. Thread-safe.
 *
 * <p>The queue is bounded by the exporter's {@code queue_size} and by the agent's memory budget; a
 * parcel counts until its Delivery has ended. When it is full, parcels of replayable sources wait,
 * the others are refused at once unless {@code block_on_overflow}; or it takes the way that {@code
 * overflow} says. A single parcel always fits into an empty queue.
 */
public final class ExportPath implements Consumer, Crowded {
  private static final Logger LOGGER = LoggerFactory.getLogger(ExportPath.class);
  private static final Duration AFTER_ABORT = Duration.ofSeconds(1);
  private static final int WORTH_COMPACTING_BYTES = 4096;

  private final ComponentSlot<Exporter> slot;
  private final Signal signal;
  private final DeliverySettings settings;
  private final boolean ordered;
  private final SendingQueue queue;
  private final ExportMetrics metrics;
  private final Sender sender;
  private final Overflowing overflowing;
  private final Clock clock;
  private final List<Thread> workers = new ArrayList<>();
  private final ReentrantLock oneAtATime = new ReentrantLock(true);

  /**
   * What a path needs beside its exporter: what all components have, what interrupts attempts, what
   * queues may hold, where drops are noted. Immutable; the parts are thread-safe and shared by all
   * paths.
   */
  public record Shared(
      Services services, AttemptTimer timer, MemoryBudget budget, DropJournal journal) {}

  /**
   * Makes a path.
   *
   * @param destination the exporter's, which its paths share
   * @param ordered whether loads are exported strictly one after the other
   */
  public ExportPath(
      Destination destination,
      Signal signal,
      DeliverySettings settings,
      boolean ordered,
      Shared shared) {
    this.slot = destination.slot();
    this.signal = signal;
    this.settings =
        signal.isReadable() ? settings : settings.withQueue(settings.queue().unmerged());
    this.ordered = ordered;
    this.queue =
        new SendingQueue(slot, this.settings.queue(), shared.budget(), shared.services().board());
    this.metrics = new ExportMetrics(shared.services().instruments(), slot.identity().id(), signal);
    this.overflowing =
        new Overflowing(slot.identity(), settings.queue().overflow(), shared, metrics);
    this.clock = shared.services().clock();
    int attempts = settings.queue().enabled() ? threads() : Destination.UNLIMITED;
    Destination.Lane lane = destination.lane(signal, attempts, settings.retry().enabled());
    this.sender = new Sender(slot, lane, this.settings, shared, metrics);
    queue.registerGauges(metrics);
  }

  /** Starts the threads that export. */
  public void start() {
    if (!settings.queue().enabled()) {
      return;
    }
    for (int i = 0; i < threads(); i++) {
      workers.add(
          Thread.ofVirtual()
              .name("export " + slot.identity().id() + " " + signal.id() + " " + i)
              .start(this::exportUntilClosed));
    }
  }

  @Override
  public void accept(Parcel parcel) throws InterruptedException {
    accept(parcel, overflowing.hasOtherWay());
  }

  /**
   * Takes a parcel over that has been put aside before: it waits for room, whatever {@code
   * overflow} says, which would drop it now or put it aside once more.
   */
  public void acceptAgain(Parcel parcel) throws InterruptedException {
    accept(parcel, false);
  }

  private void accept(Parcel parcel, boolean hasOtherWay) throws InterruptedException {
    Batch batch = parcel.batch();
    if (batch.isEmpty()) {
      end(parcel, Outcome.DELIVERED);
      return;
    }
    metrics.offered.add(batch.itemCount());
    boolean mayWait = parcel.delivery().replayable() || settings.queue().blockOnOverflow();
    if (slot.running() == null && !slot.stopping() && !mayWait && !hasOtherWay) {
      refuse(
          parcel,
          new Outcome.Refused(slot.identity().name() + " is not running: " + slot.reason(), null));
    } else if (settings.queue().enabled()) {
      enqueue(parcel.withBatch(compacted(batch)), mayWait, hasOtherWay);
    } else {
      exportOnThisThread(parcel);
    }
  }

  /**
   * Takes a parcel if there is room for it now, whatever is to become of others.
   *
   * @return false when it was not taken
   */
  public boolean offer(Parcel parcel) throws InterruptedException {
    Batch batch = parcel.batch();
    if (batch.isEmpty()) {
      end(parcel, Outcome.DELIVERED);
      return true;
    }
    if (queue.admit(entry(parcel.withBatch(compacted(batch))), false) != Admission.TAKEN) {
      return false;
    }
    metrics.offered.add(batch.itemCount());
    return true;
  }

  @Override
  public boolean isCrowdedFor(Parcel parcel) {
    return !overflowing.hasOtherWay() && queue.isFullFor(units(parcel));
  }

  /** From now on nobody waits for room: what does not fit ends as stopped. Merges nothing more. */
  public void drain() {
    queue.drain();
  }

  /**
   * Waits until everything that was taken has come to an end.
   *
   * @return whether it has within the time
   */
  public boolean awaitIdle(Deadline deadline) throws InterruptedException {
    return queue.awaitIdle(deadline);
  }

  /** Ends what is left as stopped, and the threads. */
  public void close() throws InterruptedException {
    sender.abort();
    queue.close();
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
    return queue.withItems(
        items ->
            new Balance(
                slot.identity().name() + " " + signal.id(),
                metrics.offered.value(),
                metrics.sent.value(),
                metrics.deadLettered.value()
                    + metrics.droppedFull.value()
                    + metrics.droppedForMemory.value(),
                metrics.failed.value() + metrics.enqueueFailed.value(),
                items));
  }

  private int threads() {
    return ordered ? 1 : settings.queue().numConsumers();
  }

  private void enqueue(Parcel parcel, boolean mayWait, boolean hasOtherWay)
      throws InterruptedException {
    Entry entry = entry(parcel);
    Admission admission;
    try {
      admission = queue.admit(entry, mayWait && !hasOtherWay);
      boolean overflow = admission == Admission.FULL || admission == Admission.NO_MEMORY;
      if (overflow && hasOtherWay) {
        if (overflowing.take(parcel, admission)) {
          end(parcel, Outcome.DELIVERED);
          return;
        }
        admission = queue.admit(entry, mayWait);
      }
    } catch (InterruptedException e) {
      refuse(parcel, new Outcome.Refused("interrupted while the sending queue was full", null));
      throw e;
    }
    switch (admission) {
      case TAKEN -> {}
      case STOPPED -> refuse(parcel, Outcome.STOPPED);
      case FULL, NO_MEMORY ->
          refuse(
              parcel, new Outcome.Refused(slot.identity().name() + ": " + admission.text(), null));
    }
  }

  private Entry entry(Parcel parcel) {
    return new Entry(parcel, units(parcel), parcel.batch().retainedBytes(), System.nanoTime());
  }

  private long units(Parcel parcel) {
    return Load.units(parcel.batch(), settings.queue().sizer());
  }

  private void exportOnThisThread(Parcel parcel) throws InterruptedException {
    Entry entry = new Entry(parcel, 1, 0, System.nanoTime());
    if (!queue.enter(entry)) {
      refuse(parcel, Outcome.STOPPED);
      return;
    }
    Load load = new Load(List.of(entry));
    queue.begin(load);
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
        load = queue.next();
      } catch (InterruptedException e) {
        if (queue.isClosed()) {
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
      }
    }
  }

  private void export(Load load) throws InterruptedException {
    Outcome outcome;
    try {
      outcome = sender.send(load);
    } catch (InterruptedException e) {
      finish(load, queue.isClosed() ? Outcome.STOPPED : new Outcome.Refused("interrupted", null));
      throw e;
    } catch (RuntimeException | Error e) {
      finish(load, new Outcome.Refused("export failed: " + e, null));
      throw e;
    }
    finish(load, outcome);
  }

  private void finish(Load load, Outcome outcome) {
    metrics.failed.add(load.abandon());
    queue.finished(load);
    load.entries().forEach(entry -> finish(entry, outcome));
  }

  /** Ends an entry, once. */
  private void finish(Entry entry, Outcome outcome) {
    if (!queue.leave(entry)) {
      return;
    }
    long received = entry.parcel.context().receivedUnixNanos();
    if (outcome instanceof Outcome.Delivered && received > 0) {
      metrics.latency.record(TimeUnit.MILLISECONDS.toNanos(clock.millis()) - received);
    }
    end(entry.parcel, outcome);
    queue.left();
  }

  private void abandonRest() {
    SendingQueue.Rest rest = queue.rest();
    rest.underWay().forEach(load -> finish(load, Outcome.STOPPED));
    for (Entry entry : rest.waiting()) {
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

  /** A small part of a large request would keep all of it in memory. */
  private static Batch compacted(Batch batch) {
    long retained = batch.retainedBytes();
    long size = batch.sizeBytes();
    return retained > 4 * size && retained - size > WORTH_COMPACTING_BYTES
        ? batch.compact()
        : batch;
  }
}
