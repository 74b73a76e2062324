package io.millrace.processor.batch;

import io.millrace.api.component.ComponentContext;
import io.millrace.api.component.Meter;
import io.millrace.api.pipeline.Consumer;
import io.millrace.api.pipeline.Deliveries;
import io.millrace.api.pipeline.Delivery;
import io.millrace.api.pipeline.Parcel;
import io.millrace.api.pipeline.RequestContext;
import io.millrace.api.telemetry.Batch;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The parcels of one group that wait to be merged, and the thread that sends them when their time
 * is up. Thread-safe.
 *
 * <p>Whoever sends holds {@code sending} from taking the parcels until the next stage has them, so
 * that batches leave in the order in which their items came; who comes with a full batch meanwhile
 * waits, which is the back-pressure.
 */
final class BatchGroup {
  private final BatchProcessorConfig config;
  private final Consumer next;
  private final Map<String, List<String>> metadata;
  private final long timeoutNanos;
  private final Meter.Counter sizeTriggers;
  private final Meter.Counter timeoutTriggers;
  private final Thread timer;

  private final ReentrantLock sending = new ReentrantLock();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private List<Parcel> waiting = new ArrayList<>();
  private int waitingItems;
  private long oldestNanos;
  private boolean closed;

  BatchGroup(
      ComponentContext context,
      BatchProcessorConfig config,
      Consumer next,
      Map<String, List<String>> metadata) {
    this.config = config;
    this.next = next;
    this.metadata = metadata;
    this.timeoutNanos = config.timeout().toNanos();
    Meter meter = context.meter();
    this.sizeTriggers =
        meter.counter(
            "processor_batch_batch_size_trigger_send", "Batches sent because they were full");
    this.timeoutTriggers =
        meter.counter(
            "processor_batch_timeout_trigger_send", "Batches sent because their time was up");
    this.timer = Thread.ofVirtual().name("batch " + context.id()).start(this::sendWhenDue);
  }

  void add(Parcel parcel) throws InterruptedException {
    boolean full;
    lock.lock();
    try {
      if (waiting.isEmpty()) {
        oldestNanos = System.nanoTime();
        changed.signal();
      }
      waiting.add(parcel);
      waitingItems += parcel.batch().itemCount();
      full = timeoutNanos == 0 || waitingItems >= config.sendBatchSize();
    } finally {
      lock.unlock();
    }
    if (full) {
      send(sizeTriggers, true);
    }
  }

  /** Sends what waits and ends the timer. */
  void close() throws InterruptedException {
    lock.lock();
    try {
      closed = true;
      changed.signal();
    } finally {
      lock.unlock();
    }
    timer.join();
    send(timeoutTriggers, false);
  }

  private void sendWhenDue() {
    try {
      while (awaitDue()) {
        send(timeoutTriggers, false);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Waits until the oldest parcel has waited long enough; false once closed. */
  private boolean awaitDue() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (!closed) {
        if (waiting.isEmpty()) {
          changed.await();
          continue;
        }
        long left = oldestNanos + timeoutNanos - System.nanoTime();
        if (left <= 0) {
          return true;
        }
        changed.await(left, TimeUnit.NANOSECONDS);
      }
      return false;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Sends what waits.
   *
   * @param onlyWhenFull whether to leave it when another thread has sent the full batch meanwhile
   */
  private void send(Meter.Counter trigger, boolean onlyWhenFull) throws InterruptedException {
    sending.lockInterruptibly();
    try {
      List<Parcel> parcels;
      lock.lock();
      try {
        boolean full = timeoutNanos == 0 || waitingItems >= config.sendBatchSize();
        if (waiting.isEmpty() || (onlyWhenFull && !full)) {
          return;
        }
        parcels = waiting;
        waiting = new ArrayList<>();
        waitingItems = 0;
      } finally {
        lock.unlock();
      }
      trigger.add(1);
      emit(parcels);
    } finally {
      sending.unlock();
    }
  }

  private void emit(List<Parcel> parcels) throws InterruptedException {
    Batch merged = Batch.concat(parcels.stream().map(Parcel::batch).toList());
    Delivery joined = Deliveries.join(parcels.stream().map(Parcel::delivery).toList());
    int max = config.sendBatchMaxSize();
    List<Batch> parts =
        max > 0 && merged.itemCount() > max ? merged.splitByItems(max) : List.of(merged);
    List<Delivery> deliveries = Deliveries.fork(joined, parts.size());
    RequestContext context = context(parcels);
    int handedOver = 0;
    try {
      while (handedOver < parts.size()) {
        int part = handedOver++;
        next.accept(new Parcel(parts.get(part), deliveries.get(part), context));
      }
    } catch (InterruptedException e) {
      for (int i = handedOver; i < parts.size(); i++) {
        deliveries.get(i).refused("interrupted while the pipeline was full");
      }
      throw e;
    }
  }

  private RequestContext context(List<Parcel> parcels) {
    RequestContext first = parcels.getFirst().context();
    if (parcels.size() == 1) {
      return first;
    }
    long received = Long.MAX_VALUE;
    for (Parcel parcel : parcels) {
      received = Math.min(received, parcel.context().receivedUnixNanos());
    }
    return new RequestContext(metadata, null, received);
  }
}
