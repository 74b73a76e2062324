package io.millrace.receiver.filelog;

import io.millrace.api.component.ComponentContext;
import io.millrace.api.component.Health;
import io.millrace.api.component.Outputs;
import io.millrace.api.component.Receiver;
import io.millrace.api.component.StartException;
import io.millrace.api.pipeline.Consumer;
import io.millrace.api.telemetry.Logs;
import io.millrace.api.telemetry.Signal;
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
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * Tails files. One thread looks for files and changes and stores positions; a few threads read.
 *
 * <p>A position is stored at most every 200 ms, and when the receiver stops, which waits a while
 * for what is on its way.
 */
final class FilelogReceiver implements Receiver {
  private static final Duration SAVE_EVERY = Duration.ofMillis(200);
  private static final Duration RELEASE_AFTER = Duration.ofSeconds(30);
  private static final Duration DRAIN = Duration.ofSeconds(5);
  private static final int MAX_WORKERS = 4;
  private static final long MIN_BUDGET_BYTES = 4 << 20;
  private static final long MAX_BUDGET_BYTES = 64 << 20;

  private final ComponentContext context;
  private final FilelogConfig config;
  private final Outputs outputs;
  private final Duration releaseAfter;
  private final Duration drain;
  private @Nullable Reading reading;

  FilelogReceiver(ComponentContext context, FilelogConfig config, Outputs outputs) {
    this(context, config, outputs, RELEASE_AFTER, DRAIN);
  }

  /**
   * Makes a receiver with times of its own.
   *
   * @param releaseAfter how long a file that no pattern matches any more must have been quiet
   * @param drain how long a stop waits for what is on its way
   */
  FilelogReceiver(
      ComponentContext context,
      FilelogConfig config,
      Outputs outputs,
      Duration releaseAfter,
      Duration drain) {
    this.context = context;
    this.config = config;
    this.outputs = outputs;
    this.releaseAfter = releaseAfter;
    this.drain = drain;
  }

  @Override
  public void start() throws StartException {
    Consumer consumer = outputs.of(Signal.LOGS).orElse(null);
    if (consumer == null) {
      return;
    }
    Checkpoints checkpoints;
    try {
      long firstGeneration =
          context.clock().millis() * 1000 + Math.floorMod(context.id().toString().hashCode(), 1000);
      checkpoints =
          Checkpoints.load(context.storage(config.storage()), firstGeneration, context.logger());
    } catch (IOException | IllegalArgumentException e) {
      throw new StartException("storage: positions cannot be read or written: " + e, e);
    }
    Reading started = new Reading(consumer, checkpoints);
    reading = started;
    started.start();
  }

  @Override
  public void stop() throws InterruptedException {
    Reading running = reading;
    reading = null;
    if (running != null) {
      running.stop();
    }
  }

  /** Abandons everything as a killed process would; for tests. */
  void kill() throws InterruptedException {
    Reading running = reading;
    reading = null;
    if (running != null) {
      running.abandon();
    }
  }

  /** Everything between start and stop. Thread-safe. */
  private final class Reading implements TailContext {
    private final Settings settings = Settings.of(config, context.clock());
    private final Instruments instruments = new Instruments(context.meter());
    private final Consumer consumer;
    private final Checkpoints checkpoints;
    private final Budget budget;
    private final AgeBound ageBound;
    private final Poller poller;
    private final ScheduledThreadPoolExecutor timer;
    private final ThreadPoolExecutor workers;
    private final ThreadLocal<ReadBuffer> buffers = ThreadLocal.withInitial(ReadBuffer::new);
    private final ThreadLocal<BatchMaker> makers =
        ThreadLocal.withInitial(() -> new BatchMaker(settings, instruments, this::operatorFailed));
    private final RateLimitedLog limit = new RateLimitedLog(System::nanoTime);
    private final AtomicBoolean saveScheduled = new AtomicBoolean();
    private final AtomicBoolean storageFails = new AtomicBoolean();
    private final List<AutoCloseable> gauges = new ArrayList<>();
    private volatile boolean stopping;
    private volatile boolean abandoned;

    Reading(Consumer consumer, Checkpoints checkpoints) {
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
              config.include(), config.exclude(), config.excludeOlderThan(), this::unreadable);
      this.poller = new Poller(this, finder);
    }

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

    void stop() throws InterruptedException {
      stopping = true;
      try {
        drain();
      } finally {
        end();
        save();
        close();
      }
    }

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
      return releaseAfter;
    }

    @Override
    public void positionMoved() {
      if (!stopping && saveScheduled.compareAndSet(false, true)) {
        later(this::save, SAVE_EVERY);
      }
    }

    @Override
    public void unreadable(Path path, IOException cause) {
      if (stopping) {
        return;
      }
      if (cause instanceof NotStoredException storage) {
        notStored(storage.failure());
        return;
      }
      instruments.unreadable.add(1);
      if (limit.permits("unreadable " + path)) {
        log()
            .atWarn()
            .addKeyValue("path", path)
            .addKeyValue("cause", cause)
            .log("A file or directory cannot be read; the others are read on");
      }
    }

    @Override
    public void broken(Path path, RuntimeException cause) {
      if (limit.permits("broken " + path)) {
        log()
            .atError()
            .setCause(cause)
            .addKeyValue("path", path)
            .log("Reading a file failed and is tried again");
      }
    }

    @Override
    public void putAside(Logs batch, String reason) throws IOException {
      try {
        context.deadLetters().put(batch, reason);
      } catch (IOException e) {
        if (limit.permits("dead letters")) {
          log()
              .atWarn()
              .addKeyValue("cause", e)
              .log("Dead letters cannot be written; the file waits");
        }
        throw e;
      }
    }

    @Override
    public void notStored(IOException cause) {
      instruments.storageFailures.add(1);
      storageFails.set(true);
      context.report(new Health.Degraded("positions of files cannot be stored: " + cause));
      if (limit.permits("storage")) {
        log()
            .atError()
            .addKeyValue("cause", cause)
            .log("Positions of files cannot be stored; files that need it wait");
      }
    }

    private void operatorFailed(String reason) {
      instruments.operatorFailures.add(1);
      if (limit.permits("operator " + reason.substring(0, Math.max(0, reason.indexOf(':'))))) {
        log().atWarn().addKeyValue("cause", reason).log("An operator failed on a record");
      }
    }

    private void poll() {
      try {
        poller.poll();
      } catch (RuntimeException e) {
        // An exception here would end all polling.
        broken(Path.of("."), e);
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
        if (!behind.isEmpty() && storageFails.compareAndSet(true, false)) {
          context.report(Health.OK);
          log().info("Positions of files are stored again");
        }
      } catch (NotStoredException e) {
        notStored(e.failure());
        positionMoved();
      }
    }

    /** Waits until nothing is on its way, or for as long as a stop may take. */
    private void drain() throws InterruptedException {
      long deadline = System.nanoTime() + drain.toNanos();
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
  }
}
