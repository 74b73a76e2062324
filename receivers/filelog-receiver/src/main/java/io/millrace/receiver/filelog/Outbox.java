package io.millrace.receiver.filelog;

import io.millrace.api.pipeline.Deliveries;
import io.millrace.api.pipeline.Delivery;
import io.millrace.api.pipeline.Outcome;
import io.millrace.api.pipeline.Parcel;
import io.millrace.api.pipeline.RequestContext;
import io.millrace.toolkit.source.AgeBound;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * What of one file is under way: hands batches over, notes what becomes of them, sends again what
 * was refused, and says when nothing more may be read. Wakes its tail when there is something to
 * do.
 *
 * <p>{@link #isFull}, {@link #sendAgain}, {@link #send} and {@link #enter} are called by one worker
 * at a time, the others by any thread.
 */
final class Outbox implements AgeBound.Source, AutoCloseable {
  private final TailContext context;
  private final Tail tail;
  private final long windowBytes;
  private final FilelogConfig.RetryConfig retry;
  private final AgeBound.Watch ageWatch;
  private final List<Life> formerLives = new ArrayList<>();
  private final AtomicInteger failures = new AtomicInteger();
  private final AtomicBoolean queuedForRoom = new AtomicBoolean();
  private Life life;
  private volatile boolean waiting;
  private volatile long retryAtNanos;

  /**
   * Makes an outbox in which nothing is.
   *
   * @param life the life that is read now
   */
  Outbox(TailContext context, Tail tail, Life life) {
    this.context = context;
    this.tail = tail;
    this.windowBytes = context.settings().windowBytes();
    this.retry = context.settings().config().retryOnFailure();
    this.life = life;
    this.retryAtNanos = context.nanoTime();
    this.ageWatch = context.ageBound().watch(this);
  }

  @Override
  public String name() {
    return tail.path().toString();
  }

  @Override
  public synchronized OptionalLong oldestNanos() {
    for (Life former : formerLives) {
      OptionalLong oldest = former.ledger().oldestNanos();
      if (oldest.isPresent()) {
        return oldest;
      }
    }
    return life.ledger().oldestNanos();
  }

  /** The life that is read now, and earlier ones whose batches are still on their way. */
  synchronized List<Life> lives() {
    List<Life> all = new ArrayList<>(formerLives);
    all.add(life);
    return all;
  }

  /** The life that is read now. */
  synchronized Life life() {
    return life;
  }

  /** Begins another life; what is under way of the one before stays here until it has arrived. */
  synchronized void enter(Life next) {
    if (!life.ledger().settled()) {
      formerLives.add(life);
    }
    life = next;
  }

  /** Whether everything that was handed over has arrived. */
  boolean isEmpty() {
    for (Life each : lives()) {
      if (!each.ledger().settled()) {
        return false;
      }
    }
    return true;
  }

  /** Whether too much is on its way, or for too long; the tail is woken when it no longer is. */
  boolean isFull() {
    Life current = life();
    if (isBounded(current)) {
      // Whatever arrives wakes this tail.
      waiting = true;
      boolean full = isBounded(current);
      waiting = full;
      return full;
    }
    if (!context.budget().isExhausted()) {
      return false;
    }
    if (queuedForRoom.compareAndSet(false, true)) {
      context.budget().whenRoom(this::roomAgain);
    }
    return true;
  }

  /** Whether what is on its way of a life has reached a bound, or of any life that of age. */
  private boolean isBounded(Life of) {
    boolean old = ageWatch.holdsBack();
    return old || of.ledger().unacknowledgedBytes() >= windowBytes;
  }

  private void roomAgain() {
    queuedForRoom.set(false);
    tail.wake();
  }

  /** Hands over a new batch of the life that is read now. */
  void send(Sent sent) throws InterruptedException {
    Life current = life();
    current.ledger().add(sent);
    context.budget().add(sent.bytesHeld);
    if (sent.batch.isEmpty()) {
      ended(current, sent, Outcome.DELIVERED);
      return;
    }
    handOver(current, sent);
  }

  /** Sends what was refused once more; returns whether something new may be read. */
  boolean sendAgain() throws InterruptedException {
    for (Life each : lives()) {
      if (!each.ledger().hasFailed()) {
        continue;
      }
      boolean tooEarly = context.nanoTime() - retryAtNanos < 0;
      List<Sent> failed = tooEarly ? List.of() : each.ledger().takeFailed();
      if (failed.isEmpty()) {
        return false;
      }
      context.instruments().resentBatches.add(failed.size());
      for (Sent sent : failed) {
        sendAgain(each, sent);
      }
    }
    synchronized (this) {
      formerLives.removeIf(former -> former.ledger().settled());
      return !life.ledger().hasFailed();
    }
  }

  /** Hands a batch over, or puts it aside once it was rejected for ever. */
  private void sendAgain(Life of, Sent sent) throws InterruptedException {
    String rejection = sent.rejection;
    if (rejection == null) {
      handOver(of, sent);
      return;
    }
    try {
      context.troubles().putAside(sent.batch, rejection);
      ended(of, sent, Outcome.DELIVERED);
    } catch (IOException e) {
      ended(of, sent, new Outcome.Refused("dead letters cannot be written: " + e, null));
    }
  }

  private void handOver(Life of, Sent sent) throws InterruptedException {
    Delivery delivery = Deliveries.replayable(outcome -> ended(of, sent, outcome));
    try {
      context
          .consumer()
          .accept(new Parcel(sent.batch, delivery, RequestContext.local(context.unixNanos())));
    } catch (RuntimeException e) {
      // Against the contract of a consumer; without this the batch would never end.
      context.troubles().broken(tail.path(), e);
      delivery.refused("A component failed: " + e);
    }
  }

  /** What became of a batch; on any thread. */
  private void ended(Life of, Sent sent, Outcome outcome) {
    boolean arrived = outcome instanceof Outcome.Delivered;
    if (outcome instanceof Outcome.Rejected rejected) {
      sent.rejection = rejected.reason();
    }
    long released = of.ledger().ended(sent, arrived);
    if (arrived) {
      failures.set(0);
      context.budget().release(released);
      context.positionMoved();
      if (waiting && !isBounded(of)) {
        waiting = false;
        tail.wake();
      }
    }
    if (of.ledger().hasFailed() && of.ledger().underWay() == 0) {
      Duration hint = outcome instanceof Outcome.Refused refused ? refused.retryAfter() : null;
      Duration wait = outcome instanceof Outcome.Rejected ? Duration.ZERO : backOff(hint);
      retryAtNanos = context.nanoTime() + wait.toNanos();
      context.wakeLater(tail, wait);
    }
  }

  private Duration backOff(@Nullable Duration hint) {
    int doublings = Math.min(failures.getAndIncrement(), 20);
    Duration wait = retry.initialInterval().multipliedBy(1L << doublings);
    Duration limited = wait.compareTo(retry.maxInterval()) > 0 ? retry.maxInterval() : wait;
    return hint != null && hint.compareTo(limited) > 0 ? hint : limited;
  }

  /** Is not watched for its age any more. */
  @Override
  public void close() {
    ageWatch.close();
  }
}
