package io.millrace.core.delivery;

import io.millrace.api.component.DeliverySettings;
import io.millrace.api.component.ExportOutcome;
import io.millrace.api.component.Exporter;
import io.millrace.api.pipeline.Outcome;
import io.millrace.api.pipeline.RequestContext;
import io.millrace.api.telemetry.Batch;
import io.millrace.core.component.ComponentSlot;
import io.millrace.core.component.LogLimiter;
import io.millrace.core.component.Services;
import io.millrace.core.state.DeadLetterStore.Letter;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes attempts until a load has come to an end: accepted, put aside as dead letters, given up or
 * stopped. Thread-safe; blocks the calling thread for as long as that takes.
 *
 * <p>What is given up (retrying is switched off, or {@code max_elapsed_time} is over) is put aside
 * too, unless a sender still waits for the answer: it is refused then, and may send again.
 */
final class Sender {
  private static final Logger LOGGER = LoggerFactory.getLogger(Sender.class);

  private final ComponentSlot<Exporter> slot;
  private final DeliverySettings settings;
  private final Destination.Lane lane;
  private final Attempts attempts;
  private final Codes codes;
  private final Aside aside;
  private final Waits waits;
  private final ExportMetrics metrics;
  private final LogLimiter limiter = new LogLimiter();

  Sender(
      ComponentSlot<Exporter> slot,
      Destination.Lane lane,
      DeliverySettings settings,
      ExportPath.Shared shared,
      ExportMetrics metrics) {
    Services services = shared.services();
    boolean ownThreads = settings.queue().enabled();
    this.slot = slot;
    this.settings = settings;
    this.lane = lane;
    this.metrics = metrics;
    this.waits = new Waits(ownThreads);
    this.attempts =
        new Attempts(
            slot,
            shared.timer(),
            new Attempts.Limits(settings.timeout(), ownThreads),
            waits,
            metrics);
    this.codes = new Codes(settings.retry());
    this.aside = new Aside(slot.identity(), services, waits, metrics);
  }

  /** Ends every wait between attempts; what is not sent by then ends as stopped. */
  void abort() {
    waits.abort();
    lane.wake();
  }

  /**
   * Sends a load.
   *
   * @return how its Deliveries end
   * @throws InterruptedException when the thread was interrupted by somebody else than the
   *     attempt's time-out; the load's Deliveries must then end as stopped or refused
   */
  Outcome send(Load load) throws InterruptedException {
    return new Sending(load).run();
  }

  /** One load on its way. One thread at a time. */
  private final class Sending {
    private final Load load;
    private final RequestContext context;
    private final Deque<Batch> todo;
    private final Division division;

    Sending(Load load) {
      this.load = load;
      this.context = load.context();
      this.todo = new ArrayDeque<>(load.pieces(settings.queue().batch()));
      this.division = new Division(todo.stream().mapToInt(Batch::itemCount).sum());
    }

    Outcome run() throws InterruptedException {
      while (!todo.isEmpty()) {
        Outcome outcome = sendPiece(todo.removeFirst());
        if (!(outcome instanceof Outcome.Delivered)) {
          return outcome;
        }
      }
      return Outcome.DELIVERED;
    }

    /** Sends a piece until it has ended; or puts its halves back. */
    private Outcome sendPiece(Batch piece) throws InterruptedException {
      Batch batch = piece;
      Backoff backoff =
          new Backoff(settings.retry(), ThreadLocalRandom.current(), System.nanoTime());
      String reason = "";
      while (true) {
        Exporter exporter = waits.through(slot::awaitRunning);
        long limit = backoff.remainingNanos(System.nanoTime());
        Destination.Pass pass =
            exporter == null ? null : waits.through(() -> lane.enter(limit, waits));
        if (exporter == null || waits.isAborted()) {
          if (pass != null) {
            lane.leave(pass, null, backoff);
          }
          return Outcome.STOPPED;
        }
        if (pass == null) {
          return giveUp(batch, backoff, reason.isEmpty() ? lane.trouble() : reason, null);
        }
        ExportOutcome outcome = attempt(exporter, batch, pass, backoff);
        if (outcome == null) {
          return Outcome.STOPPED;
        }
        Duration wish = null;
        switch (codes.apply(outcome)) {
          case ExportOutcome.Accepted accepted -> {
            sent(batch.itemCount());
            return Outcome.DELIVERED;
          }
          case ExportOutcome.Rejected rejected -> {
            return rejected.divisible() && division.divide(batch.itemCount())
                ? divided(batch)
                : putAside(batch, rejected.reason(), backoff);
          }
          case ExportOutcome.TooLarge tooLarge -> {
            return batch.itemCount() > 1
                ? divided(batch)
                : putAside(batch, tooLarge.reason(), backoff);
          }
          case ExportOutcome.Partial partial -> {
            Share share = Share.of(batch, partial);
            metrics.misbehaved.add(share.mistakes());
            sent(share.accepted());
            Outcome put = putAside(share.letters(), backoff);
            if (!(put instanceof Outcome.Delivered) || share.retry().isEmpty()) {
              return put;
            }
            if (share.retry().cardinality() < batch.itemCount()) {
              batch = batch.select(share.retry());
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
        Duration wait = backoff.next(wish, System.nanoTime());
        lane.troubled(reason);
        if (wait == null) {
          return giveUp(batch, backoff, reason, wish);
        }
        note("Export failed and is retried: {}", reason);
        metrics.retries.add(1);
        // While attempts are held back, all wait for the same one.
        if (!lane.isOpen() && !waits.pass(wait)) {
          return Outcome.STOPPED;
        }
      }
    }

    private @Nullable ExportOutcome attempt(
        Exporter exporter, Batch batch, Destination.Pass pass, Backoff backoff)
        throws InterruptedException {
      ExportOutcome outcome = null;
      try {
        outcome = attempts.make(exporter, batch, context);
        return outcome;
      } finally {
        lane.leave(pass, outcome == null ? null : Answer.of(outcome), backoff);
      }
    }

    private Outcome divided(Batch batch) {
      int items = batch.itemCount();
      todo.addFirst(batch.slice(items / 2, items));
      todo.addFirst(batch.slice(0, items / 2));
      return Outcome.DELIVERED;
    }

    private void sent(int items) {
      metrics.sent.add(load.settle(items));
      if (items > 0) {
        division.accepted();
      }
    }

    private Outcome giveUp(Batch batch, Backoff backoff, String reason, @Nullable Duration wish)
        throws InterruptedException {
      Duration tried = backoff.elapsed(System.nanoTime());
      if (!load.keepsWhatIsGivenUp()) {
        note("Export failed and is given up: {}", reason);
        return new Outcome.Refused(slot.identity().name() + ": " + reason, wish);
      }
      metrics.givenUp.add(batch.itemCount());
      return putAside(batch, "given up after " + tried.toSeconds() + " s: " + reason, backoff);
    }

    private Outcome putAside(Batch batch, String reason, Backoff backoff)
        throws InterruptedException {
      return putAside(List.of(new Letter(batch, reason)), backoff);
    }

    /** Never gives up what nobody would send again. */
    private Outcome putAside(List<Letter> letters, Backoff backoff) throws InterruptedException {
      return aside.put(load, letters, load.keepsWhatIsGivenUp() ? backoff.endless() : backoff);
    }
  }

  private void note(String message, String reason) {
    long suppressed = limiter.permit(reason);
    if (suppressed >= 0) {
      LOGGER
          .atWarn()
          .addKeyValue("component", slot.identity())
          .addKeyValue("suppressed", suppressed)
          .log(message, reason);
    }
  }
}
