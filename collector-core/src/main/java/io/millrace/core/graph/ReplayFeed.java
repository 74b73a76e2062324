package io.millrace.core.graph;

import io.millrace.api.component.ComponentId;
import io.millrace.api.pipeline.Consumer;
import io.millrace.api.pipeline.Deliveries;
import io.millrace.api.pipeline.Outcome;
import io.millrace.api.pipeline.Parcel;
import io.millrace.api.pipeline.RequestContext;
import io.millrace.api.telemetry.Batch;
import io.millrace.core.component.Calls;
import io.millrace.core.component.ComponentSlot;
import io.millrace.core.component.Deadline;
import io.millrace.core.component.LogLimiter;
import io.millrace.core.component.Services;
import io.millrace.core.state.DeadLetterStore.Letter;
import io.millrace.core.state.LetterOwner;
import io.millrace.core.state.LetterScan;
import io.millrace.core.state.ReturningLetters;
import io.millrace.core.state.StoredLetter;
import io.millrace.core.telemetry.Instruments.Tally;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.DelayQueue;
import java.util.concurrent.Delayed;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A replayable source that hands on the dead letters of one file that are on their way back, once
 * through. Its own thread does all the work; {@link #start}, {@link #halt} and what it tells are
 * thread-safe.
 *
 * <p>What arrives is done; what is refused is handed on again after a while, without end; what is
 * rejected becomes a dead letter again; what the agent's stop interrupts stays on its way.
 */
final class ReplayFeed {
  private static final Logger LOGGER = LoggerFactory.getLogger(ReplayFeed.class);

  /**
   * What all feeds share. Immutable; the parts are thread-safe.
   *
   * @param windowBytes how much of a file may be under way; one letter always may
   */
  record Shared(
      Services services,
      ReplayTargets targets,
      ComponentSlot.Backoff backoff,
      InFlight inFlight,
      Tally handedOn,
      LogLimiter limiter,
      long windowBytes) {}

  private final Shared shared;
  private final String name;
  private final ReturningLetters letters;
  private final DelayQueue<Step> steps = new DelayQueue<>();
  private final Set<String> unowned = new ConcurrentSkipListSet<>();
  private final Thread thread;
  private volatile boolean halted;
  private volatile boolean complete;
  private long open;
  private long openBytes;
  private long arrived;

  /** A letter under way. */
  private static final class Held {
    private final StoredLetter letter;
    private final Batch batch;
    private final Consumer target;
    private Duration wait;

    Held(StoredLetter letter, Batch batch, Consumer target, Duration wait) {
      this.letter = letter;
      this.batch = batch;
      this.target = target;
      this.wait = wait;
    }
  }

  /** Something to do for a letter, at its time: to note its outcome, or to hand it on again. */
  private record Step(@Nullable Held held, @Nullable Outcome outcome, long dueNanos)
      implements Delayed {
    @Override
    public long getDelay(TimeUnit unit) {
      return unit.convert(dueNanos - System.nanoTime(), TimeUnit.NANOSECONDS);
    }

    @Override
    public int compareTo(Delayed other) {
      return Long.compare(getDelay(TimeUnit.NANOSECONDS), other.getDelay(TimeUnit.NANOSECONDS));
    }
  }

  /**
   * Makes a feed.
   *
   * @param name of the file, for messages
   * @param letters what to hand on; closed at the end
   */
  ReplayFeed(Shared shared, String name, ReturningLetters letters) {
    this.shared = shared;
    this.name = name;
    this.letters = letters;
    this.thread = Thread.ofVirtual().name("replay " + name).unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  /** Hands nothing more on; outcomes are still noted. */
  void halt() {
    halted = true;
    steps.add(new Step(null, null, System.nanoTime()));
  }

  /** Waits for the end; interrupts what does not come to one. */
  void join(Deadline deadline) throws InterruptedException {
    if (!deadline.join(thread)) {
      thread.interrupt();
    }
  }

  boolean isRunning() {
    return thread.isAlive();
  }

  /** Whether every letter has come to an end that the configuration has a component for. */
  boolean isComplete() {
    return complete;
  }

  /** The components of letters that the configuration does not have. */
  Set<String> unowned() {
    return Set.copyOf(unowned);
  }

  private void run() {
    try (letters) {
      try {
        letters.<InterruptedException>read(this::take);
        settleAll();
        complete = !halted;
      } catch (InterruptedException e) {
        settleRest(); // Before the letters are closed, since then their lines move.
      }
      LOGGER
          .atInfo()
          .addKeyValue("file", name)
          .addKeyValue("letters", arrived)
          .log("Dead letters came to an end again");
    } catch (IOException | RuntimeException e) {
      if (shared.limiter().permit(name + e) >= 0) {
        LOGGER
            .atWarn()
            .addKeyValue("file", name)
            .setCause(e)
            .log("Dead letters cannot be handed on now and will be tried again");
      }
    }
  }

  private void take(StoredLetter letter, LetterScan.Content content)
      throws IOException, InterruptedException {
    while (openBytes > 0 && openBytes + letter.length() > shared.windowBytes()) {
      settle(steps.take());
    }
    for (Step step = steps.poll(); step != null; step = steps.poll()) {
      settle(step);
    }
    if (halted) {
      throw new InterruptedException();
    }
    Consumer target = shared.targets().of(letter);
    if (target == null) {
      unowned.add(letter.component());
      return;
    }
    Batch batch;
    try {
      batch = content.read().batch();
    } catch (IOException e) {
      LOGGER
          .atWarn()
          .addKeyValue("component", letter.component())
          .log("A dead letter cannot be read and stays: {}", e.getMessage());
      letters.dead(letter);
      return;
    }
    open++;
    openBytes += letter.length();
    handOn(new Held(letter, batch, target, shared.backoff().first()));
  }

  private void settleAll() throws IOException, InterruptedException {
    while (open > 0) {
      settle(steps.take());
    }
  }

  /** After a halt: notes what still comes to an end, and leaves the rest on its way. */
  private void settleRest() {
    try {
      settleAll();
    } catch (IOException | InterruptedException e) {
      LOGGER
          .atDebug()
          .addKeyValue("file", name)
          .addKeyValue("letters", open)
          .log("Dead letters stay on their way");
    }
  }

  private void handOn(Held held) throws InterruptedException {
    int items = held.batch.itemCount();
    shared.handedOn().add(items);
    InFlight.Tracked tracked =
        shared
            .inFlight()
            .track(Deliveries.replayable(outcome -> add(held, outcome, Duration.ZERO)), items);
    ClassLoader before = Thread.currentThread().getContextClassLoader();
    long now = TimeUnit.MILLISECONDS.toNanos(shared.services().clock().millis());
    try {
      held.target.accept(new Parcel(held.batch, tracked, RequestContext.local(now)));
    } catch (InterruptedException e) {
      tracked.giveUp(halted ? Outcome.STOPPED : new Outcome.Refused("interrupted", null));
      throw e;
    } catch (RuntimeException | LinkageError | AssertionError | StackOverflowError e) {
      LOGGER.atError().addKeyValue("file", name).setCause(e).log("Could not hand on a parcel");
      tracked.giveUp(new Outcome.Refused("could not be handed on: " + e, null));
    } finally {
      Calls.leave(before);
    }
  }

  private void settle(Step step) throws IOException, InterruptedException {
    Held held = step.held;
    if (held == null) {
      return; // Only wakes the thread.
    }
    switch (step.outcome) {
      case null -> again(held);
      case Outcome.Delivered _ -> {
        letters.done(held.letter);
        arrived++;
        forget(held);
      }
      case Outcome.Stopped _ -> {
        halted = true;
        forget(held);
      }
      case Outcome.Refused refused -> {
        waits(held, refused.reason());
        Duration wish = refused.retryAfter();
        add(held, null, wish != null && wish.compareTo(held.wait) > 0 ? wish : held.wait);
        held.wait = shared.backoff().next(held.wait);
      }
      case Outcome.Rejected rejected -> putAside(held, rejected);
    }
  }

  private void again(Held held) throws InterruptedException {
    if (halted) {
      forget(held);
    } else {
      handOn(held);
    }
  }

  private void putAside(Held held, Outcome.Rejected rejected) throws IOException {
    StoredLetter letter = held.letter;
    int colon = letter.component().indexOf(':');
    LetterOwner owner =
        new LetterOwner(
            letter.component().substring(0, colon),
            ComponentId.parse(letter.component().substring(colon + 1)),
            letter.pipeline());
    try {
      shared
          .services()
          .deadLetters()
          .put(owner, List.of(new Letter(held.batch, rejected.reason())));
    } catch (IOException e) {
      if (halted) {
        forget(held);
        return;
      }
      waits(held, "dead letters cannot be written: " + e.getMessage());
      add(held, rejected, held.wait);
      held.wait = shared.backoff().next(held.wait);
      return;
    }
    letters.done(letter);
    forget(held);
  }

  private void forget(Held held) {
    open--;
    openBytes -= held.letter.length();
  }

  private void add(Held held, @Nullable Outcome outcome, Duration wait) {
    steps.add(new Step(held, outcome, System.nanoTime() + wait.toNanos()));
  }

  private void waits(Held held, String reason) {
    if (shared.limiter().permit(reason) >= 0) {
      LOGGER
          .atWarn()
          .addKeyValue("component", held.letter.component())
          .log("A dead letter was refused and is handed on again: {}", reason);
    }
  }
}
