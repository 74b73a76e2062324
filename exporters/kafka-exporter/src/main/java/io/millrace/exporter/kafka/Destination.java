package io.millrace.exporter.kafka;

import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Where a record goes. Immutable.
 *
 * @param topic the topic
 * @param partition the partition
 * @param key the record's key; null for none
 */
@SuppressWarnings("ArrayRecordComponent") // compared by content below
record Destination(String topic, int partition, byte @Nullable [] key) {

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Destination that
        && partition == that.partition
        && topic.equals(that.topic)
        && Arrays.equals(key, that.key);
  }

  @Override
  public int hashCode() {
    return Objects.hash(topic, partition, Arrays.hashCode(key));
  }
}
