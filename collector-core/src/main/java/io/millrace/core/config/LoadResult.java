package io.millrace.core.config;

import io.millrace.core.graph.AgentConfig;
import java.util.List;
import java.util.Optional;

/**
 * What came of loading a configuration. Immutable.
 *
 * @param config the configuration; empty exactly when there are errors
 * @param errors all that is wrong, by place
 * @param warnings what is accepted but should be known, by place
 */
public record LoadResult(
    Optional<AgentConfig> config, List<Problem> errors, List<Problem> warnings) {

  public LoadResult {
    errors = List.copyOf(errors);
    warnings = List.copyOf(warnings);
  }
}
