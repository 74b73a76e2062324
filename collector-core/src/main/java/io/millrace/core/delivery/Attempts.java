package io.millrace.core.delivery;

import io.millrace.api.component.ExportOutcome;
import io.millrace.api.component.Exporter;
import io.millrace.api.pipeline.RequestContext;
import io.millrace.api.telemetry.Batch;
import io.millrace.core.component.Calls;
import io.millrace.core.component.ComponentSlot;
import io.millrace.core.component.LogLimiter;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Calls the exporter, once each time, and makes sense of whatever it does. Thread-safe. */
final class Attempts {
  private static final Logger LOGGER = LoggerFactory.getLogger(Attempts.class);

  private final ComponentSlot<Exporter> slot;
  private final Duration timeout;
  private final AttemptTimer timer;
  private final Waits waits;
  private final ExportMetrics metrics;
  private final boolean ownThreads;
  private final LogLimiter limiter = new LogLimiter();

  Attempts(
      ComponentSlot<Exporter> slot,
      AttemptTimer timer,
      Limits limits,
      Waits waits,
      ExportMetrics metrics) {
    this.slot = slot;
    this.timeout = limits.timeout();
    this.ownThreads = limits.ownThreads();
    this.timer = timer;
    this.waits = waits;
    this.metrics = metrics;
  }

  /**
   * What bounds an attempt. Immutable.
   *
   * @param timeout how long it may take; zero for ever
   * @param ownThreads whether it runs on a thread that nobody but its path interrupts
   */
  record Limits(Duration timeout, boolean ownThreads) {}

  /**
   * Makes one.
   *
   * @return null when the exporter or the agent stops
   * @throws InterruptedException when the caller's thread was interrupted by somebody else
   */
  @Nullable ExportOutcome make(Exporter exporter, Batch batch, RequestContext context)
      throws InterruptedException {
    ExportOutcome outcome;
    boolean interrupted = false;
    AttemptTimer.Attempt attempt = timer.begin(timeout);
    ClassLoader before = Calls.enter(slot.loader());
    try {
      outcome = exporter.export(batch, context);
    } catch (InterruptedException e) {
      interrupted = true;
      outcome = new ExportOutcome.Retry("interrupted", null);
    } catch (Exception | Error e) {
      // Also for want of memory: the batch is still there, and the next attempt may find some.
      outcome = misbehaved(Calls.describe(e), e);
    } finally {
      Calls.leave(before);
    }
    if (attempt.end()) {
      boolean _ = Thread.interrupted();
      // What the exporter made of the interrupt does not count, unless it was done by then.
      return outcome instanceof ExportOutcome.Accepted
          ? outcome
          : new ExportOutcome.Retry("no answer within " + timeout, null, ExportOutcome.TIMED_OUT);
    }
    if (interrupted) {
      if (waits.isAborted()) {
        return null;
      }
      if (!ownThreads) {
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
}
