package io.millrace.receiver.otlp;

import io.millrace.api.pipeline.Deliveries;
import io.millrace.api.pipeline.Outcome;
import io.millrace.toolkit.net.ByteBudget;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A request between its arrival and its answer. Thread-safe.
 *
 * <p>The answer is sent once, by whatever comes first: the end of the Delivery, the time limit, the
 * stop of the agent. The bytes stay on lease until the Delivery has ended and the thread that hands
 * them over has returned, since until then they are in memory, answered or not; a request that is
 * answered while it still waits for admission is withdrawn.
 */
final class Waiting implements Deliveries.Listener {
  private final Intake intake;
  private final ReceiverMetrics.Transport transport;
  private final ByteBudget.Lease lease;
  private final AnswerSink answer;
  private final AtomicBoolean answered = new AtomicBoolean();
  private final AtomicReference<@Nullable Thread> admission = new AtomicReference<>();
  private volatile boolean arriving = true;
  private volatile boolean taken;

  /** Nobody but perhaps the thread of the admission holds the bytes any more. */
  private volatile boolean released;

  private volatile @Nullable Future<?> timer;

  /**
   * Makes a request that waits.
   *
   * @param lease closed here, once the bytes are gone
   * @param answer called once, on any thread; does not block
   */
  Waiting(
      Intake intake,
      ReceiverMetrics.Transport transport,
      ByteBudget.Lease lease,
      AnswerSink answer) {
    this.intake = intake;
    this.transport = transport;
    this.lease = lease;
    this.answer = answer;
  }

  /** The timer that calls {@link #expire}; ends with the answer. */
  void timer(Future<?> started) {
    timer = started;
    if (answered.get()) {
      started.cancel(false);
    }
  }

  /** The request is whole. */
  void arrived() {
    arriving = false;
  }

  boolean isAnswered() {
    return answered.get();
  }

  /**
   * Marks the calling thread as the one that may be interrupted to withdraw the request.
   *
   * @return false when the request is answered already and must not go on
   */
  boolean enterAdmission() {
    admission.set(Thread.currentThread());
    if (answered.get()) {
      leaveAdmission();
      return false;
    }
    return true;
  }

  /** The pipelines have the request, or nobody will. */
  void leaveAdmission() {
    admission.set(null);
    if (released) {
      lease.close();
    }
  }

  private void release() {
    released = true;
    if (admission.get() == null) {
      lease.close();
    }
  }

  /** Answers now that the request is taken, whatever becomes of it. */
  void acknowledge() {
    if (answered.compareAndSet(false, true)) {
      taken = true;
      finish(Verdict.TAKEN);
    }
  }

  @Override
  public void ended(Outcome outcome) {
    release();
    boolean first = answered.compareAndSet(false, true);
    switch (outcome) {
      case Outcome.Delivered delivered -> {
        if (first) {
          finish(Verdict.TAKEN);
        } else if (!taken) {
          intake.metrics().late();
        }
      }
      case Outcome.Refused refused ->
          failed(
              first,
              Refusal.REFUSED,
              new Verdict.Unavailable(refused.reason(), refused.retryAfter()));
      case Outcome.Rejected rejected ->
          failed(first, Refusal.REJECTED, new Verdict.Invalid(rejected.reason()));
      case Outcome.Stopped stopped ->
          failed(first, Refusal.STOPPING, new Verdict.Unavailable("The agent stops.", null));
    }
  }

  /** Ends a request that never got as far as having a Delivery. */
  void end(Refusal why, Verdict verdict) {
    lease.close();
    if (answered.compareAndSet(false, true)) {
      intake.metrics().refused(transport, why);
      finish(verdict);
    }
  }

  /** Ends a request in which there is nothing to deliver. */
  void endEmpty() {
    lease.close();
    if (answered.compareAndSet(false, true)) {
      finish(Verdict.TAKEN);
    }
  }

  /**
   * Ends a request that the caller answers.
   *
   * @return false when it is answered already
   */
  boolean abandon() {
    lease.close();
    if (!answered.compareAndSet(false, true)) {
      return false;
    }
    forget();
    return true;
  }

  /** The client shall not wait any longer. */
  void expire() {
    if (arriving) {
      giveUp(
          Refusal.TOO_SLOW, new Verdict.Unavailable("The request did not arrive in time.", null));
    } else {
      giveUp(
          Refusal.DEADLINE,
          new Verdict.Unavailable("The telemetry was not delivered in time.", null));
    }
  }

  /** The agent shall not wait any longer. */
  void stop() {
    giveUp(Refusal.STOPPING, new Verdict.Unavailable("The agent stops.", null));
  }

  /** Ends the request if the pipelines have not taken it yet. */
  void withdraw() {
    if (arriving || admission.get() != null) {
      stop();
    }
  }

  /** The client does not wait any longer. */
  void cancel() {
    if (arriving) {
      abandon();
      return;
    }
    giveUp(Refusal.CANCELLED, new Verdict.Unavailable("The client gave up.", null));
  }

  private void giveUp(Refusal why, Verdict verdict) {
    if (answered.compareAndSet(false, true)) {
      intake.metrics().refused(transport, why);
      if (arriving) {
        lease.close();
      }
      finish(verdict);
      Thread waiting = admission.get();
      if (waiting != null) {
        waiting.interrupt();
      }
    }
  }

  private void failed(boolean first, Refusal why, Verdict verdict) {
    if (first) {
      intake.metrics().refused(transport, why);
      finish(verdict);
    } else if (taken) {
      intake.lost(verdict);
    }
  }

  private void finish(Verdict verdict) {
    forget();
    answer.send(verdict);
  }

  private void forget() {
    Future<?> running = timer;
    if (running != null) {
      running.cancel(false);
    }
    intake.forget(this);
  }
}
