package io.millrace.core.cli;

import io.millrace.core.config.DocumentWriter;
import io.millrace.core.state.DeadLetterInspector;
import io.millrace.core.state.LetterScan;
import io.millrace.core.state.LetterState;
import io.millrace.core.state.ReplayRequest;
import io.millrace.core.state.ReplayRequests;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code millrace dlq}. */
@Command(
    name = "dlq",
    description =
        "Looks at the dead letters, which is what can never be delivered, and has an agent hand"
            + " them on again. May be used while the agent runs.",
    synopsisSubcommandLabel = "COMMAND",
    footerHeading = "%nExamples:%n",
    footer = {
      "  millrace dlq list",
      "  millrace dlq show --component exporter:elasticsearch --limit 5",
      "  millrace dlq export --component receiver:kafka --to /tmp/letters",
      "  millrace dlq replay --component exporter:elasticsearch --reason mapper_parsing"
    })
final class DlqCommand implements Runnable {
  private static final long GLANCE_MILLIS = 50;
  private static final long DEFAULT_WAIT_SECONDS = 3;

  private final Terminal terminal;

  @Spec
  @SuppressWarnings("NullAway.Init") // set by picocli
  private CommandSpec spec;

  DlqCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  /** Which letters; shared by the commands. */
  static final class Choice {
    @Option(
        names = "--component",
        paramLabel = "ID",
        description = "Only of this component, such as exporter:kafka/a or kafka/a (default: all).")
    private List<String> components = new ArrayList<>();

    @Option(
        names = "--reason",
        paramLabel = "TEXT",
        description = "Only with this text in their reason, in any case (default: all).")
    private List<String> reasons = new ArrayList<>();

    ReplayRequest request() {
      return new ReplayRequest(components, reasons);
    }
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Missing command");
  }

  @Command(
      name = "list",
      description =
          "Counts the dead letters by component and reason. Samples are of malformed input whose"
              + " sender was told.",
      footerHeading = "%nExamples:%n",
      footer = {
        "  millrace dlq list",
        "  millrace dlq list --json --state-dir /var/lib/millrace",
        "",
        "Exit codes: 0 ok, 1 the letters cannot be read, 2 wrong command line."
      })
  @SuppressWarnings("unused") // picocli calls it
  int list(
      @Mixin StateOption state,
      @Option(names = "--json", description = "JSON instead of YAML.") boolean json)
      throws IOException {
    DeadLetterInspector.Summary summary =
        new DeadLetterInspector(state.resolve(terminal)).summary();
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("letters", summary.groups().stream().map(LetterDocument::of).toList());
    if (!summary.unreadable().isEmpty()) {
      document.put("unreadable_lines", summary.unreadable());
    }
    terminal.out().print(json ? DocumentWriter.json(document) : DocumentWriter.yaml(document));
    terminal.out().flush();
    return ExitCode.OK;
  }

  @Command(
      name = "show",
      description =
          "Shows dead letters, each as a YAML document with its items, in the order in which they"
              + " were put aside.",
      footerHeading = "%nExamples:%n",
      footer = {
        "  millrace dlq show",
        "  millrace dlq show --component kafka/a --reason \"too large\" --limit 3",
        "",
        "Exit codes: 0 ok, 1 the letters cannot be read, 2 wrong command line."
      })
  @SuppressWarnings("unused") // picocli calls it
  int show(
      @Mixin StateOption state,
      @Mixin Choice choice,
      @Option(
              names = "--limit",
              paramLabel = "COUNT",
              defaultValue = "20",
              description = "How many letters at most (default: ${DEFAULT-VALUE}).")
          long limit,
      @Option(
              names = "--items",
              paramLabel = "COUNT",
              defaultValue = "10",
              description = "How many items of each letter at most (default: ${DEFAULT-VALUE}).")
          int items)
      throws IOException {
    long[] counts = new long[2];
    visit(
        state,
        choice.request(),
        (letter, content) -> {
          if (counts[0]++ >= limit) {
            return;
          }
          counts[1]++;
          terminal.out().println("---");
          terminal.out().print(DocumentWriter.yaml(LetterDocument.of(letter, content, items)));
        });
    if (counts[0] > counts[1]) {
      terminal.out().println("# " + (counts[0] - counts[1]) + " more letters; see --limit");
    }
    terminal.out().flush();
    return ExitCode.OK;
  }

  @Command(
      name = "export",
      description =
          "Writes what dead letters hold into files: <number>.<signal>.binpb, an OTLP request in"
              + " protobuf as /v1/logs, /v1/metrics and /v1/traces take it, or <number>.raw, bytes"
              + " as they came.",
      footerHeading = "%nExamples:%n",
      footer = {
        "  millrace dlq export --to letters",
        "  millrace dlq export --component receiver:kafka --to letters",
        "",
        "Exit codes: 0 ok, 1 a letter cannot be read or a file not written, 2 wrong command line."
      })
  @SuppressWarnings("unused") // picocli calls it
  int export(
      @Mixin StateOption state,
      @Mixin Choice choice,
      @Option(
              names = "--to",
              required = true,
              paramLabel = "DIR",
              description = "Where the files go; made when absent.")
          Path target)
      throws IOException {
    Path directory = Files.createDirectories(terminal.environment().directory().resolve(target));
    long[] counts = new long[2];
    visit(
        state,
        choice.request(),
        (letter, content) -> {
          String kind = letter.signal() == null ? "raw" : letter.signal().id() + ".binpb";
          String file = String.format(Locale.ROOT, "%d.%s", ++counts[0], kind);
          Files.write(directory.resolve(file), content.read().bytes());
          counts[1] += letter.items();
        });
    terminal
        .out()
        .println(counts[0] + " letters with " + counts[1] + " items written to " + directory);
    terminal.out().flush();
    return ExitCode.OK;
  }

  @Command(
      name = "replay",
      description = {
        "Has the agent hand dead letters on again: the one that runs on the state directory, else"
            + " the next one that starts there. An exporter's letters go to that exporter alone, a"
            + " receiver's to its pipelines. Items keep their origins, so that they fill the gaps"
            + " that they left once. What is rejected again is a dead letter again; bytes that are"
            + " no telemetry stay."
      },
      footerHeading = "%nExamples:%n",
      footer = {
        "  millrace dlq replay",
        "  millrace dlq replay --component exporter:elasticsearch --reason mapper_parsing",
        "",
        "Exit codes: 0 asked for, 1 the letters cannot be read or the request not written,",
        "2 wrong command line."
      })
  @SuppressWarnings("unused") // picocli calls it
  int replay(
      @Mixin StateOption state,
      @Mixin Choice choice,
      @Option(
              names = "--wait",
              paramLabel = "SECONDS",
              defaultValue = "" + DEFAULT_WAIT_SECONDS,
              description =
                  "How long to wait for an agent to take the letters (default: ${DEFAULT-VALUE}).")
          long waitSeconds)
      throws IOException, InterruptedException {
    long[] counts = new long[4];
    visit(
        state,
        choice.request(),
        (letter, content) -> {
          if (letter.isRaw()) {
            counts[2]++;
          } else if (letter.state() == LetterState.BACK) {
            counts[3]++;
          } else {
            counts[0]++;
            counts[1] += letter.items();
          }
        });
    if (counts[2] > 0) {
      terminal
          .out()
          .println(counts[2] + " letters stay: bytes that are no telemetry cannot be replayed");
    }
    if (counts[3] > 0) {
      terminal.out().println(counts[3] + " letters are on their way back already");
    }
    if (counts[0] == 0) {
      terminal.out().println("No letters to replay");
    } else {
      Path root = state.resolve(terminal);
      Path request = ReplayRequests.of(root).add(choice.request());
      terminal
          .out()
          .println(
              counts[0]
                  + " letters with "
                  + counts[1]
                  + " items: "
                  + (isTaken(request, waitSeconds)
                      ? "an agent hands them on now"
                      : "the next agent that starts on " + root + " will hand them on"));
    }
    terminal.out().flush();
    return ExitCode.OK;
  }

  private static boolean isTaken(Path request, long waitSeconds) throws InterruptedException {
    long begin = System.nanoTime();
    while (Files.exists(request)) {
      if (System.nanoTime() - begin >= waitSeconds * 1_000_000_000L) {
        return false;
      }
      Thread.sleep(GLANCE_MILLIS);
    }
    return true;
  }

  private void visit(
      StateOption state, ReplayRequest chosen, LetterScan.Visitor<IOException> visitor)
      throws IOException {
    new DeadLetterInspector(state.resolve(terminal))
        .<IOException>read(
            (letter, content) -> {
              if (chosen.asksFor(letter)) {
                visitor.visit(letter, content);
              }
            });
  }
}
