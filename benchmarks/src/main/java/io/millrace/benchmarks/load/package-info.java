/**
 * What the agent costs: {@code benchmarks/run}. Begin with {@link
 * io.millrace.benchmarks.load.Scenarios}; a {@link io.millrace.benchmarks.load.Turn} measures one
 * agent in one of them. docs/benchmarks.md says how figures come about.
 */
@NullMarked
package io.millrace.benchmarks.load;

import org.jspecify.annotations.NullMarked;
