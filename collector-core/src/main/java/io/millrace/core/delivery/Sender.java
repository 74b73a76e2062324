package io.millrace.core.delivery;

import io.millrace.api.component.DeliverySettings;
import io.millrace.api.component.ExportOutcome;
import io.millrace.api.component.Exporter;
import io.millrace.api.component.Health;
import io.millrace.api.pipeline.Outcome;
import io.millrace.api.pipeline.RequestContext;
import io.millrace.api.telemetry.Batch;
import io.millrace.core.component.Calls;
import io.millrace.core.component.ComponentSlot;
import io.millrace.core.component.HealthBoard;
import io.millrace.core.component.LogLimiter;
import io.millrace.core.component.Services;
import io.millrace.core.state.DeadLetterStore.Letter;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes attempts until a load has come to an end: accepted, put aside as dead letters, given up or
 * stopped. Thread-safe; blocks the calling thread for as long as that takes.
 */
final class Sender {
  private static final Logger LOGGER = LoggerFactory.getLogger(Sender.class);

  private final ComponentSlot<Exporter> slot;
  private final DeliverySettings settings;
  private final Services services;
  private final AttemptTimer timer;
  private final ExportMetrics metrics;
  private final CountDownLatch aborted = new CountDownLatch(1);
  private final LogLimiter limiter = new LogLimiter();
  private volatile boolean unwell;

  Sender(
      ComponentSlot<Exporter> slot,
      DeliverySettings settings,
      Services services,
      AttemptTimer timer,
      ExportMetrics metrics) {
    this.slot = slot;
    this.settings = settings;
    this.services = services;
    this.timer = timer;
    this.metrics = metrics;
  }

  /** Ends every wait between attempts; what is not sent by then ends as stopped. */
  void abort() {
    aborted.countDown();
  }

  /**
   * Sends a load.
   *
   * @return how its Deliveries end
   * @throws InterruptedException when the thread was interrupted by somebody else than the
   *     attempt's time-out; the load's Deliveries must then end as stopped or refused
   */
  Outcome send(Load load) throws InterruptedException {
    RequestContext context = load.context();
    Deque<Batch> todo = new ArrayDeque<>(load.pieces(settings.queue().batch()));
    while (!todo.isEmpty()) {
      Outcome outcome = sendPiece(load, todo, context);
      if (!(outcome instanceof Outcome.Delivered)) {
        return outcome;
      }
    }
    return Outcome.DELIVERED;
  }

  /** Sends the first piece; puts its halves back when it is too large. */
  private Outcome sendPiece(Load load, Deque<Batch> todo, RequestContext context)
      throws InterruptedException {
    Batch batch = todo.removeFirst();
    Backoff backoff = new Backoff(settings.retry(), ThreadLocalRandom.current(), System.nanoTime());
    while (true) {
      ExportOutcome outcome = attempt(batch, context);
      if (outcome == null) {
        return Outcome.STOPPED;
      }
      String reason;
      Duration wish = null;
      switch (outcome) {
        case ExportOutcome.Accepted accepted -> {
          sent(load, batch.itemCount());
          return Outcome.DELIVERED;
        }
        case ExportOutcome.Rejected rejected -> {
          return putAside(load, List.of(new Letter(batch, rejected.reason())), backoff);
        }
        case ExportOutcome.TooLarge tooLarge -> {
          int items = batch.itemCount();
          if (items <= 1) {
            return putAside(load, List.of(new Letter(batch, tooLarge.reason())), backoff);
          }
          todo.addFirst(batch.slice(items / 2, items));
          todo.addFirst(batch.slice(0, items / 2));
          return Outcome.DELIVERED;
        }
        case ExportOutcome.Partial partial -> {
          BitSet retry = retried(partial, batch.itemCount());
          BitSet rejected = rejected(partial, retry, batch.itemCount());
          int accepted = batch.itemCount() - retry.cardinality() - rejected.cardinality();
          sent(load, accepted);
          Outcome aside = putAside(load, letters(batch, partial, rejected), backoff);
          if (!(aside instanceof Outcome.Delivered) || retry.isEmpty()) {
            return aside;
          }
          if (retry.cardinality() < batch.itemCount()) {
            batch = batch.select(retry);
            backoff.progress();
          }
          reason = partial.retryReason();
          wish = partial.retryAfter();
        }
        case ExportOutcome.Retry retry -> {
          reason = retry.reason();
          wish = retry.after();
        }
      }
      Outcome waited = waitFor(backoff, reason, wish);
      if (!(waited instanceof Outcome.Delivered)) {
        return waited;
      }
    }
  }

  /** One attempt; null when the exporter or the agent stops. */
  private @Nullable ExportOutcome attempt(Batch batch, RequestContext context)
      throws InterruptedException {
    Exporter exporter = slot.awaitRunning();
    if (exporter == null || isAborted()) {
      return null;
    }
    ExportOutcome outcome;
    boolean interrupted = false;
    AttemptTimer.Attempt attempt = timer.begin(settings.timeout());
    ClassLoader before = Calls.enter(slot.loader());
    try {
      outcome = exporter.export(batch, context);
    } catch (InterruptedException e) {
      interrupted = true;
      outcome = new ExportOutcome.Retry("interrupted", null);
    } catch (Exception | LinkageError | AssertionError | StackOverflowError e) {
      outcome = misbehaved(Calls.describe(e), e);
    } finally {
      Calls.leave(before);
    }
    if (attempt.end()) {
      boolean _ = Thread.interrupted();
      // What the exporter made of the interrupt does not count, unless it was done by then.
      return outcome instanceof ExportOutcome.Accepted
          ? outcome
          : new ExportOutcome.Retry("no answer within " + settings.timeout(), null);
    }
    if (interrupted) {
      if (isAborted()) {
        return null;
      }
      if (!settings.queue().enabled()) {
        throw new InterruptedException(); // The thread is the caller's, and so is the interrupt.
      }
    }
    return outcome == null ? misbehaved("export returned nothing", null) : outcome;
  }

  private ExportOutcome misbehaved(String what, @Nullable Throwable cause) {
    metrics.misbehaved.add(1);
    if (limiter.permit(what) >= 0) {
      LOGGER
          .atWarn()
          .addKeyValue("component", slot.identity())
          .setCause(cause)
          .log("Exporter misbehaved: {}", what);
    }
    return new ExportOutcome.Retry(what, null);
  }

  /** Puts telemetry aside, again and again until it is durable or the retry gives up. */
  private Outcome putAside(Load load, List<Letter> letters, Backoff backoff)
      throws InterruptedException {
    if (letters.isEmpty()) {
      return Outcome.DELIVERED;
    }
    int items = 0;
    for (Letter letter : letters) {
      items += letter.batch().itemCount();
    }
    while (true) {
      try {
        services.deadLetters().put("exporter", slot.identity().id(), letters);
        metrics.deadLettered.add(load.settle(items));
        recovered();
        if (limiter.permit(letters.get(0).reason()) >= 0) {
          LOGGER
              .atWarn()
              .addKeyValue("component", slot.identity())
              .addKeyValue("items", items)
              .log("Put aside as dead letters: {}", letters.get(0).reason());
        }
        return Outcome.DELIVERED;
      } catch (IOException e) {
        String reason = "dead letters cannot be written: " + e.getMessage();
        Outcome waited = waitFor(backoff, reason, null);
        if (!(waited instanceof Outcome.Delivered)) {
          return waited;
        }
      }
    }
  }

  /** Waits before the next attempt; any outcome but delivered ends the load. */
  private Outcome waitFor(Backoff backoff, String reason, @Nullable Duration wish)
      throws InterruptedException {
    unwell = true;
    services
        .board()
        .report(slot.identity(), HealthBoard.Aspect.DELIVERY, new Health.Degraded(reason));
    Duration wait = backoff.next(wish, System.nanoTime());
    long suppressed = limiter.permit(reason);
    if (suppressed >= 0) {
      LOGGER
          .atWarn()
          .addKeyValue("component", slot.identity())
          .addKeyValue("suppressed", suppressed)
          .log(
              wait == null
                  ? "Export failed and is given up: {}"
                  : "Export failed and is retried: {}",
              reason);
    }
    if (wait == null) {
      return new Outcome.Refused(slot.identity().name() + ": " + reason, wish);
    }
    metrics.retries.add(1);
    return aborted.await(wait.toNanos(), TimeUnit.NANOSECONDS)
        ? Outcome.STOPPED
        : Outcome.DELIVERED;
  }

  private void sent(Load load, int items) {
    metrics.sent.add(load.settle(items));
    if (items > 0) {
      recovered();
    }
  }

  private void recovered() {
    if (unwell) {
      unwell = false;
      limiter.reset();
      services.board().report(slot.identity(), HealthBoard.Aspect.DELIVERY, Health.OK);
    }
  }

  /** The items to send again, as far as they exist. */
  private static BitSet retried(ExportOutcome.Partial partial, int items) {
    return partial.retry().get(0, items);
  }

  /** The items to put aside, as far as they exist and are not to be sent again. */
  private BitSet rejected(ExportOutcome.Partial partial, BitSet retry, int items) {
    BitSet rejected = new BitSet(items);
    for (ExportOutcome.RejectedItem item : partial.rejected()) {
      if (item.index() < 0 || item.index() >= items) {
        metrics.misbehaved.add(1);
      } else if (!retry.get(item.index())) {
        rejected.set(item.index());
      }
    }
    return rejected;
  }

  private static List<Letter> letters(Batch batch, ExportOutcome.Partial partial, BitSet rejected) {
    Map<String, BitSet> byReason = new LinkedHashMap<>();
    BitSet left = (BitSet) rejected.clone();
    for (ExportOutcome.RejectedItem item : partial.rejected()) {
      if (item.index() >= 0 && left.get(item.index())) {
        left.clear(item.index());
        byReason.computeIfAbsent(item.reason(), key -> new BitSet()).set(item.index());
      }
    }
    List<Letter> letters = new ArrayList<>(byReason.size());
    byReason.forEach((reason, items) -> letters.add(new Letter(batch.select(items), reason)));
    return letters;
  }

  private boolean isAborted() {
    return aborted.getCount() == 0;
  }
}
