/**
 * The {@code kafka} exporter: writes telemetry to Kafka topics and knows, when it returns, what the
 * brokers have. Open {@link io.millrace.exporter.kafka.KafkaExporter} first: it makes {@link
 * io.millrace.exporter.kafka.Shipment}s of a batch, sends them as one {@link
 * io.millrace.exporter.kafka.Attempt} and says what came of it.
 */
@NullMarked
package io.millrace.exporter.kafka;

import org.jspecify.annotations.NullMarked;
