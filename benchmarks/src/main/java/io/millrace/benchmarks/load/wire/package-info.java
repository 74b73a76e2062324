/**
 * The senders and sinks of the benchmarks, made to cost little: one thread, {@link
 * io.millrace.benchmarks.load.wire.Loop}, serves every connection; requests are encoded once, and
 * only the records' numbers and the frames' stream ids are written into them before they are sent.
 * Begin with {@link io.millrace.benchmarks.load.wire.Generator}.
 */
@NullMarked
package io.millrace.benchmarks.load.wire;

import org.jspecify.annotations.NullMarked;
