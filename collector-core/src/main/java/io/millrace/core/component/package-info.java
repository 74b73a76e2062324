/**
 * A component's life inside the agent: made, started again and again until it runs, stopped, its
 * health, and what it is offered. Open {@link io.millrace.core.component.ComponentSlot} first.
 * Whatever a component does, it does not leave this package as an exception.
 */
@NullMarked
package io.millrace.core.component;

import org.jspecify.annotations.NullMarked;
