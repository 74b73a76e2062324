package io.millrace.core.config;

import java.util.List;
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

  /** Binds a record. */
  public static <C extends Record> Binding<C> of(Class<C> type, String yaml) {
    Diagnostics diagnostics = new Diagnostics();
    Place.Source source = new Place.Source("config.yaml", 0);
    C value = null;
    try {
      value = new Binder(diagnostics).bind(type, YamlReader.read(yaml, source), "");
    } catch (MalformedYamlException e) {
      diagnostics.error(e.place(), "", String.valueOf(e.getMessage()));
    }
    return new Binding<>(
        diagnostics.hasErrors() ? Optional.empty() : Optional.ofNullable(value),
        diagnostics.errors(),
        diagnostics.warnings());
  }
}
