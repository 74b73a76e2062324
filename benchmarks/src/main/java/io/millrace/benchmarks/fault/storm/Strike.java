package io.millrace.benchmarks.fault.storm;

import java.time.Duration;

/**
 * One fault at one time. Immutable.
 *
 * @param at since the storm began
 * @param fault its number in the lane
 * @param seed decides how much of it
 */
public record Strike(Duration at, int fault, long seed) {}
