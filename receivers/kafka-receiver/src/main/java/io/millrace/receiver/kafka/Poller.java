package io.millrace.receiver.kafka;

import io.millrace.api.component.ComponentContext;
import io.millrace.api.component.Health;
import io.millrace.api.component.Meter;
import io.millrace.api.component.Outputs;
import io.millrace.api.telemetry.Signal;
import io.millrace.receiver.kafka.KafkaReceiverConfig.InitialOffset;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
 * The thread that owns the Kafka consumer: polls, gives records to their {@link Partition}, has
 * partitions paused that run too far ahead ({@link Assignment}), commits what has been delivered
 * ({@link Offsets}). Only {@link #stop} may be called by others.
 *
 * <p>When partitions are taken away it waits a bounded time for what is under way, then commits; so
 * the next owner repeats as little as can be. Failures of Kafka never end the thread.
 */
final class Poller implements Runnable, ConsumerRebalanceListener {
  private static final Duration POLL = Duration.ofMillis(100);
  private static final Duration PAUSE_AFTER_FAILURE = Duration.ofSeconds(1);
  private static final Duration QUIET_LIMIT = Duration.ofSeconds(5);
  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(2);

  private final ComponentContext context;
  private final KafkaReceiverConfig config;
  private final Outputs outputs;
  private final Sources sources;
  private final Partition.Shared shared;
  private final Supplier<Consumer<byte[], byte[]>> consumers;
  private final String brokers;
  private final Meter.Counter records;
  private final Assignment assignment;
  private final Offsets offsets;
  private final CountDownLatch stopping = new CountDownLatch(1);
  private volatile @Nullable Consumer<byte[], byte[]> consumer;
  private Health health = Health.OK;
  private long nextCommit;

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
    this.assignment = new Assignment(context, config.maxUnacknowledgedAge());
    this.offsets = new Offsets(context.logger());
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
    try (assignment) {
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
      assignment.add(name, new Partition(shared, name, sources.decoder(signal), next));
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
        Partition partition = assignment.get(name);
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
    assignment.pauseAndResume(current);
    if (System.nanoTime() - nextCommit >= 0) {
      nextCommit = System.nanoTime() + config.autocommit().interval().toNanos();
      offsets.commitAsync(current, assignment.committable(assignment.names()));
    }
  }

  /** Where there is no committed offset. It is committed at once, so that a crash moves nothing. */
  private void begin(Consumer<byte[], byte[]> current, Collection<TopicPartition> names) {
    if (config.initialOffset() == InitialOffset.EARLIEST) {
      current.seekToBeginning(names);
      return;
    }
    current.seekToEnd(names);
    Map<TopicPartition, Long> first = new HashMap<>();
    for (TopicPartition name : names) {
      offsets.forget(name);
      first.put(name, current.position(name));
    }
    offsets.commitSync(current, first);
  }

  /** Ends partitions properly: nothing new is handed on, what is under way may end, then commit. */
  private void giveUp(Consumer<byte[], byte[]> current, Collection<TopicPartition> names) {
    Map<TopicPartition, Partition> mine = new LinkedHashMap<>();
    for (TopicPartition name : names) {
      Partition partition = assignment.get(name);
      if (partition != null) {
        mine.put(name, partition);
      }
    }
    long deadline = System.nanoTime() + QUIET_LIMIT.toNanos();
    boolean interrupted = false;
    for (Partition partition : mine.values()) {
      partition.window().close();
    }
    for (Partition partition : mine.values()) {
      try {
        if (!interrupted) {
          boolean ignored =
              partition.window().awaitQuiet(Math.max(0, deadline - System.nanoTime()));
        }
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    offsets.commitSync(current, assignment.committable(mine.keySet()));
    mine.keySet().forEach(this::forget);
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void forget(TopicPartition name) {
    assignment.remove(name);
    offsets.forget(name);
  }

  private void end(@Nullable Consumer<byte[], byte[]> current) {
    consumer = null;
    if (current == null) {
      return;
    }
    giveUp(current, new ArrayList<>(assignment.names()));
    try {
      current.close(CloseOptions.timeout(CLOSE_LIMIT));
    } catch (KafkaException e) {
      context.logger().debug("Consumer could not be closed properly", e);
    }
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
