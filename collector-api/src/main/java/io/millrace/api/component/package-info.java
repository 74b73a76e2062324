/**
 * The SPI: what a plugin implements and what the runtime offers it. Open {@link
 * io.millrace.api.component.Plugin} first, then the factory of the kind you write. Threads and
 * ownership are stated on each type.
 */
@NullMarked
package io.millrace.api.component;

import org.jspecify.annotations.NullMarked;
