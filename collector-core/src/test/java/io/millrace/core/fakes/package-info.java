/** Components and telemetry for the core's own tests; each does one thing, some of them wrong. */
@NullMarked
package io.millrace.core.fakes;

import org.jspecify.annotations.NullMarked;
