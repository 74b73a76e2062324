/**
 * From Kafka partitions to records with a verdict on time. Open {@link
 * io.millrace.flink.source.TelemetrySource} first.
 *
 * <p>Event time is kept per partition, as a function of the records that stand before in that
 * partition ({@link io.millrace.flink.source.PartitionClock}), and is part of the checkpoint of the
 * partition's position. So a replay reaches the same verdict for every record, whatever the task
 * that reads it.
 */
@NullMarked
package io.millrace.flink.source;

import org.jspecify.annotations.NullMarked;
