/**
 * What keeps the agent's process small once it has started. Open {@link
 * io.millrace.core.footprint.PageRelease} first.
 */
@NullMarked
package io.millrace.core.footprint;

import org.jspecify.annotations.NullMarked;
