/**
 * What survives a restart: the state directory with the agent's id, epochs, key-value stores, dead
 * letters and the journal of drops. Open {@link io.millrace.core.state.StateDirectory} first. One
 * process owns a state directory at a time.
 */
@NullMarked
package io.millrace.core.state;

import org.jspecify.annotations.NullMarked;
