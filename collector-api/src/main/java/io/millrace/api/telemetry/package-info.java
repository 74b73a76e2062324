/**
 * The telemetry model: logs, metrics and traces as the bytes of OTLP requests, read in place.
 *
 * <p>Open {@link io.millrace.api.telemetry.Batch} first: it is what travels, with {@link
 * io.millrace.api.telemetry.Logs}, {@link io.millrace.api.telemetry.Metrics} and {@link
 * io.millrace.api.telemetry.Traces} below it. Reading starts at {@code batch.forEachItem} or {@code
 * batch.groups()}; making logs at {@link io.millrace.api.telemetry.LogsBuilder}. Where items came
 * from is in {@link io.millrace.api.telemetry.Origins}.
 *
 * <p>Batches and everything read from them are immutable and may be read on any thread. Whatever is
 * read keeps the bytes of its batch alive: copy strings out of it to keep them.
 */
@NullMarked
package io.millrace.api.telemetry;

import org.jspecify.annotations.NullMarked;
