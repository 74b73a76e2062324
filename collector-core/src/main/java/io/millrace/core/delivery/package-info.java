/**
 * The way of telemetry from a pipeline's end into an exporter: queue, merging, retry, dead letters.
 * Open {@link io.millrace.core.delivery.ExportPath} first. Whatever an exporter does, every
 * Delivery that comes in here ends exactly once.
 */
@NullMarked
package io.millrace.core.delivery;

import org.jspecify.annotations.NullMarked;
