/**
 * What is played, and what goes wrong in it: {@link
 * io.millrace.benchmarks.fault.scenario.Scenarios} lists them, {@link
 * io.millrace.benchmarks.fault.scenario.Scenario} is what each of them is, {@link
 * io.millrace.benchmarks.fault.scenario.Stage} the servers they share.
 */
@NullMarked
package io.millrace.benchmarks.fault.scenario;

import org.jspecify.annotations.NullMarked;
