/**
 * Configuration: YAML in, a bound and validated {@link io.millrace.core.graph.AgentConfig} out,
 * with every problem at its place. Open {@link io.millrace.core.config.ConfigLoader} first.
 *
 * <p>The stages, in order: {@link io.millrace.core.config.YamlReader} makes a tree of {@link
 * io.millrace.core.config.ConfigNode}s, {@link io.millrace.core.config.TreeMerge} lays several
 * sources over each other, {@link io.millrace.core.config.Expander} replaces <code>${...}</code>,
 * {@link io.millrace.core.config.DocumentReader} checks sections, ids and references and lets
 * {@link io.millrace.core.config.Binder} fill the configuration records. Nodes are immutable and
 * keep their place through all of it; everything else is confined to the loading thread.
 */
@NullMarked
package io.millrace.core.config;

import org.jspecify.annotations.NullMarked;
