package io.millrace.receiver.kafka;

import io.millrace.api.component.ComponentContext;
import io.millrace.toolkit.source.AgeBound;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * The partitions that are assigned to a receiver, and how far they may run ahead of what is
 * acknowledged. Belongs to the thread that polls; only the gauges are read on others.
 */
@SuppressWarnings("try") // Closing a gauge may throw whatever it likes, and is passed on as it is.
final class Assignment implements AutoCloseable {
  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(2);
  private static final long MIN_HELD_BYTES = 1L << 20;
  private static final long MAX_HELD_BYTES = 24L << 20;
  private static final int HEAP_SHARE = 8;
  private static final long MIN_PARTITION_BYTES = 64L << 10;

  private final ComponentContext context;
  private final AgeBound ageBound;
  private final AutoCloseable pausedGauge;
  private final long maxHeldBytes = maxHeldBytes(Runtime.getRuntime().maxMemory());
  private final Map<TopicPartition, Member> members = new LinkedHashMap<>();
  private volatile int paused;

  /** A partition with what was opened for it. */
  private record Member(Partition partition, AutoCloseable lagGauge, AgeBound.Watch age) {}

  Assignment(ComponentContext context, Duration maxUnacknowledgedAge) {
    this.context = context;
    this.ageBound = new AgeBound(maxUnacknowledgedAge, context);
    this.pausedGauge =
        context
            .meter()
            .gauge(
                "kafka_receiver_paused_partitions",
                "Partitions that wait because enough of them is under way, or for too long",
                Map.of(),
                () -> paused);
  }

  /** Takes a partition in and starts it. */
  void add(TopicPartition name, Partition partition) {
    members.put(name, new Member(partition, lagGauge(name, partition), ageBound.watch(partition)));
    partition.start();
  }

  /** The partition of that name; null when it is not assigned. */
  @Nullable Partition get(TopicPartition name) {
    Member member = members.get(name);
    return member == null ? null : member.partition;
  }

  /** What is assigned now; changes with it. */
  Set<TopicPartition> names() {
    return members.keySet();
  }

  /** Ends a partition: hands nothing more on and waits a bounded time for its thread. */
  void remove(TopicPartition name) {
    Member member = members.remove(name);
    if (member == null) {
      return;
    }
    member.age.close();
    member.partition.close();
    try {
      member.lagGauge.close();
      member.partition.join(CLOSE_LIMIT);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (Exception e) {
      context.logger().warn("Gauge could not be closed", e);
    }
  }

  /** The offsets up to which everything has been delivered, where anything has. */
  Map<TopicPartition, Long> committable(Collection<TopicPartition> names) {
    Map<TopicPartition, Long> offsets = new HashMap<>();
    for (TopicPartition name : names) {
      Partition partition = get(name);
      long offset = partition == null ? -1 : partition.window().committable();
      if (offset >= 0) {
        offsets.put(name, offset);
      }
    }
    return offsets;
  }

  /** Pauses partitions that hold enough or what is too old, resumes those that hold little. */
  void pauseAndResume(Consumer<byte[], byte[]> consumer) {
    Set<TopicPartition> before = consumer.paused();
    List<TopicPartition> pause = new ArrayList<>();
    List<TopicPartition> resume = new ArrayList<>();
    long limit = Math.max(MIN_PARTITION_BYTES, maxHeldBytes / Math.max(1, members.size()));
    boolean full = heldBytes() >= maxHeldBytes;
    members.forEach(
        (name, member) -> {
          Window window = member.partition.window();
          long held = window.heldBytes();
          boolean old = member.age.holdsBack();
          if ((old || full || held >= limit) && !before.contains(name)) {
            pause.add(name);
          } else if (!old && !full && held <= limit / 2 && before.contains(name)) {
            resume.add(name);
          }
          member.partition.lag(consumer.currentLag(name).orElse(0) + window.size());
        });
    consumer.pause(pause);
    consumer.resume(resume);
    paused = before.size() + pause.size() - resume.size();
  }

  /** Closes the instruments; partitions have been removed before. */
  @Override
  public void close() throws Exception {
    try (ageBound) {
      pausedGauge.close();
    }
  }

  /**
   * How much all partitions may hold together, of so large a heap. What an answer brings beyond it,
   * and what the consumer has fetched for partitions that are paused, comes on top.
   */
  static long maxHeldBytes(long heapBytes) {
    return Math.clamp(heapBytes / HEAP_SHARE, MIN_HELD_BYTES, MAX_HELD_BYTES);
  }

  private long heldBytes() {
    long held = 0;
    for (Member member : members.values()) {
      held += member.partition.window().heldBytes();
    }
    return held;
  }

  private AutoCloseable lagGauge(TopicPartition name, Partition partition) {
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
}
