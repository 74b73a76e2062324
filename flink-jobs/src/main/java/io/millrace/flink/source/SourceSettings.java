package io.millrace.flink.source;

/**
 * Where and how to read. Immutable.
 *
 * @param brokers bootstrap servers, host:port separated by commas
 * @param group consumer group that offsets are committed to
 * @param startTimestamp begin with records of that Kafka timestamp, milliseconds since the epoch;
 *     negative: with the oldest
 * @param bounded end at what is there now
 * @param outOfOrdernessMillis how far behind the newest event of its partition an event may be
 * @param quietMillis see {@link PartitionClock}; 0: never quiet
 */
public record SourceSettings(
    String brokers,
    String group,
    long startTimestamp,
    boolean bounded,
    long outOfOrdernessMillis,
    long quietMillis) {}
