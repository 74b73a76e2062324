package io.millrace.flink.source;

import org.apache.flink.connector.kafka.source.split.KafkaPartitionSplit;
import org.apache.kafka.common.TopicPartition;

/** A partition's position together with its clock. Immutable. */
final class ClockedSplit extends KafkaPartitionSplit {

  private final long newest;
  private final long floor;

  /**
   * @param newest the newest event time before the position, {@link Long#MIN_VALUE} for none
   * @param floor what the clock reached in quiet times, {@link Long#MIN_VALUE} for nothing
   */
  ClockedSplit(
      TopicPartition partition, long startingOffset, long stoppingOffset, long newest, long floor) {
    super(partition, startingOffset, stoppingOffset);
    this.newest = newest;
    this.floor = floor;
  }

  /** The same position with the readings of a clock. */
  static ClockedSplit of(KafkaPartitionSplit split, long newest, long floor) {
    return new ClockedSplit(
        split.getTopicPartition(),
        split.getStartingOffset(),
        split.getStoppingOffset().orElse(NO_STOPPING_OFFSET),
        newest,
        floor);
  }

  long newest() {
    return newest;
  }

  long floor() {
    return floor;
  }

  @Override
  public boolean equals(Object other) {
    return super.equals(other)
        && other instanceof ClockedSplit clockedSplit
        && newest == clockedSplit.newest
        && floor == clockedSplit.floor;
  }

  @Override
  public int hashCode() {
    return 31 * super.hashCode() + Long.hashCode(newest ^ floor);
  }
}
