/**
 * The fault oracle, {@code benchmarks/faults}: traffic, faults drawn from a seed, and an
 * independent ledger. Open {@link io.millrace.benchmarks.fault.FaultOracle} for the command and
 * {@link io.millrace.benchmarks.fault.Play} for the course of a run.
 */
@NullMarked
package io.millrace.benchmarks.fault;

import org.jspecify.annotations.NullMarked;
