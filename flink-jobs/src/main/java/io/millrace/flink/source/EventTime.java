package io.millrace.flink.source;

import io.millrace.api.telemetry.Batch;
import io.millrace.api.telemetry.Item;
import io.millrace.api.telemetry.LogRecord;
import io.millrace.api.telemetry.Span;

/**
 * The time of an event, in milliseconds since the epoch: a log record's time, else the time it was
 * observed; a span's end, else its start; a data point's time. An event without any has the time of
 * its Kafka record.
 */
public final class EventTime {

  private static final long NANOS_PER_MILLI = 1_000_000;

  private EventTime() {}

  /** The time of an item, not clamped. */
  public static long of(Item item, long kafkaTimestamp) {
    long nanos = item.timeUnixNanos();
    if (item instanceof Span span) {
      long end = span.endTimeUnixNanos();
      nanos = end == 0 ? nanos : end;
    } else if (nanos == 0 && item instanceof LogRecord logRecord) {
      nanos = logRecord.observedTimeUnixNanos();
    }
    return millis(nanos, kafkaTimestamp);
  }

  /** Nanoseconds, unsigned as OTLP has them, as milliseconds; 0 is the Kafka record's time. */
  static long millis(long nanos, long kafkaTimestamp) {
    return nanos == 0 ? kafkaTimestamp : Long.divideUnsigned(nanos, NANOS_PER_MILLI);
  }

  /** The newest time in a batch, not clamped; {@link Long#MIN_VALUE} for an empty one. */
  static long latest(Batch batch, long kafkaTimestamp) {
    long[] latest = {Long.MIN_VALUE};
    batch.forEachItem(
        (group, scope, item) -> latest[0] = Math.max(latest[0], of(item, kafkaTimestamp)));
    return latest[0];
  }
}
