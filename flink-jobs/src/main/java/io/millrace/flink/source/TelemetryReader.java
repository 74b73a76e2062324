package io.millrace.flink.source;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.apache.flink.api.common.eventtime.Watermark;
import org.apache.flink.api.connector.source.ReaderOutput;
import org.apache.flink.api.connector.source.SourceEvent;
import org.apache.flink.api.connector.source.SourceOutput;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.connector.kafka.source.split.KafkaPartitionSplit;
import org.apache.flink.core.io.InputStatus;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Kafka's reader with a clock for each partition: stamps every record with its partition's clock,
 * sends the slowest clock as watermark, and keeps the clocks in the checkpoint of the positions. A
 * task without partitions, or with partitions that never held an event, becomes idle after the
 * quiet time. One thread at a time, except for {@link #isAvailable()}'s future.
 */
@SuppressWarnings({"try", "ReferenceEquality"}) // Flink's close(); whether an object was replaced
final class TelemetryReader implements SourceReader<TelemetryRecord, KafkaPartitionSplit> {

  private static final long TICK_MILLIS = 500;
  private static final long WATERMARK_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private final SourceReader<TelemetryRecord, KafkaPartitionSplit> kafka;
  private final PartitionEnds ends;
  private final long outOfOrdernessMillis;
  private final long quietMillis;
  private final LongSupplier nanoTime;
  private final Map<String, PartitionClock> clocks = new HashMap<>();
  private final Map<String, TopicPartition> partitions = new HashMap<>();
  private final ScheduledExecutorService ticker;

  private volatile CompletableFuture<Void> wake = new CompletableFuture<>();
  private @Nullable CompletableFuture<Void> kafkaAvailable;
  private @Nullable ClockedOutput output;
  private long lastTick;
  private long lastConfirmation;
  private long lastWatermarkCheck;
  private long watermark = Long.MIN_VALUE;
  private long withoutPartitionsMillis;
  private boolean idle;

  /**
   * @param kafka does the reading
   * @param ends tells where partitions end
   * @param quietMillis 0: partitions are never quiet
   * @param nanoTime the wall clock, {@link System#nanoTime()}
   */
  TelemetryReader(
      SourceReader<TelemetryRecord, KafkaPartitionSplit> kafka,
      PartitionEnds ends,
      long outOfOrdernessMillis,
      long quietMillis,
      LongSupplier nanoTime) {
    this.kafka = kafka;
    this.ends = ends;
    this.outOfOrdernessMillis = outOfOrdernessMillis;
    this.quietMillis = quietMillis;
    this.nanoTime = nanoTime;
    this.lastTick = nanoTime.getAsLong();
    this.lastConfirmation = lastTick;
    this.lastWatermarkCheck = lastTick;
    this.ticker =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread thread = new Thread(task, "millrace-clock");
              thread.setDaemon(true);
              return thread;
            });
  }

  @Override
  public void start() {
    kafka.start();
    var unused =
        ticker.scheduleWithFixedDelay(
            () -> wake.complete(null), TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
  }

  @Override
  public InputStatus pollNext(ReaderOutput<TelemetryRecord> main) throws Exception {
    if (output == null || output.main != main) {
      output = new ClockedOutput(main);
    }
    InputStatus status = kafka.pollNext(output);
    long now = nanoTime.getAsLong();
    if (now - lastTick >= TimeUnit.MILLISECONDS.toNanos(TICK_MILLIS)) {
      tick(now);
    }
    if (now - lastWatermarkCheck >= WATERMARK_NANOS || status == InputStatus.NOTHING_AVAILABLE) {
      lastWatermarkCheck = now;
      sendWatermark(main);
    }
    return status;
  }

  @Override
  public List<KafkaPartitionSplit> snapshotState(long checkpointId) {
    List<KafkaPartitionSplit> splits = new ArrayList<>();
    for (KafkaPartitionSplit split : kafka.snapshotState(checkpointId)) {
      PartitionClock clock = clocks.get(split.splitId());
      splits.add(clock == null ? split : ClockedSplit.of(split, clock.newest(), clock.floor()));
    }
    return splits;
  }

  @Override
  public CompletableFuture<Void> isAvailable() {
    CompletableFuture<Void> available = kafka.isAvailable();
    if (available.isDone()) {
      return available;
    }
    if (wake.isDone()) {
      wake = new CompletableFuture<>();
    }
    if (available != kafkaAvailable) {
      kafkaAvailable = available;
      var unused = available.whenComplete((nothing, failure) -> wake.complete(null));
    }
    // It may have become available after the question above and completed the former wake.
    return available.isDone() ? available : wake;
  }

  @Override
  public void addSplits(List<KafkaPartitionSplit> splits) {
    for (KafkaPartitionSplit split : splits) {
      clocks.put(split.splitId(), new PartitionClock(split, outOfOrdernessMillis, quietMillis));
      partitions.put(split.splitId(), split.getTopicPartition());
    }
    kafka.addSplits(splits);
  }

  @Override
  public void notifyNoMoreSplits() {
    kafka.notifyNoMoreSplits();
  }

  @Override
  public void handleSourceEvents(SourceEvent event) {
    kafka.handleSourceEvents(event);
  }

  @Override
  public void notifyCheckpointComplete(long checkpointId) throws Exception {
    kafka.notifyCheckpointComplete(checkpointId);
  }

  @Override
  public void notifyCheckpointAborted(long checkpointId) throws Exception {
    kafka.notifyCheckpointAborted(checkpointId);
  }

  @Override
  public void pauseOrResumeSplits(Collection<String> pause, Collection<String> resume) {
    kafka.pauseOrResumeSplits(pause, resume);
  }

  @Override
  public void close() throws Exception {
    ticker.shutdownNow();
    ends.close();
    kafka.close();
  }

  /**
   * Lets the time pass that Kafka confirmed. Back-pressure, when nobody calls us, is no silence.
   */
  private void tick(long now) {
    long elapsed = Math.min(TimeUnit.NANOSECONDS.toMillis(now - lastTick), 2 * TICK_MILLIS);
    lastTick = now;
    if (quietMillis == 0) {
      return;
    }
    withoutPartitionsMillis = clocks.isEmpty() ? withoutPartitionsMillis + elapsed : 0;
    Map<TopicPartition, Long> answer = ends.take();
    if (answer != null) {
      long confirmed =
          Math.min(TimeUnit.NANOSECONDS.toMillis(now - lastConfirmation), 4 * TICK_MILLIS);
      partitions.forEach(
          (split, partition) -> {
            Long end = answer.get(partition);
            PartitionClock clock = clocks.get(split);
            if (end != null && clock != null) {
              clock.confirm(end, confirmed);
            }
          });
      lastConfirmation = now;
    }
    ends.ask(partitions.values());
  }

  private void sendWatermark(ReaderOutput<TelemetryRecord> main) {
    long slowest = Long.MAX_VALUE;
    for (PartitionClock clock : clocks.values()) {
      if (!clock.isIdle()) {
        slowest = Math.min(slowest, clock.watermark());
      }
    }
    if (slowest == Long.MAX_VALUE) {
      boolean nothingToWaitFor =
          quietMillis > 0 && (!clocks.isEmpty() || withoutPartitionsMillis >= quietMillis);
      if (nothingToWaitFor && !idle) {
        idle = true;
        main.markIdle();
      }
      return;
    }
    if (idle) {
      idle = false;
      main.markActive();
    }
    if (slowest > watermark) {
      watermark = slowest;
      main.emitWatermark(new Watermark(slowest));
    }
  }

  /** Hands records on with their partition's clock; Kafka's own ideas of time end here. */
  private final class ClockedOutput implements ReaderOutput<TelemetryRecord> {

    private final ReaderOutput<TelemetryRecord> main;

    ClockedOutput(ReaderOutput<TelemetryRecord> main) {
      this.main = main;
    }

    @Override
    public void collect(TelemetryRecord telemetry) {
      throw new IllegalStateException("A record without a partition");
    }

    @Override
    public void collect(TelemetryRecord telemetry, long timestamp) {
      collect(telemetry);
    }

    @Override
    public void emitWatermark(Watermark ignored) {}

    @Override
    public void markIdle() {}

    @Override
    public void markActive() {}

    @Override
    public SourceOutput<TelemetryRecord> createOutputForSplit(String split) {
      PartitionClock clock = clocks.get(split);
      if (clock == null) {
        throw new IllegalStateException("A record of a partition that was not assigned: " + split);
      }
      return new PartitionOutput(main, clock);
    }

    @Override
    public void releaseOutputForSplit(String split) {
      clocks.remove(split);
      partitions.remove(split);
      main.releaseOutputForSplit(split);
    }
  }

  private record PartitionOutput(ReaderOutput<TelemetryRecord> main, PartitionClock clock)
      implements SourceOutput<TelemetryRecord> {

    @Override
    public void collect(TelemetryRecord telemetry) {
      collect(telemetry, telemetry.timestamp());
    }

    @Override
    public void collect(TelemetryRecord telemetry, long timestamp) {
      long before = clock.observe(telemetry.offset(), telemetry.timeMax());
      main.collect(telemetry.withWatermark(before), timestamp);
    }

    @Override
    public void emitWatermark(Watermark ignored) {}

    @Override
    public void markIdle() {}

    @Override
    public void markActive() {}
  }
}
