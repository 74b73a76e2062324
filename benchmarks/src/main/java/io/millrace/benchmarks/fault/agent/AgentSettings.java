package io.millrace.benchmarks.fault.agent;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * How an agent is started. Immutable.
 *
 * @param name what the oracle calls it
 * @param launcher the distribution's
 * @param configuration its YAML
 * @param directory where its log stands, and its state unless said otherwise
 * @param stateDirectory where it keeps what must survive
 * @param environment variables for its configuration
 * @param prefix what stands before the launcher in its command
 * @param arguments further ones of {@code run}
 */
public record AgentSettings(
    String name,
    Path launcher,
    Path configuration,
    Path directory,
    Path stateDirectory,
    Map<String, String> environment,
    List<String> prefix,
    List<String> arguments) {
  public AgentSettings {
    environment = Map.copyOf(environment);
    prefix = List.copyOf(prefix);
    arguments = List.copyOf(arguments);
  }
}
