package io.millrace.core.cli;

import io.millrace.core.state.StateDirectory;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** {@code --state-dir} of commands that look into an agent's state. One thread at a time. */
final class StateOption {

  @Option(
      names = "--state-dir",
      paramLabel = "DIR",
      description =
          "The agent's state directory (default: /var/lib/millrace as root, else the user's state"
              + " home).")
  private @Nullable Path directory;

  /** The state directory, which need not be there. */
  Path resolve(Terminal terminal) {
    Path root = directory == null ? StateDirectory.standardPath() : directory;
    return terminal.environment().directory().resolve(root);
  }
}
