package io.millrace.receiver.kafka;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;

/**
 * Commits offsets, those that have changed since. A failure is no end: records are repeated then.
 * Belongs to the thread that polls.
 */
final class Offsets {
  private static final Duration COMMIT_LIMIT = Duration.ofSeconds(3);

  private final Logger logger;
  private final Map<TopicPartition, Long> committed = new HashMap<>();

  Offsets(Logger logger) {
    this.logger = logger;
  }

  /** Commits while polling goes on. */
  void commitAsync(Consumer<byte[], byte[]> consumer, Map<TopicPartition, Long> offsets) {
    Map<TopicPartition, OffsetAndMetadata> changed = changed(offsets);
    if (changed.isEmpty()) {
      return;
    }
    consumer.commitAsync(
        changed,
        (done, error) -> {
          if (error == null) {
            done.forEach((name, offset) -> committed.put(name, offset.offset()));
          } else {
            logger.debug("Offsets could not be committed; tried again later", error);
          }
        });
  }

  /** Commits and waits for it, a bounded time. */
  void commitSync(Consumer<byte[], byte[]> consumer, Map<TopicPartition, Long> offsets) {
    Map<TopicPartition, OffsetAndMetadata> changed = changed(offsets);
    if (changed.isEmpty()) {
      return;
    }
    try {
      consumer.commitSync(changed, COMMIT_LIMIT);
      committed.putAll(offsets);
    } catch (WakeupException e) {
      commitSync(consumer, offsets);
    } catch (KafkaException e) {
      logger
          .atWarn()
          .addKeyValue("offsets", changed)
          .addKeyValue("reason", Poller.text(e))
          .log("Offsets could not be committed; records will be repeated");
    }
  }

  /** Forgets what was committed of a partition that is another's now. */
  void forget(TopicPartition name) {
    committed.remove(name);
  }

  private Map<TopicPartition, OffsetAndMetadata> changed(Map<TopicPartition, Long> offsets) {
    Map<TopicPartition, OffsetAndMetadata> changed = new HashMap<>();
    offsets.forEach(
        (name, offset) -> {
          if (!offset.equals(committed.get(name))) {
            changed.put(name, new OffsetAndMetadata(offset));
          }
        });
    return changed;
  }
}
