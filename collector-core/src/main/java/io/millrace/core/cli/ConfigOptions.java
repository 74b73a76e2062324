package io.millrace.core.cli;

import io.millrace.core.config.ConfigLoader;
import io.millrace.core.config.LoadRequest;
import io.millrace.core.config.LoadResult;
import io.millrace.core.config.Problem;
import io.millrace.core.graph.AgentConfig;
import io.millrace.core.plugin.Components;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The options that name a configuration, shared by the commands that read one. */
final class ConfigOptions {
  @Spec(Spec.Target.MIXEE)
  @SuppressWarnings("NullAway.Init") // set by picocli
  private CommandSpec command;

  @Option(
      names = {"-c", "--config"},
      paramLabel = "FILE",
      description =
          "Configuration file, or file:PATH, env:NAME, yaml:TEXT with :: between keys. Several are"
              + " merged from left to right.")
  private List<String> configs = new ArrayList<>();

  @Parameters(arity = "0..*", paramLabel = "FILE", description = "The same as --config FILE.")
  private List<String> files = new ArrayList<>();

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "Sets one value over all files, such as processors.batch.timeout=2s.")
  private List<String> settings = new ArrayList<>();

  @Option(
      names = "--feature-gates",
      paramLabel = "GATES",
      description = "Accepted for compatibility, without effect.")
  private List<String> featureGates = new ArrayList<>();

  @CommandLine.Mixin private PluginOptions plugins = new PluginOptions();

  /** The component types that the configuration may use. */
  Components components(Terminal terminal) {
    return plugins.load(terminal);
  }

  /** Loads the configuration; prints its warnings, and the errors if there are any. */
  Optional<AgentConfig> load(Terminal terminal, Components components) {
    List<String> all = new ArrayList<>(configs);
    all.addAll(files);
    if (all.isEmpty()) {
      throw new ParameterException(
          command.commandLine(), "at least one config flag must be provided: --config FILE");
    }
    PrintWriter err = terminal.err();
    if (!featureGates.isEmpty()) {
      err.println("warning: --feature-gates: accepted without effect: there are no such gates");
    }
    LoadResult result =
        new ConfigLoader(components).load(new LoadRequest(all, settings, terminal.environment()));
    for (Problem warning : result.warnings()) {
      err.println("warning: " + warning);
    }
    for (Problem error : result.errors()) {
      err.println(error);
    }
    if (result.config().isEmpty()) {
      int count = result.errors().size();
      err.println("Error: invalid configuration: " + count + (count == 1 ? " error" : " errors"));
    }
    err.flush();
    return result.config();
  }
}
