package io.millrace.receiver.filelog;

import io.millrace.api.pipeline.Consumer;
import io.millrace.api.pipeline.Delivery;
import io.millrace.api.pipeline.Outcome;
import io.millrace.api.pipeline.Parcel;
import io.millrace.api.telemetry.LogRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Takes what a receiver hands over and decides what becomes of it. Thread-safe. */
final class FakeConsumer implements Consumer {
  static final Outcome REFUSED = new Outcome.Refused("not now", null);
  private static final Duration DEADLINE = Duration.ofSeconds(20);

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final List<Received> received = new ArrayList<>();
  private final List<Delivery> held = new ArrayList<>();
  private Function<Parcel, @Nullable Outcome> decision = parcel -> Outcome.DELIVERED;
  private int parcels;

  /** What becomes of parcels from now on; null holds them. */
  void decide(Function<Parcel, @Nullable Outcome> outcome) {
    lock.lock();
    try {
      decision = outcome;
    } finally {
      lock.unlock();
    }
  }

  /** Ends everything that is held. */
  void endHeld(Outcome outcome) {
    List<Delivery> ending;
    lock.lock();
    try {
      ending = new ArrayList<>(held);
      held.clear();
    } finally {
      lock.unlock();
    }
    ending.forEach(delivery -> delivery.end(outcome));
  }

  @Override
  public void accept(Parcel parcel) {
    Outcome outcome;
    lock.lock();
    try {
      outcome = decision.apply(parcel);
      parcels++;
      boolean delivered = outcome instanceof Outcome.Delivered;
      int[] item = new int[1];
      parcel
          .batch()
          .forEachItem(
              (group, scope, each) -> {
                int i = item[0]++;
                LogRecord log = (LogRecord) each;
                received.add(
                    new Received(
                        parcel.batch().origins().stream(i),
                        parcel.batch().origins().start(i),
                        parcel.batch().origins().end(i),
                        log.body().asText(),
                        log,
                        group,
                        scope.scope().name(),
                        delivered));
              });
      if (outcome == null) {
        held.add(parcel.delivery());
      }
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    if (outcome != null) {
      parcel.delivery().end(outcome);
    }
  }

  int parcels() {
    lock.lock();
    try {
      return parcels;
    } finally {
      lock.unlock();
    }
  }

  List<Received> received() {
    lock.lock();
    try {
      return new ArrayList<>(received);
    } finally {
      lock.unlock();
    }
  }

  List<Received> delivered() {
    return received().stream().filter(Received::delivered).toList();
  }

  List<String> texts() {
    return delivered().stream().map(Received::text).toList();
  }

  /** Waits until so many records were delivered; returns all that were. */
  List<Received> awaitDelivered(int count) {
    await("records: " + count, () -> delivered().size() >= count);
    return delivered();
  }

  List<Received> awaitReceived(int count) {
    await("records: " + count, () -> received().size() >= count);
    return received();
  }

  /** Waits for something to become true. */
  void await(String what, BooleanSupplier condition) {
    long deadline = System.nanoTime() + DEADLINE.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("No " + what + " in time; received " + texts());
      }
      lock.lock();
      try {
        boolean signalled = changed.await(2, TimeUnit.MILLISECONDS);
        assert signalled || !signalled;
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      } finally {
        lock.unlock();
      }
    }
  }
}
