package io.millrace.testkit;

import io.millrace.api.pipeline.Consumer;
import io.millrace.api.pipeline.Outcome;
import io.millrace.api.pipeline.Parcel;
import io.millrace.api.telemetry.Batch;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A consumer that keeps what it is handed and ends each Delivery as told: at once as delivered
 * unless told otherwise. Thread-safe.
 */
public final class RecordingConsumer implements Consumer {

  /** How long the waiting methods wait. */
  public static final Duration PATIENCE = Duration.ofSeconds(30);

  private final Recorded<Parcel> parcels = new Recorded<>();
  private final Recorded<Batch> delivered = new Recorded<>();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition unblocked = lock.newCondition();
  private final Deque<Outcome> next = new ArrayDeque<>();
  private final List<Parcel> held = new ArrayList<>();
  private boolean blocked;
  private boolean holding;
  private int waiting;
  private @Nullable Random random;
  private double refusals;

  /** Takes a parcel; ends its Delivery on the calling thread, unless it is to be held. */
  @Override
  public void accept(Parcel parcel) throws InterruptedException {
    Outcome outcome;
    lock.lock();
    try {
      waiting++;
      while (blocked) {
        unblocked.await();
      }
      outcome = decide();
      if (outcome == null) {
        held.add(parcel);
      }
    } catch (InterruptedException e) {
      parcel.delivery().end(Outcome.STOPPED);
      throw e;
    } finally {
      waiting--;
      lock.unlock();
    }
    parcels.add(parcel);
    if (outcome != null) {
      end(parcel, outcome);
    }
  }

  /** Has the next {@code times} parcels end so, those told before first. */
  public void next(int times, Outcome outcome) {
    lock.lock();
    try {
      for (int i = 0; i < times; i++) {
        next.add(outcome);
      }
    } finally {
      lock.unlock();
    }
  }

  /** Refuses the next {@code times} parcels: the same telemetry may come again. */
  public void refuseNext(int times) {
    next(times, new Outcome.Refused("refused by the test", null));
  }

  /** Rejects the next {@code times} parcels: the telemetry will never be taken. */
  public void rejectNext(int times) {
    next(times, new Outcome.Rejected("rejected by the test"));
  }

  /**
   * Refuses parcels at random from now on.
   *
   * @param share 0 for none to 1 for all
   */
  public void refuseAtRandom(long seed, double share) {
    lock.lock();
    try {
      random = new Random(seed);
      refusals = share;
    } finally {
      lock.unlock();
    }
  }

  /** Takes parcels but does not end their Deliveries, until {@link #release}. */
  public void hold() {
    lock.lock();
    try {
      holding = true;
    } finally {
      lock.unlock();
    }
  }

  /** Ends the held Deliveries in the order of their parcels, and holds no more. */
  public void release(Outcome outcome) {
    List<Parcel> released;
    lock.lock();
    try {
      holding = false;
      released = List.copyOf(held);
      held.clear();
    } finally {
      lock.unlock();
    }
    released.forEach(parcel -> end(parcel, outcome));
  }

  /** Ends one held Delivery, counted from the oldest, and goes on holding. */
  public void release(int index, Outcome outcome) {
    Parcel parcel;
    lock.lock();
    try {
      parcel = held.remove(index);
    } finally {
      lock.unlock();
    }
    end(parcel, outcome);
  }

  /** Number of parcels whose Deliveries are held. */
  public int held() {
    lock.lock();
    try {
      return held.size();
    } finally {
      lock.unlock();
    }
  }

  /** Lets {@link #accept} wait, as full stages do, until {@link #unblock}. */
  public void block() {
    lock.lock();
    try {
      blocked = true;
    } finally {
      lock.unlock();
    }
  }

  public void unblock() {
    lock.lock();
    try {
      blocked = false;
      unblocked.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Number of threads that are in {@link #accept}, most of them because it blocks. */
  public int waiting() {
    lock.lock();
    try {
      return waiting;
    } finally {
      lock.unlock();
    }
  }

  /** Every parcel taken, whatever became of it. */
  public List<Parcel> parcels() {
    return parcels.all();
  }

  /** Every batch taken, whatever became of it. */
  public List<Batch> batches() {
    return parcels().stream().map(Parcel::batch).toList();
  }

  /** Number of items taken, whatever became of them. */
  public int itemCount() {
    return items(batches());
  }

  /** The batches that were delivered, in the order of their Deliveries' ends. */
  public List<Batch> delivered() {
    return delivered.all();
  }

  /** The bodies of the delivered log records as text, in the order of the Deliveries' ends. */
  public List<String> deliveredBodies() {
    return delivered().stream().flatMap(batch -> TestTelemetry.bodies(batch).stream()).toList();
  }

  /** Forgets what was taken and delivered so far. */
  public void clear() {
    parcels.clear();
    delivered.clear();
  }

  /** Waits until this many parcels have been taken, whatever became of them; fails after 30 s. */
  public void awaitParcels(int count) throws InterruptedException {
    parcels.await(PATIENCE, count + " parcels", all -> all.size() >= count);
  }

  /** Waits until this many items have been taken, whatever became of them; fails after 30 s. */
  public void awaitItems(int count) throws InterruptedException {
    parcels.await(
        PATIENCE,
        count + " items",
        all -> items(all.stream().map(Parcel::batch).toList()) >= count);
  }

  /** Waits until this many items have been delivered; fails after 30 s. */
  public void awaitDelivered(int count) throws InterruptedException {
    delivered.await(PATIENCE, count + " items delivered", all -> items(all) >= count);
  }

  private @Nullable Outcome decide() {
    Outcome told = next.poll();
    if (told != null) {
      return told;
    }
    if (random != null && random.nextDouble() < refusals) {
      return new Outcome.Refused("refused at random by the test", null);
    }
    return holding ? null : Outcome.DELIVERED;
  }

  private void end(Parcel parcel, Outcome outcome) {
    if (outcome instanceof Outcome.Delivered) {
      // Before the source learns of it, and with it perhaps a test that looks.
      delivered.add(parcel.batch());
    }
    parcel.delivery().end(outcome);
  }

  private static int items(List<Batch> batches) {
    return batches.stream().mapToInt(Batch::itemCount).sum();
  }
}
