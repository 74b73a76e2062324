/** The {@code health_check} extension: tells over HTTP whether the agent works. */
@NullMarked
package io.millrace.extension.healthcheck;

import org.jspecify.annotations.NullMarked;
