package io.millrace.core.graph;

import io.millrace.api.pipeline.Consumer;
import io.millrace.api.pipeline.Deliveries;
import io.millrace.api.pipeline.Outcome;
import io.millrace.api.pipeline.Parcel;
import io.millrace.core.component.Calls;
import io.millrace.core.component.ComponentSlot;
import io.millrace.core.component.Deadline;
import io.millrace.core.component.Identity;
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
  private final Services services;
  private final ComponentSlot.Backoff backoff;
  private final InFlight inFlight;
  private final Tally offered;
  private final Tally retried;
  private final String part;
  private final FeedWindow window;
  private final FeedWaits waits;
  private final FeedHealth health;
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
    this.services = services;
    this.backoff = backoff;
    this.part = "out of the log " + place.log() + " to " + reader.name();
    this.window = new FeedWindow(place.windowBytes());
    this.waits = new FeedWaits(part, backoff);
    this.health = new FeedHealth(part, owner, services.board());
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
    while (deadline.remainingNanos() > 0 && !window.isShut() && !reader.drained()) {
      Thread.sleep(GLANCE);
    }
  }

  /** Hands nothing more on. */
  void stop() throws InterruptedException {
    window.halt();
    reader.stop();
    waits.stop();
    window.awaitAsides(Deadline.in(AFTER_ABORT));
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

  /** Ends what is left; it stays in the log. */
  void endAll(Outcome outcome) {
    inFlight.endAll(outcome);
  }

  /** The books of this door. */
  Balance balance() {
    return inFlight.balance(part, offered.value());
  }

  private void feed() {
    Duration wait = backoff.first();
    while (true) {
      try {
        if (!window.awaitRoom()) {
          return;
        }
        LogEntry entry = reader.take();
        if (entry == null) {
          return;
        }
        window.hold(entry.batch().retainedBytes());
        handOn(entry, backoff.first());
        wait = backoff.first();
      } catch (InterruptedException e) {
        if (waits.isStopped()) {
          return;
        }
        LOGGER.atDebug().addKeyValue("part", part).log("Interrupted by a component; going on");
      } catch (IOException e) {
        health.degraded("the log cannot be read: " + e.getMessage());
        if (waits.stopsWithin(wait)) {
          return;
        }
        wait = backoff.next(wait);
      } catch (RuntimeException | Error e) {
        LOGGER.atError().addKeyValue("part", part).setCause(e).log("A log's feed failed");
        if (waits.stopsWithin(backoff.first())) {
          return;
        }
      }
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
          waits.isStopped() ? Outcome.STOPPED : new Outcome.Refused("interrupted", null));
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
      case Outcome.Stopped _ -> window.halt();
      case Outcome.Refused refused -> {
        retried.add(1);
        health.degraded("refused and handed on again: " + refused.reason());
        Duration wish = refused.retryAfter();
        Duration longer = wish != null && wish.compareTo(wait) > 0 ? wish : wait;
        waits.later(longer, () -> handOn(entry, backoff.next(wait)));
      }
      case Outcome.Rejected rejected -> waits.later(Duration.ZERO, () -> aside(entry, rejected));
    }
  }

  private void delivered(LogEntry entry) {
    reader.delivered(entry.sequence());
    window.letGo(entry.batch().retainedBytes());
    health.delivered();
  }

  private void aside(LogEntry entry, Outcome.Rejected rejected) {
    if (!window.beginAside()) {
      return;
    }
    try {
      putAside(entry, rejected);
    } finally {
      window.endAside();
    }
  }

  private void putAside(LogEntry entry, Outcome.Rejected rejected) {
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
        health.degraded("dead letters cannot be written: " + e.getMessage());
        if (waits.stopsWithin(wait)) {
          return;
        }
        wait = backoff.next(wait);
      }
    }
  }
}
