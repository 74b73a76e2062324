package io.millrace.core.cli;

import io.millrace.core.config.Environment;
import java.nio.file.Path;
import java.util.Map;

/** Where state goes when nobody says. Stateless. */
final class StateDirectory {
  private static final String NAME = "millrace";

  private StateDirectory() {}

  /** {@code /var/lib/millrace} as root, else below the user's state home. */
  static Path standard(Environment environment, String user, Path home) {
    Map<String, String> variables = environment.variables();
    if ("root".equals(user)) {
      return Path.of("/var/lib", NAME);
    }
    String stateHome = variables.getOrDefault("XDG_STATE_HOME", "");
    if (!stateHome.isEmpty()) {
      return Path.of(stateHome, NAME);
    }
    String localData = variables.getOrDefault("LOCALAPPDATA", "");
    if (!localData.isEmpty()) {
      return Path.of(localData, NAME, "state");
    }
    return home.resolve(".local").resolve("state").resolve(NAME);
  }
}
