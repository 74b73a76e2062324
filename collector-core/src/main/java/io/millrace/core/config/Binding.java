package io.millrace.core.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A configuration record bound from a piece of YAML on its own, as a component's tests need it.
 * Immutable.
 *
 * @param value the record; empty when there are errors
 * @param errors all that is wrong, by place
 * @param warnings what is accepted but should be known, by place
 */
public record Binding<C extends Record>(
    Optional<C> value, List<Problem> errors, List<Problem> warnings) {

  /** Binds a record from YAML without references. */
  public static <C extends Record> Binding<C> of(Class<C> type, String yaml) {
    return of(type, yaml, new Environment(Map.of(), Path.of("")));
  }

  /** Binds a record from YAML whose references are resolved in an environment. */
  public static <C extends Record> Binding<C> of(
      Class<C> type, String yaml, Environment environment) {
    Diagnostics diagnostics = new Diagnostics();
    ConfigSources sources = new ConfigSources(environment, diagnostics);
    C value = null;
    try {
      ConfigNode node = YamlReader.read(yaml, sources.source("config.yaml"));
      ConfigNode expanded = new Expander(sources, environment, diagnostics).expand(node);
      value = new Binder(diagnostics).bind(type, expanded, "");
    } catch (MalformedYamlException e) {
      diagnostics.error(e.place(), "", String.valueOf(e.getMessage()));
    }
    return new Binding<>(
        diagnostics.hasErrors() ? Optional.empty() : Optional.ofNullable(value),
        diagnostics.errors(),
        diagnostics.warnings());
  }
}
