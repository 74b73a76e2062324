package io.millrace.benchmarks.load;

import io.millrace.benchmarks.Home;
import io.millrace.benchmarks.fault.ledger.Spoil;
import io.millrace.benchmarks.load.subject.Cores;
import io.millrace.benchmarks.load.subject.Subject;
import java.io.Console;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code benchmarks/run}: what the agent costs, per CPU-second of its process. */
@Command(
    name = "benchmarks/run",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Sends numbered records through agents as processes and counts them where they arrive."
          + " Prints what an agent does per second and per CPU-second of its process (user and"
          + " system), and what was lost, duplicated or broken. docs/benchmarks.md says how."
    },
    footer = {
      "",
      "Examples:",
      "  benchmarks/run S6p                                  one scenario",
      "  benchmarks/run --seconds 60 --json figures.json     all of them",
      "  benchmarks/run --peer otelcol=/usr/bin/otelcol S6   beside the Collector, in turns",
      "  benchmarks/run harness                              what the harness itself can do",
      "",
      "Exit codes: 0 the run is valid, whatever the figures; 1 records were lost, duplicated or",
      "broken, or the harness was too slow, or an agent failed; 2 wrong options."
    })
public final class Benchmarks implements Callable<Integer> {
  private final PrintStream out;

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  @Option(
      names = "--seconds",
      paramLabel = "N",
      defaultValue = "15",
      description = "How long each turn measures (default: ${DEFAULT-VALUE}).")
  private double seconds;

  @Option(
      names = "--warm-up",
      paramLabel = "N",
      defaultValue = "8",
      description = "Seconds before that (default: ${DEFAULT-VALUE}).")
  private double warmUp;

  @Option(
      names = "--turns",
      paramLabel = "N",
      description = "How often each agent is measured (default: once, with peers twice).")
  private @Nullable Integer turns;

  @Option(
      names = "--rate",
      paramLabel = "N",
      description = "Records per second (default: the scenario's, or as fast as it goes).")
  private @Nullable Double rate;

  @Option(
      names = "--records",
      paramLabel = "N",
      defaultValue = "512",
      description = "Records of a request (default: ${DEFAULT-VALUE}).")
  private int records;

  @Option(
      names = "--under-way",
      paramLabel = "N",
      defaultValue = "64",
      description =
          "OTLP requests that may have left the sender and not be at the sink, whether answered or"
              + " not (default: ${DEFAULT-VALUE}).")
  private int underWay;

  @Option(names = "--json", paramLabel = "FILE", description = "Where to write the figures.")
  private @Nullable Path json;

  @Option(
      names = "--peer",
      paramLabel = "NAME=COMMAND",
      description =
          "Another agent that is measured in turns with ours. Its configuration is written out, and"
              + " put where the command says {config}, or behind it as --config FILE.")
  private List<String> peers = new ArrayList<>();

  @Option(
      names = "--spoil",
      paramLabel = "HOW",
      split = ",",
      description =
          "Does a record wrong in what the sink reads, to show that it is found: lost, doubled,"
              + " altered, or several of them.")
  private Set<Spoil> spoil = EnumSet.noneOf(Spoil.class);

  @Parameters(
      paramLabel = "SCENARIO",
      description = "Which ones (default: all): ${COMPLETION-CANDIDATES}.",
      completionCandidates = Names.class)
  private List<String> scenarios = new ArrayList<>();

  private Benchmarks(PrintStream out) {
    this.out = out;
  }

  /** Runs benchmarks and ends the process. */
  public static void main(String[] arguments) {
    Logger.getLogger("").setLevel(Level.OFF);
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    System.exit(execute(out, arguments));
  }

  /**
   * Runs benchmarks.
   *
   * @return the exit code
   */
  public static int execute(PrintStream out, String... arguments) {
    return new CommandLine(new Benchmarks(out))
        .setCaseInsensitiveEnumValuesAllowed(true)
        .execute(arguments);
  }

  @Override
  public Integer call() throws InterruptedException {
    List<Scenario> chosen = chosen();
    List<Subject> subjects = subjects();
    try (Cores cores = Cores.claim()) {
      return run(chosen, subjects, cores);
    } catch (IOException e) {
      out.println("THE RUN HAS FAILED: " + e.getMessage());
      return 1;
    }
  }

  private List<Scenario> chosen() {
    List<Scenario> chosen = new ArrayList<>();
    for (String name : scenarios) {
      if (Scenarios.unsupported().containsKey(name)) {
        continue;
      }
      chosen.add(
          Scenarios.named(name)
              .orElseThrow(
                  () ->
                      new ParameterException(
                          spec.commandLine(),
                          "scenario: \""
                              + name
                              + "\" (expected: one of "
                              + String.join(", ", Scenarios.names())
                              + ")")));
    }
    return scenarios.isEmpty() ? Scenarios.all() : chosen;
  }

  private List<Subject> subjects() {
    List<Subject> subjects = new ArrayList<>();
    subjects.add(Subject.millrace(Home.find().launcher()));
    for (String peer : peers) {
      try {
        subjects.add(Subject.peer(peer));
      } catch (IllegalArgumentException e) {
        throw new ParameterException(spec.commandLine(), "--peer: " + e.getMessage(), e);
      }
    }
    return subjects;
  }

  private int run(List<Scenario> chosen, List<Subject> subjects, Cores cores)
      throws IOException, InterruptedException {
    Home home = Home.find();
    out.println(cores.describe() + "; load average " + loadAverage());
    Progress progress = new Progress(out, isTerminal());
    Path target = home.root().resolve("benchmarks/target");
    Turn turn =
        new Turn(new Turn.Timing(seconds, warmUp, rate), cores, target.resolve("turns"), progress);
    Map<String, Figures> figures = new LinkedHashMap<>();
    boolean failed = false;
    for (Scenario scenario : chosen) {
      out.println(scenario.name() + ": " + scenario.title());
      int times = turns == null ? (subjects.size() > 1 ? 2 : 1) : turns;
      for (int i = 1; i <= times; i++) {
        for (Subject subject : scenario.hasAgent() ? subjects : List.<Subject>of()) {
          progress.begin(scenario.name(), subject.name(), i, times);
          Scenario.Options options = new Scenario.Options(records, underWay, spoil);
          Setup setup = Setup.of(scenario, options, subject, home, target.resolve("peer-configs"));
          failed |= !measure(turn, scenario, subject, setup, figures);
        }
        if (!scenario.hasAgent()) {
          progress.begin(scenario.name(), "", i, times);
          failed |= !measure(turn, scenario, null, Setup.none(), figures);
        }
      }
    }
    List<Figures> all = List.copyOf(figures.values());
    Report.print(all, out);
    if (json != null) {
      Report.write(all, json);
    }
    failed |= !namedAreSupported();
    boolean valid = !failed && all.stream().allMatch(Figures::valid);
    out.println(valid ? "The run is valid." : "THE RUN IS NOT VALID.");
    return valid ? 0 : 1;
  }

  /** Lists what cannot be run; false when the command line names some of it. */
  private boolean namedAreSupported() {
    boolean supported = true;
    for (Map.Entry<String, String> each : new TreeMap<>(Scenarios.unsupported()).entrySet()) {
      boolean named = scenarios.contains(each.getKey());
      if (named || scenarios.isEmpty()) {
        out.println(each.getKey() + ": not supported (" + each.getValue() + ")");
      }
      supported &= !named;
    }
    return supported;
  }

  /** Measures a turn and adds it to the figures; false when that failed, which it says. */
  private boolean measure(
      Turn turn,
      Scenario scenario,
      @Nullable Subject subject,
      Setup setup,
      Map<String, Figures> figures)
      throws InterruptedException {
    String name = subject == null ? "" : subject.name();
    try {
      Figures measured =
          turn.measure(scenario, new Scenario.Options(records, underWay, spoil), subject, setup);
      figures.merge(scenario.name() + " " + name, measured, Figures::plus);
      return true;
    } catch (IOException e) {
      turn.progress().end();
      out.println(scenario.name() + " " + name + " HAS FAILED: " + e.getMessage());
      return false;
    } finally {
      turn.progress().end();
    }
  }

  @SuppressWarnings("SystemConsoleNull") // it still may be null, where there is no standard input
  private static boolean isTerminal() {
    Console console = System.console();
    return console != null && console.isTerminal();
  }

  private static String loadAverage() {
    try {
      return Files.readString(Path.of("/proc/loadavg")).strip();
    } catch (IOException e) {
      return "unknown";
    }
  }

  /** The scenarios' names, for the help text. */
  static final class Names extends ArrayList<String> {
    private static final long serialVersionUID = 1;

    Names() {
      super(Scenarios.names());
    }
  }
}
