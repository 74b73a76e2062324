/**
 * Agents as processes, and what the oracle can do to them: {@link
 * io.millrace.benchmarks.fault.agent.AgentProcess} first. {@link
 * io.millrace.benchmarks.fault.agent.ClockedMain} runs inside of the agent's process.
 */
@NullMarked
package io.millrace.benchmarks.fault.agent;

import org.jspecify.annotations.NullMarked;
