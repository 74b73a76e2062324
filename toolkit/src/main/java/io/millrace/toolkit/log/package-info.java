/** Logging without floods. Open {@link io.millrace.toolkit.log.LogLimit} first. */
@NullMarked
package io.millrace.toolkit.log;

import org.jspecify.annotations.NullMarked;
