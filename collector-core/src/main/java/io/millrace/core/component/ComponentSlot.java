package io.millrace.core.component;

import io.millrace.api.component.Component;
import io.millrace.api.component.Health;
import io.millrace.api.component.StartException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The place of a component in the agent, whether it runs or not. Thread-safe.
 *
 * <p>Made, started and stopped on threads of its own, so that a component that hangs holds up
 * nobody. One that cannot start is stopped, made anew and started again after a while.
 *
 * @param <T> what it is
 */
public final class ComponentSlot<T extends Component> {
  private static final Logger LOGGER = LoggerFactory.getLogger(ComponentSlot.class);
  private static final Duration AFTER_INTERRUPT = Duration.ofSeconds(1);

  /**
   * How long to wait before a component is started again.
   *
   * @param first wait after the first failure; doubles each time
   * @param longest upper limit
   */
  public record Backoff(Duration first, Duration longest) {
    public static final Backoff STANDARD =
        new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(30));

    /** The wait after one that was in vain. */
    public Duration next(Duration current) {
      Duration doubled = current.multipliedBy(2);
      return doubled.compareTo(longest) > 0 ? longest : doubled;
    }
  }

  private final Identity identity;
  private final ClassLoader loader;
  private final Supplier<? extends T> maker;
  private final HealthBoard board;
  private final Backoff backoff;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final CountDownLatch firstAttempt = new CountDownLatch(1);
  private final LogLimiter limiter = new LogLimiter();
  private volatile @Nullable T running;
  private volatile boolean stopping;
  private volatile String reason = "not started yet";
  private @Nullable Thread starter;
  private @Nullable Thread stopper;

  /**
   * Makes a slot and puts it on the board.
   *
   * @param loader the component's class loader
   * @param maker makes a new instance; may throw anything
   */
  public ComponentSlot(
      Identity identity,
      ClassLoader loader,
      Supplier<? extends T> maker,
      HealthBoard board,
      Backoff backoff) {
    this.identity = identity;
    this.loader = loader;
    this.maker = maker;
    this.board = board;
    this.backoff = backoff;
    board.register(identity);
  }

  public Identity identity() {
    return identity;
  }

  /** The component's class loader. */
  public ClassLoader loader() {
    return loader;
  }

  /** The component, or null while it does not run. */
  public @Nullable T running() {
    return running;
  }

  /** Whether it stops or has stopped, for good. */
  public boolean stopping() {
    return stopping;
  }

  /** Why it does not run. */
  public String reason() {
    return reason;
  }

  /**
   * Waits until the component runs.
   *
   * @return null when it never will, because it stops
   */
  public @Nullable T awaitRunning() throws InterruptedException {
    T now = running;
    if (now != null) {
      return now;
    }
    lock.lockInterruptibly();
    try {
      while (running == null && !stopping) {
        changed.await();
      }
      return stopping ? null : running;
    } finally {
      lock.unlock();
    }
  }

  /** Begins to start the component; returns at once. */
  public void launch() {
    Thread thread = thread("start ", this::startUntilItRuns);
    starter = thread;
    thread.start();
  }

  /**
   * Waits until the first attempt to start has come to something.
   *
   * @return whether it has within the time
   */
  public boolean awaitFirstAttempt(Deadline deadline) throws InterruptedException {
    return firstAttempt.await(deadline.remainingNanos(), TimeUnit.NANOSECONDS);
  }

  /** Begins to stop the component; returns at once. From now on it gets no more telemetry. */
  public void beginStop() {
    T component;
    lock.lock();
    try {
      if (stopping) {
        return;
      }
      stopping = true;
      component = running;
      running = null;
      reason = "the agent stops";
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    Thread starting = starter;
    if (component == null && starting != null) {
      starting.interrupt();
      stopper = starting;
    } else if (component != null) {
      Thread thread = thread("stop ", () -> stop(component));
      stopper = thread;
      thread.start();
    }
  }

  /**
   * Waits until the component has stopped.
   *
   * @return whether it has within the time
   */
  public boolean awaitStopped(Deadline deadline) throws InterruptedException {
    Thread thread = stopper;
    return thread == null || deadline.join(thread);
  }

  /** Interrupts a component that has not stopped, and leaves it behind if that does not help. */
  public void abandon() throws InterruptedException {
    Thread thread = stopper;
    if (thread == null || !thread.isAlive()) {
      return;
    }
    thread.interrupt();
    if (!Deadline.in(AFTER_INTERRUPT).join(thread)) {
      LOGGER
          .atWarn()
          .addKeyValue("component", identity)
          .log("Component did not stop in time and was left behind");
    }
  }

  private void startUntilItRuns() {
    Duration wait = backoff.first();
    while (!stopping) {
      T component = tryToStart();
      if (component != null) {
        took(component);
        return;
      }
      firstAttempt.countDown();
      if (stopping) {
        return;
      }
      long suppressed = limiter.permit(reason);
      if (suppressed >= 0) {
        LOGGER
            .atWarn()
            .addKeyValue("component", identity)
            .addKeyValue("retryIn", wait)
            .log("Component could not start: {}", reason);
      }
      try {
        Thread.sleep(wait);
      } catch (InterruptedException e) {
        return; // Only the agent's stop interrupts this thread.
      }
      wait = backoff.next(wait);
    }
  }

  private void took(T component) {
    boolean tooLate;
    lock.lock();
    try {
      tooLate = stopping;
      if (!tooLate) {
        running = component;
        reason = "";
        changed.signalAll();
      }
    } finally {
      lock.unlock();
    }
    if (tooLate) {
      stop(component);
    } else {
      board.report(identity, HealthBoard.Aspect.LIFE, Health.OK);
    }
    firstAttempt.countDown();
  }

  private @Nullable T tryToStart() {
    T component = null;
    try {
      component = maker.get();
      component.start();
      return component;
    } catch (StartException e) {
      failed(e.getMessage() == null ? Calls.describe(e) : e.getMessage());
    } catch (InterruptedException e) {
      failed("interrupted");
    } catch (Exception | LinkageError | AssertionError | StackOverflowError e) {
      failed(Calls.describe(e));
      LOGGER.atDebug().addKeyValue("component", identity).setCause(e).log("Start failed");
    }
    if (component != null) {
      stop(component);
    }
    return null;
  }

  private void failed(String why) {
    reason = why;
    board.report(identity, HealthBoard.Aspect.LIFE, new Health.Failed(why));
  }

  private void stop(T component) {
    try {
      component.stop();
    } catch (InterruptedException e) {
      LOGGER
          .atWarn()
          .addKeyValue("component", identity)
          .log("Component was interrupted while it stopped");
    } catch (Exception | LinkageError | AssertionError | StackOverflowError e) {
      LOGGER
          .atWarn()
          .addKeyValue("component", identity)
          .setCause(e)
          .log("Component failed to stop");
    }
  }

  private Thread thread(String what, Runnable work) {
    Thread thread = Thread.ofPlatform().daemon().name(what + identity).unstarted(work);
    thread.setContextClassLoader(loader);
    return thread;
  }
}
