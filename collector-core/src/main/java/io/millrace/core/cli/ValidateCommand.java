package io.millrace.core.cli;

import io.millrace.api.config.DataSize;
import io.millrace.core.graph.AgentConfig;
import io.millrace.core.graph.Guarantees;
import io.millrace.core.graph.PipelineConfig;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code millrace validate}. */
@Command(
    name = "validate",
    description =
        "Checks a configuration without starting anything; prints every problem with its place, or what"
            + " each pipeline guarantees.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  millrace validate --config agent.yaml",
      "  millrace validate agent.yaml --memory 256MiB",
      "  millrace validate base.yaml site.yaml --set exporters.debug.verbosity=detailed"
    })
final class ValidateCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Mixin private ConfigOptions options = new ConfigOptions();

  @Option(
      names = "--memory",
      paramLabel = "SIZE",
      defaultValue = "128MiB",
      description =
          "Memory budget that the agent will have; limits above what there is room for are warned"
              + " of (default: ${DEFAULT-VALUE}).")
  @SuppressWarnings("unused") // The launcher reads it and makes the heap what the agent's would be.
  private DataSize memory = DataSize.ofMebibytes(128);

  ValidateCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    Optional<AgentConfig> config = options.load(terminal, options.components(terminal));
    if (config.isEmpty()) {
      return ExitCode.FAILED;
    }
    String pipelines =
        String.join(", ", config.get().pipelines().stream().map(PipelineConfig::id).toList());
    terminal.out().println("The configuration is valid. Pipelines: " + pipelines);
    Guarantees.of(config.get()).forEach(line -> terminal.out().println("  " + line));
    terminal.out().flush();
    return ExitCode.OK;
  }
}
