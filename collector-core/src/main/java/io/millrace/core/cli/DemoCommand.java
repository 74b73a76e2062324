package io.millrace.core.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code millrace demo}, which the launcher in a source tree runs itself. */
@Command(
    name = "demo",
    description = "Shows the whole chain on real parts; only from a source tree.",
    footerHeading = "%nExamples:%n",
    footer = "  ./millrace demo")
final class DemoCommand implements Callable<Integer> {
  private final Terminal terminal;

  DemoCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    terminal
        .err()
        .println(
            "Error: the demo is not part of this distribution (expected: ./millrace demo in a"
                + " source tree)");
    return ExitCode.FAILED;
  }
}
