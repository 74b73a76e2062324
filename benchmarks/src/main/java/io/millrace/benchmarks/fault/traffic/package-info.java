/**
 * What flows: log files that are written and rotated, OTLP clients that keep count of what they
 * were promised, and a sink that remembers. Open {@link
 * io.millrace.benchmarks.fault.traffic.LogFile} and {@link
 * io.millrace.benchmarks.fault.traffic.OtlpClients} first.
 */
@NullMarked
package io.millrace.benchmarks.fault.traffic;

import org.jspecify.annotations.NullMarked;
