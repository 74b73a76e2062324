/**
 * The {@code kafka} receiver: reads telemetry from Kafka topics and commits an offset once
 * everything before it has been delivered. Open {@link io.millrace.receiver.kafka.KafkaReceiver}
 * first.
 *
 * <p>One thread of the receiver's own polls and owns the Kafka consumer ({@link
 * io.millrace.receiver.kafka.Poller}); each assigned partition has a virtual thread that hands its
 * records on in order ({@link io.millrace.receiver.kafka.Partition}), so that one that is blocked
 * holds up neither the others nor the membership in the group.
 */
@NullMarked
package io.millrace.receiver.kafka;

import org.jspecify.annotations.NullMarked;
