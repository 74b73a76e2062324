/**
 * The {@code otlphttp} exporter: OTLP over HTTP, as protobuf or JSON. Open {@link
 * io.millrace.exporter.otlphttp.OtlphttpExporter} first.
 */
@NullMarked
package io.millrace.exporter.otlphttp;

import org.jspecify.annotations.NullMarked;
