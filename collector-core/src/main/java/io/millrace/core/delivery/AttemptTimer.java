package io.millrace.core.delivery;

import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Interrupts attempts that take too long. Thread-safe. */
public final class AttemptTimer implements AutoCloseable {
  private final ScheduledThreadPoolExecutor scheduler;

  public AttemptTimer() {
    scheduler =
        new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().daemon().name("attempt-timer").factory());
    scheduler.setRemoveOnCancelPolicy(true);
  }

  /** Begins an attempt of the calling thread; {@link Attempt#end} must follow. */
  Attempt begin(Duration limit) {
    Attempt attempt = new Attempt(Thread.currentThread());
    if (!limit.isZero()) {
      attempt.alarm = scheduler.schedule(attempt::interrupt, limit.toNanos(), TimeUnit.NANOSECONDS);
    }
    return attempt;
  }

  @Override
  public void close() {
    scheduler.shutdownNow();
  }

  /** An attempt under way. */
  static final class Attempt {
    private enum State {
      RUNNING,
      INTERRUPTING,
      TIMED_OUT,
      ENDED
    }

    private final Thread thread;
    private final AtomicReference<State> state = new AtomicReference<>(State.RUNNING);
    private @Nullable Future<?> alarm;

    private Attempt(Thread thread) {
      this.thread = thread;
    }

    /**
     * Ends the attempt: no interrupt of its time-out arrives later.
     *
     * @return whether it was interrupted because of its time-out; the thread's interrupt status is
     *     then cleared
     */
    boolean end() {
      if (alarm != null) {
        alarm.cancel(false);
      }
      if (state.compareAndSet(State.RUNNING, State.ENDED)) {
        return false;
      }
      while (state.get() == State.INTERRUPTING) {
        Thread.onSpinWait();
      }
      return true;
    }

    private void interrupt() {
      if (state.compareAndSet(State.RUNNING, State.INTERRUPTING)) {
        thread.interrupt();
        state.set(State.TIMED_OUT);
      }
    }
  }
}
