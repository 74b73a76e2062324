/**
 * The telemetry model: logs, metrics and traces as the bytes of OTLP requests, read in place;
 * profiles as bytes that nobody reads.
 *
 * <p>Open {@link io.millrace.api.telemetry.Batch} first: it is what travels, with {@link
 * io.millrace.api.telemetry.Logs}, {@link io.millrace.api.telemetry.Metrics} and {@link
 * io.millrace.api.telemetry.Traces} below it, and {@link io.millrace.api.telemetry.Profiles}, which
 * can only be passed on. Reading starts at {@code batch.forEachItem} or {@code batch.groups()},
 * changing at {@code batch.map} or, across levels, at {@link
 * io.millrace.api.telemetry.EditSession}. Logs are made with {@link
 * io.millrace.api.telemetry.LogsBuilder}, metrics and traces in a session over {@code Batch.empty}.
 * Where items came from is in {@link io.millrace.api.telemetry.Origins}.
 *
 * <p>Batches and everything read from them are immutable and may be read on any thread; an edit
 * session belongs to the thread that opened it. Whatever is read keeps the bytes of its batch
 * alive: copy strings out of it to keep them. Bytes are checked once, when they are read, so
 * accessors never fail; invalid UTF-8 reads as U+FFFD.
 *
 * <p>A processor that drops debug records and stamps the rest with their environment:
 *
 * <pre>{@code
 * final class StampProcessor implements SimpleProcessor {
 *   private static final AttributeKey ENVIRONMENT = AttributeKey.of("deployment.environment.name");
 *   private static final Value PRODUCTION = Value.of("production");
 *
 *   @Override
 *   public Batch process(Batch batch, RequestContext context) {
 *     return batch
 *         .filter(item -> !(item instanceof LogRecord log) || log.severityNumber() >= 9)
 *         .map(item -> item.attributes().put(ENVIRONMENT, PRODUCTION));
 *   }
 * }
 * }</pre>
 */
@NullMarked
package io.millrace.api.telemetry;

import org.jspecify.annotations.NullMarked;
