/** The {@code memory_limiter} processor: refuses telemetry before the heap suffers. */
@NullMarked
package io.millrace.processor.memorylimiter;

import org.jspecify.annotations.NullMarked;
