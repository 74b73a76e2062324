package io.millrace.flink.source;

import org.apache.flink.connector.kafka.source.split.KafkaPartitionSplit;

/**
 * The event time of one partition: the newest event time among the records before, less the allowed
 * disorder. While the partition is quiet (read to its end, as Kafka confirms, and without a record
 * for a while) the clock runs on with the wall clock, and keeps what it gained when records come
 * again. One thread at a time.
 */
final class PartitionClock {

  /** No time known. */
  static final long NONE = Long.MIN_VALUE;

  /** An end that Kafka confirms this many quiet times counts as read even if offsets disagree. */
  private static final int PATIENCE = 4;

  private final long outOfOrdernessMillis;
  private final long quietMillis;

  private long newestBefore;
  private long newest;
  private long floor;
  private long offset = -1;
  private long position;

  private long silentMillis;
  private long unchangedMillis;
  private long lastEnd = -1;

  /**
   * @param split the partition's position and what was kept of its clock
   * @param quietMillis 0: the partition is never quiet
   */
  PartitionClock(KafkaPartitionSplit split, long outOfOrdernessMillis, long quietMillis) {
    this.outOfOrdernessMillis = outOfOrdernessMillis;
    this.quietMillis = quietMillis;
    this.position = split.getStartingOffset();
    this.newestBefore = split instanceof ClockedSplit clockedSplit ? clockedSplit.newest() : NONE;
    this.newest = newestBefore;
    this.floor = split instanceof ClockedSplit clockedSplit ? clockedSplit.floor() : NONE;
  }

  /**
   * Takes note of a Kafka record, once for each of its parts.
   *
   * @param timeMax its newest event time, {@link #NONE} when it has none
   * @return the clock before that Kafka record
   */
  long observe(long recordOffset, long timeMax) {
    if (recordOffset != offset) {
      newestBefore = newest;
      offset = recordOffset;
      position = recordOffset + 1;
      silentMillis = 0;
      unchangedMillis = 0;
    }
    newest = Math.max(newest, timeMax);
    return reading(newestBefore);
  }

  /** The clock now, {@link #NONE} before the first event. */
  long watermark() {
    return reading(newest);
  }

  /** Whether the partition never held an event and is quiet: nothing to wait for. */
  boolean isIdle() {
    return newest == NONE && isQuiet();
  }

  /**
   * Lets time pass that Kafka has confirmed.
   *
   * @param end the offset after the partition's last record, as Kafka told just now
   * @param elapsedMillis the time since the last confirmation
   */
  void confirm(long end, long elapsedMillis) {
    if (quietMillis == 0) {
      return;
    }
    unchangedMillis = end == lastEnd ? unchangedMillis + elapsedMillis : 0;
    lastEnd = end;
    // A log may end in transaction markers, which are never delivered, or begin after offset 0.
    boolean read = position >= 0 ? position >= end : end == 0;
    if (!read && unchangedMillis < PATIENCE * quietMillis) {
      return;
    }
    silentMillis += elapsedMillis;
    if (isQuiet() && newest != NONE) {
      floor = Math.max(floor, newest - outOfOrdernessMillis - 1 + silentMillis);
    }
  }

  /** The newest event time seen, for the checkpoint. */
  long newest() {
    return newest;
  }

  /** What quiet times gained, for the checkpoint. */
  long floor() {
    return floor;
  }

  private boolean isQuiet() {
    return quietMillis > 0 && silentMillis >= quietMillis;
  }

  private long reading(long time) {
    return time == NONE ? floor : Math.max(floor, time - outOfOrdernessMillis - 1);
  }
}
