package io.millrace.core.config;

import io.millrace.core.config.ConfigNode.Broken;
import io.millrace.core.config.ConfigNode.Mapping;
import io.millrace.core.graph.AgentConfig;
import io.millrace.core.plugin.Components;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Loads the configuration of an agent: reads, merges, expands, validates and binds. Immutable and
 * thread-safe.
 */
public final class ConfigLoader {
  private final Components components;

  public ConfigLoader(Components components) {
    this.components = components;
  }

  /** Loads a configuration; never throws for what the user wrote. */
  public LoadResult load(LoadRequest request) {
    Diagnostics diagnostics = new Diagnostics();
    ConfigNode root = resolve(request, diagnostics);
    AgentConfig config =
        root instanceof Mapping map ? new DocumentReader(components, diagnostics).read(map) : null;
    return new LoadResult(
        diagnostics.hasErrors() ? Optional.empty() : Optional.ofNullable(config),
        diagnostics.errors(),
        diagnostics.warnings());
  }

  /** The merged and expanded document, before any binding; null when a source could not be read. */
  static @Nullable ConfigNode resolve(LoadRequest request, Diagnostics diagnostics) {
    ConfigSources sources = new ConfigSources(request.environment(), diagnostics);
    ConfigNode merged = null;
    boolean unreadable = false;
    for (String config : request.configs()) {
      ConfigNode node = sources.config(config);
      unreadable |= node == null;
      merged = over(merged, node);
    }
    for (String setting : request.settings()) {
      ConfigNode node = sources.setting(setting);
      unreadable |= node == null;
      merged = over(merged, node);
    }
    if (unreadable || merged == null) {
      return null;
    }
    ConfigNode expanded = new Expander(sources, request.environment(), diagnostics).expand(merged);
    return expanded instanceof Broken ? null : expanded;
  }

  private static @Nullable ConfigNode over(@Nullable ConfigNode below, @Nullable ConfigNode above) {
    return below == null ? above : above == null ? below : TreeMerge.merge(below, above);
  }
}
