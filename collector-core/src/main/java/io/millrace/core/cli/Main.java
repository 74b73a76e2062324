package io.millrace.core.cli;

import io.millrace.core.config.Environment;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
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
    Map<String, Supplier<Object>> all = subcommands(terminal, starter);
    // To look at all of them is a good part of the agent's start.
    Supplier<Object> named = args.length == 0 ? null : all.get(args[0]);
    if (named == null) {
      all.values().forEach(each -> commands.addSubcommand(each.get()));
    } else {
      commands.addSubcommand(named.get());
    }
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

  private static Map<String, Supplier<Object>> subcommands(
      Terminal terminal, AgentStarter starter) {
    Map<String, Supplier<Object>> all = new LinkedHashMap<>();
    all.put("run", () -> new RunCommand(terminal, starter));
    all.put("validate", () -> new ValidateCommand(terminal));
    all.put("print-config", () -> new PrintConfigCommand(terminal));
    all.put("components", () -> new ComponentsCommand(terminal));
    all.put("queue", () -> new QueueCommand(terminal));
    all.put("dlq", () -> new DlqCommand(terminal));
    all.put(
        "demo",
        () -> new CommandLine(new DemoCommand(terminal)).setUnmatchedArgumentsAllowed(true));
    return all;
  }
}
