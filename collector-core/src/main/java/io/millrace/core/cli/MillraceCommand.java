package io.millrace.core.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code millrace} without a command. */
@Command(
    name = "millrace",
    description = "Collects logs and metrics; reads OpenTelemetry Collector configuration.",
    versionProvider = Version.class,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {},
    footerHeading = "%nExamples:%n",
    footer = {
      "  millrace run --config agent.yaml",
      "  millrace validate agent.yaml",
      "  millrace print-config base.yaml site.yaml --set processors.batch.timeout=2s",
      "  millrace queue inspect",
      "  millrace dlq list",
      "  millrace demo",
      "",
      "Exit codes: 0 ok, 1 configuration or start error, 2 wrong command line."
    })
final class MillraceCommand implements Runnable {
  @Spec
  @SuppressWarnings("NullAway.Init") // set by picocli
  private CommandSpec spec;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      scope = picocli.CommandLine.ScopeType.INHERIT,
      description = "Show this help.")
  @SuppressWarnings("unused") // picocli acts on it
  private boolean help;

  @Option(
      names = {"-v", "--version"},
      versionHelp = true,
      description = "Show the version.")
  @SuppressWarnings("unused") // picocli acts on it
  private boolean version;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Missing command");
  }
}
