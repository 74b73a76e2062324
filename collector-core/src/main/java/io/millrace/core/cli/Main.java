package io.millrace.core.cli;

import io.millrace.core.config.Environment;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;

/** The entry point of the agent. */
public final class Main {
  private Main() {}

  /** Runs a command and ends the process with its exit code. */
  public static void main(String[] args) {
    PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
    PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
    Terminal terminal =
        new Terminal(out, err, Environment.ofProcess(), Main.class.getClassLoader());
    int code = run(terminal, AgentStarter::startAgent, args);
    out.flush();
    err.flush();
    System.exit(code);
  }

  /**
   * Runs a command.
   *
   * @return 0 when it went well, 1 for a configuration or start error, 2 for a wrong command line
   */
  public static int run(Terminal terminal, AgentStarter starter, String... args) {
    CommandLine commands = new CommandLine(new MillraceCommand());
    commands.addSubcommand(new RunCommand(terminal, starter));
    commands.addSubcommand(new ValidateCommand(terminal));
    commands.addSubcommand(new PrintConfigCommand(terminal));
    commands.addSubcommand(new ComponentsCommand(terminal));
    commands.addSubcommand(new QueueCommand(terminal));
    commands.addSubcommand(new DlqCommand(terminal));
    commands.addSubcommand(
        new CommandLine(new DemoCommand(terminal)).setUnmatchedArgumentsAllowed(true));
    commands.setOut(terminal.out());
    commands.setErr(terminal.err());
    commands.setUsageHelpAutoWidth(true);
    commands.setCaseInsensitiveEnumValuesAllowed(true);
    commands.registerConverter(
        io.millrace.api.config.DataSize.class, io.millrace.api.config.DataSize::parse);
    commands.setExecutionExceptionHandler(
        (failure, command, parsed) -> {
          terminal.err().println("Error: " + Failures.message(failure));
          return ExitCode.FAILED;
        });
    return commands.execute(args);
  }
}
