package io.millrace.core.delivery;

import io.millrace.api.component.Exporter;
import io.millrace.api.component.Health;
import io.millrace.api.telemetry.Signal;
import io.millrace.core.component.ComponentSlot;
import io.millrace.core.component.HealthBoard;
import io.millrace.core.component.Services;
import io.millrace.core.telemetry.Instruments;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The other end of one exporter, as its attempts find it: gives them leave to begin. All signals
 * share the number of attempts that may be under way at once ({@link Congestion}); each has a lane
 * of its own that stops when its attempts fail one after the other ({@link Breaker}), since a path,
 * an index or a permission can be missing for one signal alone. Thread-safe.
 */
public final class Destination {
  private static final Logger LOGGER = LoggerFactory.getLogger(Destination.class);
  private static final long LONG_NANOS = TimeUnit.DAYS.toNanos(1);

  /** As many attempts as there are threads that hand something over. */
  static final int UNLIMITED = 1 << 24;

  private final ComponentSlot<Exporter> slot;
  private final HealthBoard board;
  private final Instruments instruments;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Congestion congestion = new Congestion(System.nanoTime());
  private final Map<Signal, String> troubles = new EnumMap<>(Signal.class);

  public Destination(ComponentSlot<Exporter> slot, Services services) {
    this.slot = slot;
    this.board = services.board();
    this.instruments = services.instruments();
    var _ =
        instruments.gauge(
            "otelcol_exporter_concurrency_limit",
            "Attempts that may be under way at the same time",
            Map.of("exporter", slot.identity().id().toString()),
            this::limit);
  }

  ComponentSlot<Exporter> slot() {
    return slot;
  }

  /**
   * The lane of a signal.
   *
   * @param attempts how many it can have under way at the same time, or {@link #UNLIMITED}
   * @param retries whether attempts are repeated; otherwise nothing is gained by holding them back
   */
  Lane lane(Signal signal, int attempts, boolean retries) {
    lock.lock();
    try {
      congestion.widen(attempts);
    } finally {
      lock.unlock();
    }
    return new Lane(signal, retries);
  }

  private double limit() {
    lock.lock();
    try {
      return congestion.limit() < UNLIMITED ? congestion.limit() : Double.NaN;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Leave to make an attempt.
   *
   * @param begunNanos when it began
   * @param probe whether others wait for what it finds
   */
  record Pass(long begunNanos, boolean probe) {}

  /** The attempts of one signal. Thread-safe. */
  final class Lane {
    private final Signal signal;
    private final boolean retries;
    private final Breaker breaker = new Breaker(System.nanoTime());
    private final Instruments.Tally openings;

    /** Who waits, in order. */
    private final Deque<Long> line = new ArrayDeque<>();

    private long nextTicket;
    private long openSinceNanos;
    private volatile boolean troubled;

    private Lane(Signal signal, boolean retries) {
      this.signal = signal;
      this.retries = retries;
      Map<String, String> labels =
          Map.of("exporter", slot.identity().id().toString(), "data_type", signal.id());
      this.openings =
          instruments.counter(
              "otelcol_exporter_breaker_openings",
              "How often attempts were held back since all failed",
              labels);
      var _ =
          instruments.gauge(
              "otelcol_exporter_breaker_open",
              "1 while one attempt is made at a time, since all fail",
              labels,
              () -> isOpen() ? 1 : 0);
    }

    /**
     * Waits for leave to make an attempt; first come, first served.
     *
     * @param limitNanos how long at most
     * @return null when there was none in time or the path has ended
     */
    @Nullable Pass enter(long limitNanos, Waits waits) throws InterruptedException {
      Long ticket = null;
      lock.lockInterruptibly();
      try {
        long begin = System.nanoTime();
        while (!waits.isAborted()) {
          long now = System.nanoTime();
          boolean first = line.isEmpty() || line.getFirst().equals(ticket);
          long wait = first ? breaker.waitNanos(now) : Long.MAX_VALUE;
          if (wait == 0 && congestion.hasRoom()) {
            congestion.begin();
            return new Pass(now, breaker.begin());
          }
          long left = limitNanos - (now - begin);
          if (left <= 0) {
            return null;
          }
          if (ticket == null) {
            ticket = nextTicket++;
            line.addLast(ticket);
          }
          // Whoever changes something wakes all; without room it takes a change.
          var _ = changed.awaitNanos(Math.min(LONG_NANOS, Math.min(left, wait == 0 ? left : wait)));
        }
        return null;
      } finally {
        if (ticket != null) {
          line.remove(ticket);
          changed.signalAll();
        }
        lock.unlock();
      }
    }

    /**
     * An attempt has ended.
     *
     * @param answer null when it tells nothing about the destination
     * @param own the back-off of what was attempted
     */
    void leave(Pass pass, @Nullable Answer answer, Backoff own) {
      boolean opened = false;
      Duration closedAfter = null;
      lock.lock();
      try {
        long now = System.nanoTime();
        if (answer == null) {
          congestion.end();
          if (pass.probe()) {
            breaker.withdrawn();
          }
        } else {
          count(pass, answer, now);
          if (answer.alive()) {
            closedAfter = breaker.answered() ? Duration.ofNanos(now - openSinceNanos) : null;
          } else if (retries) {
            opened = breaker.failed(pass.probe(), own, now);
            openSinceNanos = opened ? now : openSinceNanos;
          }
          if (retries) {
            breaker.pause(answer.wish(), now);
          }
        }
        changed.signalAll();
      } finally {
        lock.unlock();
      }
      if (opened) {
        openings.add(1);
        LOGGER
            .atWarn()
            .addKeyValue("component", slot.identity())
            .addKeyValue("signal", signal.id())
            .log("Every attempt fails; from now on one at a time is made, until one succeeds");
      } else if (closedAfter != null) {
        LOGGER
            .atInfo()
            .addKeyValue("component", slot.identity())
            .addKeyValue("signal", signal.id())
            .addKeyValue("seconds", closedAfter.toSeconds())
            .log("Destination answers again");
      }
      if (answer != null && answer.alive() && !answer.overloaded()) {
        well();
      }
    }

    /** Whether attempts are held back since all failed. */
    boolean isOpen() {
      lock.lock();
      try {
        return breaker.isOpen();
      } finally {
        lock.unlock();
      }
    }

    /** Those who wait look again whether they still should. */
    void wake() {
      lock.lock();
      try {
        changed.signalAll();
      } finally {
        lock.unlock();
      }
    }

    /** Why attempts fail; empty when they do not. */
    String trouble() {
      synchronized (troubles) {
        return troubles.getOrDefault(signal, "");
      }
    }

    /** Shows why attempts fail. */
    void troubled(String reason) {
      synchronized (troubles) {
        troubled = true;
        troubles.put(signal, reason);
        board.report(slot.identity(), HealthBoard.Aspect.DELIVERY, new Health.Degraded(reason));
      }
    }

    private void well() {
      if (!troubled) {
        return;
      }
      synchronized (troubles) {
        troubled = false;
        troubles.remove(signal);
        board.report(
            slot.identity(),
            HealthBoard.Aspect.DELIVERY,
            troubles.isEmpty()
                ? Health.OK
                : new Health.Degraded(troubles.values().iterator().next()));
      }
    }

    private void count(Pass pass, Answer answer, long now) {
      if (answer.overloaded()) {
        congestion.endOverloaded(pass.begunNanos(), now);
      } else if (answer.alive()) {
        congestion.endWell();
      } else {
        congestion.end();
      }
    }
  }
}
