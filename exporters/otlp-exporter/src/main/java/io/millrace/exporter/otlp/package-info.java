/**
 * The {@code otlp} exporter: OTLP over gRPC. Open {@link io.millrace.exporter.otlp.OtlpExporter}
 * first, then {@link io.millrace.exporter.otlp.GrpcOutcomes}, which says what an answer means.
 */
@NullMarked
package io.millrace.exporter.otlp;

import org.jspecify.annotations.NullMarked;
