@NullMarked
package io.millrace.api.telemetry;

import org.jspecify.annotations.NullMarked;
