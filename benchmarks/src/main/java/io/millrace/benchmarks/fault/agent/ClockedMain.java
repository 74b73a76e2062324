package io.millrace.benchmarks.fault.agent;

import io.millrace.core.cli.AgentStarter;
import io.millrace.core.cli.Main;
import io.millrace.core.cli.Terminal;
import io.millrace.core.config.Environment;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;

/**
 * The agent's entry point with a clock that can be put off: {@link OffsetClock} on the file that
 * the variable {@code MILLRACE_CLOCK} names. All else is the agent's own.
 */
public final class ClockedMain {
  private ClockedMain() {}

  /** Runs a command of the agent. */
  public static void main(String[] arguments) throws IOException {
    Clock clock = OffsetClock.of(Path.of(System.getenv("MILLRACE_CLOCK")));
    PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
    PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
    Terminal terminal =
        new Terminal(out, err, Environment.ofProcess(), Main.class.getClassLoader());
    AgentStarter starter =
        (config, components, options) ->
            AgentStarter.startAgent(config, components, options.withClock(clock));
    System.exit(Main.run(terminal, starter, arguments));
  }
}
