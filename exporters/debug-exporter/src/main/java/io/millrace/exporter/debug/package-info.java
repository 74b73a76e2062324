/** The {@code debug} exporter: prints telemetry for people. */
@NullMarked
package io.millrace.exporter.debug;

import org.jspecify.annotations.NullMarked;
