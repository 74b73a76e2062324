/**
 * Failures that a real server does not produce on demand. Open {@link
 * io.millrace.testkit.fault.FaultProxy}: it stands in front of a server, forwards, and misbehaves
 * when told.
 */
@NullMarked
package io.millrace.testkit.fault;

import org.jspecify.annotations.NullMarked;
