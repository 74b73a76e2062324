package io.millrace.flink.aggregate;

import org.jspecify.annotations.Nullable;

/**
 * What one task added up for one group of one window since it last told.
 *
 * @param key what goes to the same task: {@code <aggregate id>/<bucket>/<window start>}
 * @param aggregate the aggregate's {@link io.millrace.flink.config.AggregateDefinition#id()}
 * @param windowStart milliseconds since the epoch
 * @param group the group's values, null where events have none
 * @param tally what was added up
 */
@SuppressWarnings("ArrayRecordComponent") // never compared; nobody changes the array
public record Partial(
    String key, String aggregate, long windowStart, @Nullable String[] group, Tally tally) {}
