/**
 * Kafka before an agent and behind it: {@link io.millrace.benchmarks.load.kafka.TopicWriter} and
 * {@link io.millrace.benchmarks.load.kafka.TopicCounter}.
 */
@NullMarked
package io.millrace.benchmarks.load.kafka;

import org.jspecify.annotations.NullMarked;
