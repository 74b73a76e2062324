/**
 * What Kafka components share: the Collector's client block and its translation into the settings
 * of kafka-clients. Open {@link io.millrace.toolkit.kafka.KafkaClientConfig} for the keys, {@link
 * io.millrace.toolkit.kafka.KafkaClientSettings} for what comes of them.
 */
@NullMarked
package io.millrace.toolkit.kafka;

import org.jspecify.annotations.NullMarked;
