package io.millrace.core.cli;

import io.millrace.core.config.ConfigPrinter;
import io.millrace.core.graph.AgentConfig;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code millrace print-config}. */
@Command(
    name = "print-config",
    aliases = "print-initial-config",
    description = "Prints the configuration as the agent understands it: merged, with defaults.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  millrace print-config --config agent.yaml",
      "  millrace print-config --config agent.yaml --format json --mode unredacted"
    })
final class PrintConfigCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Mixin private ConfigOptions options = new ConfigOptions();

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      defaultValue = "yaml",
      description = "yaml or json (default: ${DEFAULT-VALUE}).")
  private ConfigPrinter.Format format = ConfigPrinter.Format.YAML;

  @Option(
      names = "--mode",
      paramLabel = "MODE",
      defaultValue = "redacted",
      description = "redacted hides secrets, unredacted shows them (default: ${DEFAULT-VALUE}).")
  private ConfigPrinter.Mode mode = ConfigPrinter.Mode.REDACTED;

  PrintConfigCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    Optional<AgentConfig> config = options.load(terminal, options.components(terminal));
    if (config.isEmpty()) {
      return ExitCode.FAILED;
    }
    terminal.out().print(new ConfigPrinter(mode).print(config.get(), format));
    terminal.out().flush();
    return ExitCode.OK;
  }
}
