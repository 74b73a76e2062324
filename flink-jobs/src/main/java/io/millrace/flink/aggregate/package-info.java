/**
 * Counting. {@link io.millrace.flink.aggregate.LocalAggregator} drops what was counted before,
 * decodes and adds up on the spot; {@link io.millrace.flink.aggregate.WindowAggregator} adds up the
 * partial results of all tasks and closes windows. Open these two first.
 */
@NullMarked
package io.millrace.flink.aggregate;

import org.jspecify.annotations.NullMarked;
