/**
 * What an agent is made of, read from configuration, and the running graph made of it. Open {@link
 * io.millrace.core.graph.AgentConfig} for the input.
 */
@NullMarked
package io.millrace.core.graph;

import org.jspecify.annotations.NullMarked;
