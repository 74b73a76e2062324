/**
 * What the agent tells about itself, under the Collector's metric names. Open {@link
 * io.millrace.core.telemetry.Instruments} first. Everything is thread-safe.
 */
@NullMarked
package io.millrace.core.telemetry;

import org.jspecify.annotations.NullMarked;
