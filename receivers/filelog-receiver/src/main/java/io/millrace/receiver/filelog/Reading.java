package io.millrace.receiver.filelog;

import io.millrace.api.component.ComponentContext;
import io.millrace.api.pipeline.Consumer;
import io.millrace.toolkit.source.AgeBound;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.ToDoubleFunction;
import org.slf4j.Logger;

/**
 * Everything between a receiver's start and stop: its threads, and what its tails share.
 * Thread-safe.
 *
 * <p>A position is stored at most every 200 ms, and at a stop in good order.
 */
final class Reading implements TailContext {
  private static final Duration SAVE_EVERY = Duration.ofMillis(200);
  private static final int MAX_WORKERS = 4;
  private static final long MIN_BUDGET_BYTES = 4 << 20;
  private static final long MAX_BUDGET_BYTES = 64 << 20;

  private final ComponentContext context;
  private final FilelogConfig config;
  private final Waits waits;
  private final Settings settings;
  private final Instruments instruments;
  private final Troubles troubles;
  private final Consumer consumer;
  private final Checkpoints checkpoints;
  private final Budget budget;
  private final AgeBound ageBound;
  private final Poller poller;
  private final ScheduledThreadPoolExecutor timer;
  private final ThreadPoolExecutor workers;
  private final ThreadLocal<ReadBuffer> buffers = ThreadLocal.withInitial(ReadBuffer::new);
  private final ThreadLocal<BatchMaker> makers = ThreadLocal.withInitial(this::makeMaker);
  private final AtomicBoolean saveScheduled = new AtomicBoolean();
  private final List<AutoCloseable> gauges = new ArrayList<>();
  private volatile boolean stopping;
  private volatile boolean abandoned;

  Reading(
      ComponentContext context,
      FilelogConfig config,
      Waits waits,
      Consumer consumer,
      Checkpoints checkpoints) {
    this.context = context;
    this.config = config;
    this.waits = waits;
    this.settings = Settings.of(config);
    this.instruments = new Instruments(context.meter());
    this.troubles = new Troubles(context, instruments, this::isStopping);
    this.consumer = consumer;
    this.checkpoints = checkpoints;
    long share = Runtime.getRuntime().maxMemory() / 6;
    this.budget = new Budget(Math.max(MIN_BUDGET_BYTES, Math.min(MAX_BUDGET_BYTES, share)));
    this.ageBound = new AgeBound(config.maxUnacknowledgedAge(), context);
    gauges.add(ageBound);
    this.timer = new ScheduledThreadPoolExecutor(1, threads("poller"));
    timer.setRemoveOnCancelPolicy(true);
    int count = Math.min(MAX_WORKERS, Runtime.getRuntime().availableProcessors());
    this.workers =
        new ThreadPoolExecutor(
            count, count, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), threads("reader"));
    workers.allowCoreThreadTimeOut(true);
    FileFinder finder =
        new FileFinder(
            config.include(), config.exclude(), config.excludeOlderThan(), troubles::unreadable);
    this.poller = new Poller(this, finder);
  }

  /** Begins to look for files and to read them. */
  void start() {
    gauge("receiver_file_open_files", "Files that are open", tails -> count(tails));
    gauge(
        "receiver_file_lag_bytes",
        "Bytes of files that have not arrived",
        tails -> tails.stream().mapToLong(Tail::lagBytes).sum());
    gauge(
        "receiver_file_lag_seconds",
        "Age of the oldest content that has not arrived",
        tails -> {
          long now = System.nanoTime();
          return tails.stream().mapToLong(tail -> tail.lagNanos(now)).max().orElse(0) / 1e9;
        });
    long period = config.pollInterval().toNanos();
    Future<?> _ = timer.scheduleWithFixedDelay(this::poll, 0, period, TimeUnit.NANOSECONDS);
  }

  /** Ends in good order: waits a while for what is on its way, and stores positions. */
  void stop() throws InterruptedException {
    stopping = true;
    try {
      drain();
    } finally {
      end();
      poller.tails().forEach(tail -> tail.lives().forEach(Life::giveBack));
      save();
      close();
    }
  }

  /** Ends as a killed process would: nothing more is stored. */
  void abandon() throws InterruptedException {
    abandoned = true;
    stopping = true;
    end();
    close();
  }

  @Override
  public Settings settings() {
    return settings;
  }

  @Override
  public String agentId() {
    return context.agentId();
  }

  @Override
  public Checkpoints checkpoints() {
    return checkpoints;
  }

  @Override
  public Budget budget() {
    return budget;
  }

  @Override
  public AgeBound ageBound() {
    return ageBound;
  }

  @Override
  public Consumer consumer() {
    return consumer;
  }

  @Override
  public Instruments instruments() {
    return instruments;
  }

  @Override
  public Troubles troubles() {
    return troubles;
  }

  @Override
  public Logger log() {
    return context.logger();
  }

  @Override
  public long nanoTime() {
    return System.nanoTime();
  }

  @Override
  public long unixNanos() {
    Instant now = context.clock().instant();
    return now.getEpochSecond() * 1_000_000_000 + now.getNano();
  }

  @Override
  public boolean isStopping() {
    return stopping;
  }

  @Override
  public ReadBuffer buffer() {
    return buffers.get();
  }

  @Override
  public BatchMaker batchMaker() {
    return makers.get();
  }

  @Override
  public void discardBatch() {
    makers.remove();
  }

  @Override
  public void execute(Tail tail) {
    try {
      workers.execute(tail);
    } catch (RejectedExecutionException e) {
      // The receiver has stopped; the tail's position stays where it is.
      log().trace("A file is not read any more", e);
    }
  }

  @Override
  public void wakeLater(Tail tail, Duration wait) {
    later(tail::wake, wait);
  }

  @Override
  public Duration releaseAfter() {
    return waits.releaseAfter();
  }

  @Override
  public void positionMoved() {
    if (!stopping && saveScheduled.compareAndSet(false, true)) {
      later(this::save, SAVE_EVERY);
    }
  }

  private BatchMaker makeMaker() {
    return new BatchMaker(settings, instruments, troubles::operatorFailed);
  }

  private void poll() {
    try {
      poller.poll();
    } catch (RuntimeException e) {
      // An exception here would end all polling.
      troubles.broken(Path.of("."), e);
    }
  }

  private void save() {
    saveScheduled.set(false);
    if (abandoned) {
      return;
    }
    List<Life> behind = new ArrayList<>();
    for (Tail tail : poller.tails()) {
      for (Life life : tail.lives()) {
        if (life.isBehind()) {
          behind.add(life);
        }
      }
    }
    try {
      checkpoints.save(behind);
      if (!behind.isEmpty()) {
        troubles.stored();
      }
    } catch (NotStoredException e) {
      troubles.notStored(e.failure());
      positionMoved();
    }
  }

  /** Waits until nothing is on its way, or for as long as a stop may take. */
  private void drain() throws InterruptedException {
    long deadline = System.nanoTime() + waits.drain().toNanos();
    while (System.nanoTime() < deadline && (workers.getActiveCount() > 0 || underWay() > 0)) {
      TimeUnit.MILLISECONDS.sleep(5);
    }
  }

  private int underWay() {
    int sum = 0;
    for (Tail tail : poller.tails()) {
      for (Life life : tail.lives()) {
        sum += life.ledger().underWay();
      }
    }
    return sum;
  }

  private void end() throws InterruptedException {
    timer.shutdownNow();
    workers.shutdownNow();
    boolean ended =
        timer.awaitTermination(2, TimeUnit.SECONDS)
            && workers.awaitTermination(2, TimeUnit.SECONDS);
    if (!ended) {
      log().warn("A reading thread did not end in time");
    }
  }

  private void close() {
    for (Tail tail : poller.tails()) {
      try {
        tail.close();
      } catch (IOException e) {
        log().atDebug().setCause(e).addKeyValue("path", tail.path()).log("Not closed");
      }
    }
    for (AutoCloseable gauge : gauges) {
      try {
        gauge.close();
      } catch (Exception e) {
        log().atDebug().setCause(e).log("A gauge was not closed");
      }
    }
  }

  private void gauge(String name, String description, ToDoubleFunction<Collection<Tail>> value) {
    gauges.add(
        context
            .meter()
            .gauge(name, description, Map.of(), () -> value.applyAsDouble(poller.tails())));
  }

  private void later(Runnable task, Duration wait) {
    try {
      Future<?> _ = timer.schedule(task, wait.toNanos(), TimeUnit.NANOSECONDS);
    } catch (RejectedExecutionException e) {
      log().trace("The receiver has stopped", e);
    }
  }

  private ThreadFactory threads(String purpose) {
    AtomicInteger number = new AtomicInteger();
    return task -> {
      Thread thread =
          new Thread(task, context.id() + "-" + purpose + "-" + number.incrementAndGet());
      thread.setDaemon(true);
      return thread;
    };
  }

  private static double count(Collection<Tail> tails) {
    return tails.stream().filter(Tail::isOpen).count();
  }

  /**
   * How long is waited. Immutable.
   *
   * @param releaseAfter how long a file that no pattern matches any more must have been quiet
   * @param drain how long a stop waits for what is on its way
   */
  record Waits(Duration releaseAfter, Duration drain) {}
}
