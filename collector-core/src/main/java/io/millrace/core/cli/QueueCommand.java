package io.millrace.core.cli;

import io.millrace.core.config.DocumentWriter;
import io.millrace.core.log.LogInspector;
import io.millrace.core.log.LogInspector.Summary;
import io.millrace.core.state.StateDirectory;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code millrace queue}. */
@Command(
    name = "queue",
    description =
        "Looks at the batches that wait on disk for their delivery. Changes nothing, and may be"
            + " used while the agent runs.",
    synopsisSubcommandLabel = "COMMAND",
    footerHeading = "%nExamples:%n",
    footer = {
      "  millrace queue inspect",
      "  millrace queue verify --state-dir /var/lib/millrace",
      "  millrace queue export receiver-otlp-logs --to /tmp/batches"
    })
final class QueueCommand implements Runnable {
  private static final String LOGS = "Names of logs, as inspect shows them (default: all).";

  private final Terminal terminal;

  @Spec
  @SuppressWarnings("NullAway.Init") // set by picocli
  private CommandSpec spec;

  QueueCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Missing command");
  }

  @Command(
      name = "inspect",
      description = "Shows every log: its size, its readers, and what waits for each.",
      footerHeading = "%nExamples:%n",
      footer = {
        "  millrace queue inspect",
        "  millrace queue inspect receiver-otlp-logs --state-dir /var/lib/millrace",
        "",
        "Exit codes: 0 ok, 1 a log cannot be read, 2 wrong command line."
      })
  @SuppressWarnings("unused") // picocli calls it
  int inspect(
      @Mixin StateOption state,
      @Parameters(arity = "0..*", paramLabel = "LOG", description = LOGS)
          @Nullable List<String> names)
      throws IOException {
    List<Map<String, Object>> logs = new ArrayList<>();
    for (Path log : logs(state, names)) {
      logs.add(document(log, LogInspector.inspect(log, entry -> {})));
    }
    terminal.out().print(DocumentWriter.yaml(Map.of("logs", logs)));
    terminal.out().flush();
    return ExitCode.OK;
  }

  @Command(
      name = "verify",
      description =
          "Reads every batch and checks it. A batch that is being written is no damage, nor is one"
              + " that a crash cut short: it was never acknowledged.",
      footerHeading = "%nExamples:%n",
      footer = {
        "  millrace queue verify",
        "  millrace queue verify receiver-otlp-logs --state-dir /var/lib/millrace",
        "",
        "Exit codes: 0 everything can be read, 1 something is damaged or cannot be read,",
        "2 wrong command line."
      })
  @SuppressWarnings("unused") // picocli calls it
  int verify(
      @Mixin StateOption state,
      @Parameters(arity = "0..*", paramLabel = "LOG", description = LOGS)
          @Nullable List<String> names)
      throws IOException {
    int code = ExitCode.OK;
    for (Path log : logs(state, names)) {
      Summary summary = LogInspector.inspect(log, entry -> {});
      boolean sound = summary.damage().bytes() == 0 && summary.damage().batches() == 0;
      code = sound ? code : ExitCode.FAILED;
      terminal
          .out()
          .println(
              log.getFileName()
                  + ": "
                  + (sound
                      ? "ok"
                      : "damaged: "
                          + summary.damage().bytes()
                          + " bytes, "
                          + summary.damage().batches()
                          + " batches are missing")
                  + "; "
                  + summary.batches()
                  + " batches, "
                  + summary.items()
                  + " items can be read");
    }
    terminal.out().flush();
    return code;
  }

  @Command(
      name = "export",
      description =
          "Writes batches into files <number>.<signal>.binpb, each an OTLP request in protobuf as"
              + " /v1/logs, /v1/metrics and /v1/traces take it.",
      footerHeading = "%nExamples:%n",
      footer = {
        "  millrace queue export receiver-otlp-logs --to batches",
        "  millrace queue export receiver-otlp-logs --to batches --all",
        "  curl -H 'Content-Type: application/x-protobuf' \\",
        "    --data-binary @batches/1.logs.binpb http://localhost:4318/v1/logs",
        "",
        "Exit codes: 0 ok, 1 a log cannot be read or a file not written, 2 wrong command line."
      })
  @SuppressWarnings("unused") // picocli calls it
  int export(
      @Mixin StateOption state,
      @Option(
              names = "--to",
              required = true,
              paramLabel = "DIR",
              description = "Where the files go; made when absent.")
          Path target,
      @Option(names = "--all", description = "Also what is delivered and not deleted yet.")
          boolean all,
      @Parameters(arity = "1", paramLabel = "LOG", description = "The log, as inspect shows it.")
          String name)
      throws IOException {
    Path log = logs(state, List.of(name)).get(0);
    Path directory = Files.createDirectories(terminal.environment().directory().resolve(target));
    long from = all ? 0 : firstWaiting(log);
    long[] written = new long[2];
    LogInspector.inspect(
        log,
        entry -> {
          if (entry.sequence() < from) {
            return;
          }
          String file =
              String.format(
                  Locale.ROOT, "%d.%s.binpb", entry.sequence(), entry.batch().signal().id());
          try (OutputStream out = Files.newOutputStream(directory.resolve(file))) {
            entry.batch().writeTo(out);
          }
          written[0]++;
          written[1] += entry.batch().itemCount();
        });
    terminal
        .out()
        .println(written[0] + " batches with " + written[1] + " items written to " + directory);
    terminal.out().flush();
    return ExitCode.OK;
  }

  private static long firstWaiting(Path log) throws IOException {
    return LogInspector.inspect(log, entry -> {}).readers().stream()
        .mapToLong(LogInspector.Reader::position)
        .min()
        .orElse(0);
  }

  private List<Path> logs(StateOption state, @Nullable List<String> names) throws IOException {
    Path logs = StateDirectory.logsDirectory(state.resolve(terminal));
    List<Path> found = new ArrayList<>();
    if (Files.isDirectory(logs)) {
      try (Stream<Path> paths = Files.list(logs)) {
        found.addAll(paths.filter(Files::isDirectory).sorted().toList());
      }
    }
    if (names == null || names.isEmpty()) {
      return found;
    }
    List<Path> chosen = new ArrayList<>();
    for (String name : names) {
      Path log = logs.resolve(name);
      if (!found.contains(log)) {
        throw new IOException(
            "\""
                + name
                + "\" is no log in "
                + logs
                + " (expected: "
                + (found.isEmpty()
                    ? "none, as there are no logs"
                    : String.join(
                        ", ", found.stream().map(path -> "" + path.getFileName()).toList()))
                + ")");
      }
      chosen.add(log);
    }
    return chosen;
  }

  private static Map<String, Object> document(Path log, Summary summary) {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("name", String.valueOf(log.getFileName()));
    document.put("segments", summary.segments());
    document.put("bytes", summary.bytes());
    document.put("batches", summary.batches());
    document.put("items", summary.items());
    List<Map<String, Object>> readers = new ArrayList<>();
    for (LogInspector.Reader reader : summary.readers()) {
      Map<String, Object> entry = new LinkedHashMap<>();
      entry.put("name", reader.name());
      entry.put("position", reader.position());
      entry.put("waiting_batches", reader.waitingBatches());
      entry.put("waiting_items", reader.waitingItems());
      readers.add(entry);
    }
    document.put("readers", readers);
    document.put("unfinished_bytes", summary.damage().unfinishedBytes());
    document.put("damaged_bytes", summary.damage().bytes());
    document.put("missing_batches", summary.damage().batches());
    document.put("put_aside", summary.putAside());
    return document;
  }
}
