/**
 * When what goes wrong. Open {@link io.millrace.benchmarks.fault.storm.Schedule} for the promise
 * that a seed repeats a run's faults, and {@link io.millrace.benchmarks.fault.storm.Storm} for how
 * they strike.
 */
@NullMarked
package io.millrace.benchmarks.fault.storm;

import org.jspecify.annotations.NullMarked;
