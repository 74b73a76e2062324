/** The agent: a configuration, brought to life. Open {@link io.millrace.core.Agent} first. */
@NullMarked
package io.millrace.core;

import org.jspecify.annotations.NullMarked;
