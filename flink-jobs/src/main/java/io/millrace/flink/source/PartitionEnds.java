package io.millrace.flink.source;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Asks Kafka where partitions end, without blocking, one question at a time. An outage of Kafka
 * thus never looks like silence. Used by one thread; answers arrive on Kafka's.
 */
final class PartitionEnds implements AutoCloseable {

  private static final int TIMEOUT_MILLIS = 5_000;

  private final Properties kafka;
  private final AtomicReference<@Nullable Map<TopicPartition, Long>> answer =
      new AtomicReference<>();

  private @Nullable Admin admin;
  private volatile boolean asking;

  PartitionEnds(Properties kafka) {
    this.kafka = kafka;
  }

  /** Asks, unless the last question is still open. */
  void ask(Collection<TopicPartition> partitions) {
    if (asking || partitions.isEmpty()) {
      return;
    }
    if (admin == null) {
      admin = Admin.create(kafka);
    }
    Map<TopicPartition, OffsetSpec> question = new HashMap<>();
    for (TopicPartition partition : partitions) {
      question.put(partition, OffsetSpec.latest());
    }
    asking = true;
    var unused =
        admin
            .listOffsets(question, new ListOffsetsOptions().timeoutMs(TIMEOUT_MILLIS))
            .all()
            .whenComplete(
                (offsets, failure) -> {
                  if (failure == null) {
                    answer.set(ends(offsets));
                  }
                  asking = false;
                });
  }

  /** The answer to the last question, once; null when there is none yet. */
  @Nullable Map<TopicPartition, Long> take() {
    return answer.getAndSet(null);
  }

  @Override
  public void close() {
    if (admin != null) {
      admin.close(java.time.Duration.ZERO);
    }
  }

  private static Map<TopicPartition, Long> ends(
      Map<TopicPartition, ListOffsetsResultInfo> offsets) {
    Map<TopicPartition, Long> ends = new HashMap<>();
    offsets.forEach((partition, info) -> ends.put(partition, info.offset()));
    return ends;
  }
}
