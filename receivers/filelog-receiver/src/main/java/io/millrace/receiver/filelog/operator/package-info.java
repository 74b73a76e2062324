/**
 * The Collector's operators: what is done with a record between file and batch.
 *
 * <p>Open {@link io.millrace.receiver.filelog.operator.OperatorChain} first. A record is an {@link
 * io.millrace.receiver.filelog.operator.Entry} of plain Java values while operators change it, and
 * becomes telemetry afterwards; what was taken apart of a line is a {@link
 * io.millrace.receiver.filelog.operator.Text} of its bytes. Operators are immutable and
 * thread-safe, entries belong to one thread.
 *
 * <p>Source: opentelemetry-collector-contrib, {@code pkg/stanza/docs/operators}.
 */
@NullMarked
package io.millrace.receiver.filelog.operator;

import org.jspecify.annotations.NullMarked;
