package io.millrace.processor.memorylimiter;

import io.millrace.api.component.ComponentContext;
import io.millrace.api.component.RefusedException;
import io.millrace.api.component.SimpleProcessor;
import io.millrace.api.pipeline.RequestContext;
import io.millrace.api.telemetry.Batch;
import io.millrace.api.telemetry.Signal;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Lets telemetry pass while the heap has room, and refuses it otherwise, so that the source keeps
 * it: above the soft limit telemetry is refused, and the heap is collected first if that has not
 * been tried lately; above the hard limit the heap is collected at every look. Thread-safe.
 */
final class MemoryLimiterProcessor implements SimpleProcessor {
  private final ComponentContext context;
  private final MemoryLimiterProcessorConfig config;
  private final MemoryProbe memory;
  private final long softLimit;
  private final long hardLimit;
  private final Map<Signal, FlowCounters> counters = new EnumMap<>(Signal.class);
  private @Nullable Instant lastCollection;
  private volatile boolean refusing;
  private volatile @Nullable Thread watcher;

  MemoryLimiterProcessor(
      ComponentContext context, MemoryLimiterProcessorConfig config, MemoryProbe memory) {
    this.context = context;
    this.config = config;
    this.memory = memory;
    this.softLimit = config.softLimitBytes(memory.maxBytes());
    this.hardLimit = config.hardLimitBytes(memory.maxBytes());
    for (Signal signal : Signal.values()) {
      counters.put(signal, FlowCounters.of(context.meter(), signal));
    }
  }

  @Override
  public void start() {
    watcher = Thread.ofVirtual().name("memory_limiter " + context.id()).start(this::watch);
  }

  @Override
  public void stop() throws InterruptedException {
    Thread running = watcher;
    if (running != null) {
      running.interrupt();
      running.join();
    }
  }

  @Override
  public Batch process(Batch batch, RequestContext request) throws RefusedException {
    FlowCounters counter = Objects.requireNonNull(counters.get(batch.signal()));
    if (refusing) {
      counter.refused().add(batch.itemCount());
      throw new RefusedException("data refused due to high memory usage", Duration.ofSeconds(1));
    }
    counter.accepted().add(batch.itemCount());
    return batch;
  }

  /** Looks at the heap once. */
  synchronized void check() {
    long used = memory.usedBytes();
    if (used > softLimit && collectIfDue(used > hardLimit)) {
      used = memory.usedBytes();
    }
    boolean wasRefusing = refusing;
    refusing = used > softLimit;
    if (refusing && !wasRefusing) {
      context
          .logger()
          .atWarn()
          .addKeyValue("used_mib", used >> 20)
          .addKeyValue("soft_limit_mib", softLimit >> 20)
          .log("Memory usage is above the soft limit, refusing telemetry");
    } else if (wasRefusing && !refusing) {
      context
          .logger()
          .atInfo()
          .addKeyValue("used_mib", used >> 20)
          .log("Memory usage is back within limits, taking telemetry again");
    }
  }

  private boolean collectIfDue(boolean hard) {
    Duration pause =
        hard ? config.minGcIntervalWhenHardLimited() : config.minGcIntervalWhenSoftLimited();
    Instant now = context.clock().instant();
    if (lastCollection != null && now.isBefore(lastCollection.plus(pause))) {
      return false;
    }
    memory.collect();
    lastCollection = now;
    return true;
  }

  private void watch() {
    try {
      while (true) {
        check();
        Thread.sleep(config.checkInterval());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
