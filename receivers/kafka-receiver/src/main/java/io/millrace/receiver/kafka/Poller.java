package io.millrace.receiver.kafka;

import io.millrace.api.component.ComponentContext;
import io.millrace.api.component.Health;
import io.millrace.api.component.Meter;
import io.millrace.api.component.Outputs;
import io.millrace.api.telemetry.Signal;
import io.millrace.receiver.kafka.KafkaReceiverConfig.InitialOffset;
import io.millrace.toolkit.source.AgeBound;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.NoOffsetForPartitionException;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;

/**
 * The thread that owns the Kafka consumer: polls, gives records to their {@link Partition}, pauses
 * partitions that hold enough or what is too old, commits what has been delivered.
 *
 * <p>When partitions are taken away it waits a bounded time for what is under way, then commits; so
 * the next owner repeats as little as can be. Failures of Kafka never end the thread.
 */
final class Poller implements Runnable, ConsumerRebalanceListener {
  private static final Duration POLL = Duration.ofMillis(100);
  private static final Duration PAUSE_AFTER_FAILURE = Duration.ofSeconds(1);
  private static final Duration QUIET_LIMIT = Duration.ofSeconds(5);
  private static final Duration COMMIT_LIMIT = Duration.ofSeconds(3);
  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(2);
  private static final long MIN_HELD_BYTES = 1L << 20;
  private static final long MAX_HELD_BYTES = 24L << 20;
  private static final int HEAP_SHARE = 8;
  private static final long MIN_PARTITION_BYTES = 64L << 10;

  private final ComponentContext context;
  private final KafkaReceiverConfig config;
  private final Outputs outputs;
  private final Sources sources;
  private final Partition.Shared shared;
  private final Supplier<Consumer<byte[], byte[]>> consumers;
  private final String brokers;
  private final Meter.Counter records;
  private final AgeBound ageBound;
  private final long maxHeldBytes = maxHeldBytes(Runtime.getRuntime().maxMemory());
  private final Map<TopicPartition, Partition> partitions = new LinkedHashMap<>();
  private final Map<TopicPartition, Long> committed = new HashMap<>();
  private final Map<TopicPartition, AutoCloseable> gauges = new HashMap<>();
  private final Map<TopicPartition, AgeBound.Watch> ageWatches = new HashMap<>();
  private final CountDownLatch stopping = new CountDownLatch(1);
  private volatile @Nullable Consumer<byte[], byte[]> consumer;
  private Health health = Health.OK;
  private long nextCommit;
  private volatile int pausedPartitions;

  /** What a poller needs beside its consumer. Immutable. */
  record Setup(
      ComponentContext context,
      KafkaReceiverConfig config,
      Outputs outputs,
      TopicIds topicIds,
      String brokers) {}

  /**
   * Makes a poller.
   *
   * @param consumers makes a consumer, also to replace one that has failed for good
   */
  Poller(Setup setup, Supplier<Consumer<byte[], byte[]>> consumers) {
    this.context = setup.context;
    this.config = setup.config;
    this.outputs = setup.outputs;
    this.brokers = setup.brokers;
    this.sources = new Sources(config, outputs.signals());
    this.shared = new Partition.Shared(context, config, setup.topicIds);
    this.consumers = consumers;
    this.records = context.meter().counter("kafka_receiver_records", "Records read from Kafka");
    this.ageBound = new AgeBound(config.maxUnacknowledgedAge(), context);
  }

  /** Ends {@link #run} soon: it waits for what is under way, commits and leaves the group. */
  void stop() {
    stopping.countDown();
    Consumer<byte[], byte[]> current = consumer;
    if (current != null) {
      current.wakeup();
    }
  }

  @Override
  public void run() {
    try (ageBound;
        AutoCloseable _ = pausedGauge()) {
      readUntilStopped();
    } catch (Exception e) {
      context.logger().error("Gauge could not be closed", e);
    }
  }

  private void readUntilStopped() {
    while (running()) {
      Consumer<byte[], byte[]> current = null;
      try {
        current = consumers.get();
        consumer = current;
        subscribe(current);
        while (running()) {
          step(current);
        }
      } catch (WakeupException e) {
        context.logger().debug("Woken up to stop");
      } catch (InterruptException e) {
        Thread.interrupted();
        stopping.countDown();
      } catch (KafkaException | IllegalStateException e) {
        report(new Health.Failed(brokers + ": " + text(e)));
        context
            .logger()
            .atError()
            .setCause(e)
            .addKeyValue("brokers", brokers)
            .log("Kafka consumer failed and is made anew");
      } finally {
        end(current);
      }
      pauseAfterFailure();
    }
  }

  @Override
  public void onPartitionsAssigned(Collection<TopicPartition> assigned) {
    for (TopicPartition name : assigned) {
      Signal signal = sources.signal(name.topic()).orElse(null);
      io.millrace.api.pipeline.Consumer next =
          signal == null ? null : outputs.of(signal).orElse(null);
      if (signal == null || next == null) {
        continue;
      }
      Partition partition = new Partition(shared, name, sources.decoder(signal), next);
      partitions.put(name, partition);
      gauges.put(name, gauge(name, partition));
      ageWatches.put(name, ageBound.watch(partition));
      partition.start();
    }
    context.logger().atInfo().addKeyValue("partitions", assigned).log("Partitions assigned");
  }

  @Override
  public void onPartitionsRevoked(Collection<TopicPartition> revoked) {
    Consumer<byte[], byte[]> current = consumer;
    if (current != null && !revoked.isEmpty()) {
      giveUp(current, revoked);
      context.logger().atInfo().addKeyValue("partitions", revoked).log("Partitions revoked");
    }
  }

  @Override
  public void onPartitionsLost(Collection<TopicPartition> lost) {
    lost.forEach(this::forget);
    context.logger().atWarn().addKeyValue("partitions", lost).log("Partitions lost");
  }

  /**
   * How much all partitions may hold together, of so large a heap. What an answer brings beyond it,
   * and what the consumer has fetched for partitions that are paused, comes on top.
   */
  static long maxHeldBytes(long heapBytes) {
    return Math.clamp(heapBytes / HEAP_SHARE, MIN_HELD_BYTES, MAX_HELD_BYTES);
  }

  /** An error's message in one line. */
  static String text(Throwable error) {
    String message = error.getMessage();
    Throwable cause = error.getCause();
    if (error.getClass() == KafkaException.class && cause != null && cause.getMessage() != null) {
      message = message + ": " + cause.getMessage();
    }
    return message == null
        ? error.getClass().getSimpleName()
        : message.replaceAll("\\s+", " ").trim();
  }

  private boolean running() {
    return stopping.getCount() > 0;
  }

  private void subscribe(Consumer<byte[], byte[]> current) {
    Set<String> names = sources.names().orElse(null);
    if (names == null) {
      current.subscribe(sources.pattern(), this);
    } else {
      current.subscribe(names, this);
    }
  }

  private void step(Consumer<byte[], byte[]> current) {
    try {
      ConsumerRecords<byte[], byte[]> polled = current.poll(POLL);
      for (TopicPartition name : polled.partitions()) {
        List<ConsumerRecord<byte[], byte[]>> some = polled.records(name);
        Partition partition = partitions.get(name);
        if (partition != null) {
          partition.window().add(some);
          records.add(some.size());
        }
      }
      report(Health.OK);
    } catch (NoOffsetForPartitionException e) {
      begin(current, e.partitions());
    } catch (OffsetOutOfRangeException e) {
      context
          .logger()
          .atWarn()
          .addKeyValue("partitions", e.offsetOutOfRangePartitions())
          .log("Records were deleted before they were read; going on with the earliest left");
      current.seekToBeginning(e.partitions());
    } catch (AuthorizationException | AuthenticationException | RetriableException e) {
      report(new Health.Degraded(brokers + ": " + text(e)));
      pauseAfterFailure();
    }
    pauseAndResume(current);
    if (System.nanoTime() - nextCommit >= 0) {
      nextCommit = System.nanoTime() + config.autocommit().interval().toNanos();
      commitAsync(current);
    }
  }

  /** Where there is no committed offset. It is committed at once, so that a crash moves nothing. */
  private void begin(Consumer<byte[], byte[]> current, Collection<TopicPartition> names) {
    if (config.initialOffset() == InitialOffset.EARLIEST) {
      current.seekToBeginning(names);
      return;
    }
    current.seekToEnd(names);
    Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
    for (TopicPartition name : names) {
      offsets.put(name, new OffsetAndMetadata(current.position(name)));
    }
    commitSync(current, offsets);
  }

  private void pauseAndResume(Consumer<byte[], byte[]> current) {
    Set<TopicPartition> paused = current.paused();
    List<TopicPartition> pause = new ArrayList<>();
    List<TopicPartition> resume = new ArrayList<>();
    long limit = Math.max(MIN_PARTITION_BYTES, maxHeldBytes / Math.max(1, partitions.size()));
    boolean full =
        partitions.values().stream().mapToLong(each -> each.window().heldBytes()).sum()
            >= maxHeldBytes;
    partitions.forEach(
        (name, partition) -> {
          long held = partition.window().heldBytes();
          boolean old = ageWatch(name).holdsBack();
          if ((old || full || held >= limit) && !paused.contains(name)) {
            pause.add(name);
          } else if (!old && !full && held <= limit / 2 && paused.contains(name)) {
            resume.add(name);
          }
          OptionalLong ahead = current.currentLag(name);
          partition.lag(ahead.orElse(0) + partition.window().size());
        });
    current.pause(pause);
    current.resume(resume);
    pausedPartitions = paused.size() + pause.size() - resume.size();
  }

  private void commitAsync(Consumer<byte[], byte[]> current) {
    Map<TopicPartition, OffsetAndMetadata> offsets = committable(partitions.keySet());
    if (offsets.isEmpty()) {
      return;
    }
    current.commitAsync(
        offsets,
        (done, error) -> {
          if (error == null) {
            done.forEach((name, offset) -> committed.put(name, offset.offset()));
          } else {
            context.logger().debug("Offsets could not be committed; tried again later", error);
          }
        });
  }

  private Map<TopicPartition, OffsetAndMetadata> committable(Collection<TopicPartition> names) {
    Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
    for (TopicPartition name : names) {
      Partition partition = partitions.get(name);
      long offset = partition == null ? -1 : partition.window().committable();
      if (offset >= 0 && !Long.valueOf(offset).equals(committed.get(name))) {
        offsets.put(name, new OffsetAndMetadata(offset));
      }
    }
    return offsets;
  }

  private void commitSync(
      Consumer<byte[], byte[]> current, Map<TopicPartition, OffsetAndMetadata> offsets) {
    if (offsets.isEmpty()) {
      return;
    }
    try {
      current.commitSync(offsets, COMMIT_LIMIT);
      offsets.forEach((name, offset) -> committed.put(name, offset.offset()));
    } catch (WakeupException e) {
      commitSync(current, offsets);
    } catch (KafkaException e) {
      context
          .logger()
          .atWarn()
          .addKeyValue("offsets", offsets)
          .addKeyValue("reason", text(e))
          .log("Offsets could not be committed; records will be repeated");
    }
  }

  /** Ends partitions properly: nothing new is handed on, what is under way may end, then commit. */
  private void giveUp(Consumer<byte[], byte[]> current, Collection<TopicPartition> names) {
    Set<TopicPartition> mine = new HashSet<>(names);
    mine.retainAll(partitions.keySet());
    long deadline = System.nanoTime() + QUIET_LIMIT.toNanos();
    boolean interrupted = false;
    for (TopicPartition name : mine) {
      partition(name).window().close();
    }
    for (TopicPartition name : mine) {
      try {
        if (!interrupted) {
          boolean ignored =
              partition(name).window().awaitQuiet(Math.max(0, deadline - System.nanoTime()));
        }
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    commitSync(current, committable(mine));
    mine.forEach(this::forget);
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private Partition partition(TopicPartition name) {
    return Objects.requireNonNull(partitions.get(name));
  }

  private AgeBound.Watch ageWatch(TopicPartition name) {
    return Objects.requireNonNull(ageWatches.get(name));
  }

  private void forget(TopicPartition name) {
    Partition partition = partitions.remove(name);
    committed.remove(name);
    AutoCloseable gauge = gauges.remove(name);
    if (partition == null) {
      return;
    }
    ageWatch(name).close();
    ageWatches.remove(name);
    partition.close();
    try {
      if (gauge != null) {
        gauge.close();
      }
      partition.join(CLOSE_LIMIT);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (Exception e) {
      context.logger().warn("Gauge could not be closed", e);
    }
  }

  private void end(@Nullable Consumer<byte[], byte[]> current) {
    consumer = null;
    if (current == null) {
      return;
    }
    giveUp(current, new ArrayList<>(partitions.keySet()));
    try {
      current.close(CloseOptions.timeout(CLOSE_LIMIT));
    } catch (KafkaException e) {
      context.logger().debug("Consumer could not be closed properly", e);
    }
  }

  private AutoCloseable pausedGauge() {
    return context
        .meter()
        .gauge(
            "kafka_receiver_paused_partitions",
            "Partitions that wait because enough of them is under way, or for too long",
            Map.of(),
            () -> pausedPartitions);
  }

  private AutoCloseable gauge(TopicPartition name, Partition partition) {
    return context
        .meter()
        .gauge(
            "kafka_receiver_offset_lag",
            "Records of a partition that have not been delivered",
            Map.of(
                "topic",
                name.topic(),
                "partition",
                String.format(Locale.ROOT, "%d", name.partition())),
            partition::lag);
  }

  private void pauseAfterFailure() {
    try {
      boolean ignored = stopping.await(PAUSE_AFTER_FAILURE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      stopping.countDown();
    }
  }

  private void report(Health now) {
    if (!now.equals(health)) {
      health = now;
      context.report(now);
      if (now instanceof Health.Degraded degraded) {
        context
            .logger()
            .atWarn()
            .addKeyValue("reason", degraded.reason())
            .log("Kafka is not there");
      }
    }
  }
}
