/**
 * Programs that judge the whole agent from outside: the fault oracle in {@link
 * io.millrace.benchmarks.fault} and what the agent costs in {@link io.millrace.benchmarks.load}.
 */
@NullMarked
package io.millrace.benchmarks;

import org.jspecify.annotations.NullMarked;
