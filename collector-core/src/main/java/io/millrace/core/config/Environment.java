package io.millrace.core.config;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * What configuration may refer to outside of itself. Immutable.
 *
 * @param variables the environment variables
 * @param directory what relative paths start from
 */
public record Environment(Map<String, String> variables, Path directory) {

  public Environment {
    variables = Map.copyOf(variables);
  }

  /** The process's own. */
  public static Environment ofProcess() {
    return new Environment(System.getenv(), Path.of(""));
  }

  Optional<String> variable(String name) {
    return Optional.ofNullable(variables.get(name));
  }
}
