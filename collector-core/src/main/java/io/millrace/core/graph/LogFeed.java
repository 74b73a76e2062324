package io.millrace.core.graph;

import io.millrace.api.component.Health;
import io.millrace.api.pipeline.Consumer;
import io.millrace.api.pipeline.Deliveries;
import io.millrace.api.pipeline.Outcome;
import io.millrace.api.pipeline.Parcel;
import io.millrace.core.component.Calls;
import io.millrace.core.component.ComponentSlot;
import io.millrace.core.component.Deadline;
import io.millrace.core.component.HealthBoard;
import io.millrace.core.component.Identity;
import io.millrace.core.component.LogLimiter;
import io.millrace.core.component.Services;
import io.millrace.core.log.LogEntry;
import io.millrace.core.log.LogReader;
import io.millrace.core.state.DeadLetterStore.Letter;
import io.millrace.core.telemetry.Balance;
import io.millrace.core.telemetry.Instruments;
import io.millrace.core.telemetry.Instruments.Tally;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way out of a log: a replayable source that hands on every batch in order, one after the
 * other, as long as the undelivered ones do not exceed its window. Thread-safe.
 *
 * <p>What is refused is handed on again after a while, without end; what is rejected goes to the
 * dead letters; what the agent's stop interrupts stays in the log.
 */
final class LogFeed {
  private static final Logger LOGGER = LoggerFactory.getLogger(LogFeed.class);
  private static final Duration GLANCE = Duration.ofMillis(20);
  private static final Duration AFTER_ABORT = Duration.ofSeconds(1);

  private final Identity owner;
  private final LogReader reader;
  private final Consumer next;
  private final long windowBytes;
  private final Services services;
  private final ComponentSlot.Backoff backoff;
  private final InFlight inFlight;
  private final Tally offered;
  private final Tally retried;
  private final String part;
  private final LogLimiter limiter = new LogLimiter();
  private final CountDownLatch stopped = new CountDownLatch(1);
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition room = lock.newCondition();
  private long heldBytes;

  /** Batches that are being put aside. */
  private int asides;

  private boolean halted;
  private volatile boolean unwell;
  private final Thread thread;

  /**
   * What a feed belongs to. Immutable.
   *
   * @param owner the component whose log it is
   * @param log the log's name
   * @param windowBytes how much may be undelivered; one batch always may
   */
  record Place(Identity owner, String log, long windowBytes) {}

  LogFeed(
      Place place,
      LogReader reader,
      Consumer next,
      Services services,
      ComponentSlot.Backoff backoff) {
    this.owner = place.owner();
    this.reader = reader;
    this.next = next;
    this.windowBytes = place.windowBytes();
    this.services = services;
    this.backoff = backoff;
    this.part = "out of the log " + place.log() + " to " + reader.name();
    Map<String, String> labels = new LinkedHashMap<>();
    labels.put("log", place.log());
    labels.put("reader", reader.name());
    Instruments instruments = services.instruments();
    this.offered =
        instruments.counter(
            "otelcol_segment_log_handed_on_items", "Items that were handed on from a log", labels);
    this.retried =
        instruments.counter(
            "otelcol_segment_log_retries",
            "Batches that were refused and are handed on again",
            labels);
    this.inFlight =
        new InFlight(
            part,
            LogFeed.class.getClassLoader(),
            new InFlight.Books(
                instruments.counter(
                    "otelcol_segment_log_delivered_items",
                    "Items from a log that every branch delivered",
                    labels),
                instruments.counter(
                    "otelcol_segment_log_returned_items",
                    "Items from a log that some branch did not deliver",
                    labels),
                instruments.counter(
                    "otelcol_delivery_ended_twice",
                    "Deliveries that were ended again",
                    Map.of("component", part))));
    this.thread = Thread.ofVirtual().name("feed " + part).unstarted(this::feed);
  }

  void start() {
    thread.start();
  }

  /** Waits until nothing more can be handed on, or for the time given. */
  void awaitDrained(Deadline deadline) throws InterruptedException {
    while (deadline.remainingNanos() > 0 && !isDrained()) {
      Thread.sleep(GLANCE);
    }
  }

  /** Hands nothing more on. */
  void stop() throws InterruptedException {
    lock.lock();
    try {
      halted = true;
      room.signalAll();
    } finally {
      lock.unlock();
    }
    reader.stop();
    stopped.countDown();
    awaitAsides();
    if (thread.getState() == Thread.State.NEW) {
      return;
    }
    if (!Deadline.in(AFTER_ABORT).join(thread)) {
      thread.interrupt();
      if (!Deadline.in(AFTER_ABORT).join(thread)) {
        LOGGER
            .atWarn()
            .addKeyValue("part", part)
            .log("A hand-over did not end and was left behind");
      }
    }
  }

  /** What is put aside counts as delivered only once that was noted, and would come again. */
  private void awaitAsides() throws InterruptedException {
    Deadline deadline = Deadline.in(AFTER_ABORT);
    lock.lockInterruptibly();
    try {
      while (asides > 0 && room.awaitNanos(deadline.remainingNanos()) > 0) {
        // Woken whenever something changes.
      }
    } finally {
      lock.unlock();
    }
  }

  /** Whether something may be put aside: once the feed halts, it stays in the log. */
  private boolean beginAside() {
    lock.lock();
    try {
      asides += halted ? 0 : 1;
      return !halted;
    } finally {
      lock.unlock();
    }
  }

  private void endAside() {
    lock.lock();
    try {
      asides--;
      room.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Ends what is left; it stays in the log. */
  void endAll(Outcome outcome) {
    inFlight.endAll(outcome);
  }

  /** The books of this door. */
  Balance balance() {
    return inFlight.balance(part, offered.value());
  }

  private boolean isDrained() {
    lock.lock();
    try {
      return halted || heldBytes >= windowBytes || reader.drained();
    } finally {
      lock.unlock();
    }
  }

  private void feed() {
    Duration wait = backoff.first();
    while (true) {
      try {
        if (!awaitRoom()) {
          return;
        }
        LogEntry entry = reader.take();
        if (entry == null) {
          return;
        }
        hold(entry.batch().retainedBytes());
        handOn(entry, backoff.first());
        wait = backoff.first();
      } catch (InterruptedException e) {
        if (stopped.getCount() == 0) {
          return;
        }
        LOGGER.atDebug().addKeyValue("part", part).log("Interrupted by a component; going on");
      } catch (IOException e) {
        degraded("the log cannot be read: " + e.getMessage());
        if (stopsWithin(wait)) {
          return;
        }
        wait = next(wait);
      } catch (RuntimeException | Error e) {
        LOGGER.atError().addKeyValue("part", part).setCause(e).log("A log's feed failed");
        if (stopsWithin(backoff.first())) {
          return;
        }
      }
    }
  }

  /** Waits until the window has room; false when the feed stops. */
  private boolean awaitRoom() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (!halted && heldBytes > 0 && heldBytes >= windowBytes) {
        room.await();
      }
      return !halted;
    } finally {
      lock.unlock();
    }
  }

  private void hold(long bytes) {
    lock.lock();
    try {
      heldBytes += bytes;
    } finally {
      lock.unlock();
    }
  }

  private void letGo(LogEntry entry) {
    lock.lock();
    try {
      heldBytes -= entry.batch().retainedBytes();
      room.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Hands a batch on.
   *
   * @param wait before it is handed on again, should it be refused
   */
  private void handOn(LogEntry entry, Duration wait) throws InterruptedException {
    int items = entry.batch().itemCount();
    offered.add(items);
    InFlight.Tracked tracked =
        inFlight.track(Deliveries.replayable(outcome -> ended(entry, outcome, wait)), items);
    ClassLoader before = Thread.currentThread().getContextClassLoader();
    try {
      next.accept(new Parcel(entry.batch(), tracked, entry.context()));
    } catch (InterruptedException e) {
      tracked.giveUp(
          stopped.getCount() == 0 ? Outcome.STOPPED : new Outcome.Refused("interrupted", null));
      throw e;
    } catch (RuntimeException | LinkageError | AssertionError | StackOverflowError e) {
      LOGGER.atError().addKeyValue("part", part).setCause(e).log("Could not hand on a parcel");
      tracked.giveUp(new Outcome.Refused("could not be handed on: " + e, null));
    } finally {
      Calls.leave(before);
    }
  }

  private void ended(LogEntry entry, Outcome outcome, Duration wait) {
    switch (outcome) {
      case Outcome.Delivered _ -> delivered(entry);
      case Outcome.Stopped _ -> halt();
      case Outcome.Refused refused -> {
        retried.add(1);
        degraded("refused and handed on again: " + refused.reason());
        Duration wish = refused.retryAfter();
        Duration longer = wish != null && wish.compareTo(wait) > 0 ? wish : wait;
        later(longer, () -> handOn(entry, next(wait)));
      }
      case Outcome.Rejected rejected -> later(Duration.ZERO, () -> aside(entry, rejected));
    }
  }

  private void delivered(LogEntry entry) {
    reader.delivered(entry.sequence());
    letGo(entry);
    if (unwell) {
      unwell = false;
      limiter.reset();
      services.board().report(owner, HealthBoard.Aspect.FEED, Health.OK);
    }
  }

  private void halt() {
    lock.lock();
    try {
      halted = true;
      room.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void aside(LogEntry entry, Outcome.Rejected rejected) throws InterruptedException {
    if (!beginAside()) {
      return;
    }
    try {
      putAside(entry, rejected);
    } finally {
      endAside();
    }
  }

  private void putAside(LogEntry entry, Outcome.Rejected rejected) throws InterruptedException {
    Duration wait = backoff.first();
    while (true) {
      try {
        services
            .deadLetters()
            .put(
                owner.kind().id(),
                owner.id(),
                List.of(new Letter(entry.batch(), rejected.reason())));
        delivered(entry);
        return;
      } catch (IOException e) {
        degraded("dead letters cannot be written: " + e.getMessage());
        if (stopped.await(wait.toMillis(), TimeUnit.MILLISECONDS)) {
          return;
        }
        wait = next(wait);
      }
    }
  }

  /** What is done later, on a thread of its own. */
  @FunctionalInterface
  private interface Work {
    void run() throws InterruptedException;
  }

  /** Does something after a while, unless the feed stops before. */
  private void later(Duration wait, Work work) {
    var _ =
        Thread.ofVirtual()
            .name("again " + part)
            .start(
                () -> {
                  try {
                    if (!stopsWithin(jittered(wait))) {
                      work.run();
                    }
                  } catch (InterruptedException e) {
                    // The Delivery has ended as refused, and with it begins the next wait.
                    LOGGER.atDebug().addKeyValue("part", part).log("Interrupted by a component");
                  } catch (RuntimeException | Error e) {
                    // Else nobody would come back to this batch before the next start.
                    LOGGER
                        .atError()
                        .addKeyValue("part", part)
                        .setCause(e)
                        .log("A log's feed failed");
                    later(backoff.longest(), work);
                  }
                });
  }

  private void degraded(String reason) {
    unwell = true;
    services.board().report(owner, HealthBoard.Aspect.FEED, new Health.Degraded(reason));
    long suppressed = limiter.permit(reason);
    if (suppressed >= 0) {
      LOGGER
          .atWarn()
          .addKeyValue("part", part)
          .addKeyValue("suppressed", suppressed)
          .log("Telemetry stays in the log: {}", reason);
    }
  }

  /** Waits; whether the feed stopped meanwhile. */
  private boolean stopsWithin(Duration wait) {
    try {
      return stopped.await(wait.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      return stopped.getCount() == 0;
    }
  }

  private Duration next(Duration wait) {
    Duration doubled = wait.multipliedBy(2);
    return doubled.compareTo(backoff.longest()) > 0 ? backoff.longest() : doubled;
  }

  private static Duration jittered(Duration wait) {
    return Duration.ofMillis(
        (long) (wait.toMillis() * (0.8 + ThreadLocalRandom.current().nextDouble() * 0.4)));
  }
}
