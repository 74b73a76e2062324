/**
 * How telemetry moves: parcels down the pipeline, Deliveries back to the source. Open {@link
 * io.millrace.api.pipeline.Consumer} first.
 */
@NullMarked
package io.millrace.api.pipeline;

import org.jspecify.annotations.NullMarked;
