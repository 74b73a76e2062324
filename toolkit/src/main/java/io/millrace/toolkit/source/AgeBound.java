package io.millrace.toolkit.source;

import io.millrace.api.component.ComponentContext;
import io.millrace.api.component.Meter;
import io.millrace.toolkit.log.LogLimit;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.slf4j.Logger;

/**
 * Keeps the sources of a receiver from running far ahead of something that is not acknowledged: one
 * whose oldest batch under way is as old as the limit is not read on until that batch has arrived.
 * Thread-safe.
 *
 * <p>The age counts from when a batch was handed on first; sending it again does not make it
 * younger. A source that has nothing under way is never held back, so reading always goes on.
 */
@SuppressWarnings("try") // Closing a gauge may throw whatever it likes, and is passed on as it is.
public final class AgeBound implements AutoCloseable {
  private static final Duration LOG_INTERVAL = Duration.ofMinutes(1);

  private final Duration limit;
  private final LongSupplier nanoTime;
  private final Logger logger;
  private final LogLimit logLimit;
  private final Meter.Counter waits;
  private final AutoCloseable heldBackGauge;
  private final AutoCloseable ageGauge;
  private final Set<Watch> watches = ConcurrentHashMap.newKeySet();
  private int heldBack;
  private int heldBackSince;
  private long sinceNanos;
  private boolean announced;

  /** A source as the bound sees it: a file, a partition. Thread-safe. */
  public interface Source {

    /** For the log, such as a path. */
    String name();

    /**
     * When the oldest batch that has not been acknowledged was handed on first.
     *
     * @return nanoseconds of {@link System#nanoTime}; empty when everything has been acknowledged
     */
    OptionalLong oldestNanos();
  }

  /**
   * Makes a bound and its instruments.
   *
   * @param limit how old what is under way may become; zero for no limit
   */
  public AgeBound(Duration limit, ComponentContext context) {
    this(limit, context.meter(), context.logger(), context.clock(), System::nanoTime);
  }

  AgeBound(Duration limit, Meter meter, Logger logger, Clock clock, LongSupplier nanoTime) {
    this.limit = limit;
    this.nanoTime = nanoTime;
    this.logger = logger;
    this.logLimit = new LogLimit(LOG_INTERVAL, clock);
    this.waits =
        meter.counter(
            "receiver_age_bound_waits",
            "Times that a source was not read on since something was unacknowledged for too long");
    this.heldBackGauge =
        meter.gauge(
            "receiver_age_bound_waiting_sources",
            "Sources that are not read on since something is unacknowledged for too long",
            Map.of(),
            this::heldBack);
    this.ageGauge =
        meter.gauge(
            "receiver_oldest_unacknowledged_seconds",
            "Age of the oldest batch that was handed on and is not acknowledged",
            Map.of(),
            () -> oldestAgeNanos() / 1e9);
  }

  /** Begins to watch a source, until the watch is closed. */
  public Watch watch(Source source) {
    Watch watch = new Watch(source);
    watches.add(watch);
    return watch;
  }

  /** Closes the instruments. */
  @Override
  public void close() throws Exception {
    try (heldBackGauge) {
      ageGauge.close();
    }
  }

  private synchronized int heldBack() {
    return heldBack;
  }

  private long oldestAgeNanos() {
    long oldest = 0;
    for (Watch watch : watches) {
      oldest = Math.max(oldest, watch.ageNanos());
    }
    return oldest;
  }

  private synchronized void holdBack(Watch watch, long ageNanos) {
    waits.add(1);
    heldBackSince++;
    if (heldBack++ > 0) {
      return;
    }
    heldBackSince = 1;
    sinceNanos = nanoTime.getAsLong();
    logLimit.log(
        suppressed -> {
          announced = true;
          logger
              .atWarn()
              .addKeyValue("source", watch.source.name())
              .addKeyValue("age", seconds(ageNanos))
              .addKeyValue("max_unacknowledged_age", limit)
              .log("What was read is not acknowledged; reading waits for it, nothing is lost");
        });
  }

  private synchronized void letGo() {
    if (--heldBack > 0 || !announced) {
      return;
    }
    announced = false;
    logger
        .atInfo()
        .addKeyValue("waits", heldBackSince)
        .addKeyValue("waited", seconds(nanoTime.getAsLong() - sinceNanos))
        .log("What was read is acknowledged; reading goes on");
  }

  private static Duration seconds(long nanos) {
    return Duration.ofSeconds(Duration.ofNanos(nanos).toSeconds());
  }

  /** The bound of one source. Thread-safe. */
  public final class Watch implements AutoCloseable {
    private final Source source;
    private boolean waiting;

    private Watch(Source source) {
      this.source = source;
    }

    /**
     * Whether the source must not be read on; also to be asked when something was acknowledged.
     * Calls the source, so no lock may be held that the source needs on another thread.
     */
    public synchronized boolean holdsBack() {
      long age = limit.isZero() ? 0 : ageNanos();
      boolean now = !limit.isZero() && age >= limit.toNanos();
      if (now != waiting) {
        waiting = now;
        if (now) {
          holdBack(this, age);
        } else {
          letGo();
        }
      }
      return now;
    }

    /** Forgets the source. */
    @Override
    public synchronized void close() {
      watches.remove(this);
      if (waiting) {
        waiting = false;
        letGo();
      }
    }

    private long ageNanos() {
      OptionalLong oldest = source.oldestNanos();
      return oldest.isPresent() ? nanoTime.getAsLong() - oldest.getAsLong() : 0;
    }
  }
}
