package io.millrace.core.cli;

import io.millrace.api.component.Plugin;
import io.millrace.core.plugin.Components;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The option that names the plugin directory. */
final class PluginOptions {
  @Option(
      names = "--plugins",
      paramLabel = "DIR",
      description = "Directory of plugins, one directory each (default: plugins beside lib).")
  private @Nullable Path directory;

  /** Finds every component type. */
  Components load(Terminal terminal) {
    if (directory != null) {
      terminal.err().println("warning: --plugins " + directory + ": not read yet");
    }
    List<Plugin> plugins = new ArrayList<>();
    ServiceLoader.load(Plugin.class).forEach(plugins::add);
    return Components.of(plugins);
  }
}
