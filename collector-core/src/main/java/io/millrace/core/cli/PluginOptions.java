package io.millrace.core.cli;

import io.millrace.core.plugin.Components;
import io.millrace.core.plugin.PluginLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The option that names the plugin directory. */
final class PluginOptions {
  /** Set by the launcher: the directory that holds {@code lib} and {@code plugins}. */
  private static final String HOME = "millrace.home";

  @Spec(Spec.Target.MIXEE)
  @SuppressWarnings("NullAway.Init") // set by picocli
  private CommandSpec command;

  @Option(
      names = "--plugins",
      paramLabel = "DIR",
      description = "Directory of plugins, one directory each (default: plugins beside lib).")
  private @Nullable Path directory;

  /** Finds every component type; names plugins that cannot be used. */
  Components load(Terminal terminal) {
    Path plugins = directory == null ? null : terminal.environment().directory().resolve(directory);
    if (plugins != null && !Files.isDirectory(plugins)) {
      throw new ParameterException(
          command.commandLine(), "--plugins: \"" + directory + "\" (expected: a directory)");
    }
    String home = System.getProperty(HOME);
    if (plugins == null && home != null) {
      plugins = Path.of(home, "plugins");
    }
    PluginLoader.Loaded loaded = PluginLoader.load(terminal.application(), plugins);
    loaded.problems().forEach(problem -> terminal.err().println("warning: " + problem));
    return loaded.components();
  }
}
