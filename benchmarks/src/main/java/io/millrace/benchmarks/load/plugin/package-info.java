/** A plugin for the agent that is measured. */
@NullMarked
package io.millrace.benchmarks.load.plugin;

import org.jspecify.annotations.NullMarked;
