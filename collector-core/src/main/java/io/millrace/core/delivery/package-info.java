/** The way of telemetry from a pipeline's end into an exporter: queue, retry, dead letters. */
@NullMarked
package io.millrace.core.delivery;

import org.jspecify.annotations.NullMarked;
