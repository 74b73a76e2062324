package io.millrace.flink.aggregate;

import org.jspecify.annotations.Nullable;

/**
 * A group of an open window.
 *
 * @param values the group's values, null where events have none
 * @param other whether it holds the groups beyond the maximum
 * @param tally what was added up
 */
@SuppressWarnings("ArrayRecordComponent") // never compared; nobody changes the array
public record GroupState(@Nullable String[] values, boolean other, Tally tally) {}
