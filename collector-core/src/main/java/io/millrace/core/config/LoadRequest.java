package io.millrace.core.config;

import java.util.List;

/**
 * What to load. Immutable.
 *
 * @param configs paths and URIs, merged from left to right
 * @param settings {@code a.b=value}, laid over the configs from left to right
 * @param environment variables and files that the configuration may refer to
 */
public record LoadRequest(List<String> configs, List<String> settings, Environment environment) {

  public LoadRequest {
    configs = List.copyOf(configs);
    settings = List.copyOf(settings);
  }

  /** One file of the process's environment. */
  public static LoadRequest of(String config) {
    return new LoadRequest(List.of(config), List.of(), Environment.ofProcess());
  }
}
