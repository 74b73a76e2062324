/** The {@code file} exporter: writes OTLP as JSON lines or as length-prefixed protobuf. */
@NullMarked
package io.millrace.exporter.file;

import org.jspecify.annotations.NullMarked;
