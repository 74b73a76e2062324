/**
 * What stands around an agent that is measured, before it and behind it: {@link
 * io.millrace.benchmarks.load.track.Track}.
 */
@NullMarked
package io.millrace.benchmarks.load.track;

import org.jspecify.annotations.NullMarked;
