package io.millrace.core.log;

import io.millrace.api.pipeline.RequestContext;
import io.millrace.api.telemetry.Batch;

/**
 * A batch in a log. Immutable.
 *
 * @param sequence its number in the log, from 1
 * @param batch the telemetry, with its origins
 * @param context what was known of the request
 * @param sizeBytes how much of the log it takes, about
 */
public record LogEntry(long sequence, Batch batch, RequestContext context, int sizeBytes) {}
