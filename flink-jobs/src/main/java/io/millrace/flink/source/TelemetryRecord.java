package io.millrace.flink.source;

import io.millrace.api.telemetry.Signal;

/**
 * The items of one stream in one Kafka record, still encoded. Nobody changes the arrays. Not an
 * {@code Origins} nor a {@code Batch}, because it crosses the network.
 *
 * @param stream the stream the items belong to, the key of de-duplication
 * @param signal what the items are
 * @param topic the Kafka topic
 * @param partition the Kafka partition
 * @param offset the Kafka offset
 * @param part counts the streams of a Kafka record that holds several, from 0
 * @param timestamp Kafka's timestamp, milliseconds since the epoch
 * @param timeMax the newest event time of the whole Kafka record, milliseconds since the epoch,
 *     clamped
 * @param watermark the clock of the partition before this Kafka record, {@link Long#MIN_VALUE}
 *     before the first one
 * @param value an OTLP export request
 * @param origins the encoded origins of the items; empty: they have none
 * @param problem why the record cannot be read; empty when nothing is known against it
 */
@SuppressWarnings("ArrayRecordComponent") // never compared; copying would cost on the hot path
public record TelemetryRecord(
    String stream,
    Signal signal,
    String topic,
    int partition,
    long offset,
    int part,
    long timestamp,
    long timeMax,
    long watermark,
    byte[] value,
    byte[] origins,
    String problem) {

  /** How far into the future of Kafka's timestamp an event may be dated before it is clamped. */
  public static final long FUTURE_MILLIS = 60_000;

  /** The same with the verdict on time. */
  public TelemetryRecord withWatermark(long millis) {
    return new TelemetryRecord(
        stream, signal, topic, partition, offset, part, timestamp, timeMax, millis, value, origins,
        problem);
  }

  /** The latest time that an event of a record with that Kafka timestamp may have. */
  public static long latestTime(long timestamp) {
    return timestamp < 0 ? Long.MAX_VALUE : timestamp + FUTURE_MILLIS;
  }
}
