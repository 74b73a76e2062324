package io.millrace.benchmarks.fault;

import io.millrace.benchmarks.Home;
import io.millrace.benchmarks.fault.ledger.Books;
import io.millrace.benchmarks.fault.ledger.Spoil;
import io.millrace.benchmarks.fault.scenario.Scenarios;
import io.millrace.benchmarks.fault.scenario.Stage;
import io.millrace.demo.DurationConverter;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
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

/**
 * {@code benchmarks/faults}: lets everything go wrong while traffic runs, and then has the ledger
 * decide. Exit code 0 only when the contract held.
 */
@Command(
    name = "benchmarks/faults",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Plays scenarios on a real Kafka, Elasticsearch and Flink with agents as processes, while"
          + " faults drawn from a seed strike. Afterwards everything must drain, and a ledger that"
          + " reads only files, Kafka, Elasticsearch and the sinks' own records must find that"
          + " nothing acknowledged was lost or altered, and nothing is there twice that the"
          + " contract wants once. docs/faults.md describes scenarios and faults."
    },
    footer = {
      "",
      "Examples:",
      "  benchmarks/faults                              every scenario for 60s each, a new seed",
      "  benchmarks/faults --seed 7 --for 10m           again what seed 7 does",
      "  benchmarks/faults --for 30s otlp-log-otlp      one scenario",
      "  benchmarks/faults --spoil lost otlp-log-otlp   shows that a loss is found: exit code 1",
      "",
      "Exit codes: 0 the contract held, 1 it did not or the run failed, 2 wrong options."
    })
public final class FaultOracle implements Callable<Integer> {
  private static final int MAX_SHOWN = 20;

  private final @Nullable Stage shared;
  private final PrintStream out;

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Decides which faults strike when (default: a new one).")
  private @Nullable Long seed;

  @Option(
      names = "--for",
      paramLabel = "DURATION",
      defaultValue = "60s",
      converter = DurationConverter.class,
      description = "How long faults strike in each scenario (default: ${DEFAULT-VALUE}).")
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private Duration duration;

  @Option(
      names = "--spoil",
      paramLabel = "HOW",
      split = ",",
      description =
          "Does a record wrong in what the ledger reads, to show that it is found: lost, doubled,"
              + " altered, or several of them.")
  private Set<Spoil> spoil = EnumSet.noneOf(Spoil.class);

  @Parameters(
      paramLabel = "SCENARIO",
      description = "Which ones (default: all): ${COMPLETION-CANDIDATES}.",
      completionCandidates = Names.class)
  private List<String> scenarios = new ArrayList<>();

  private FaultOracle(@Nullable Stage shared, PrintStream out) {
    this.shared = shared;
    this.out = out;
  }

  /** Runs the oracle and ends the process. */
  public static void main(String[] arguments) {
    Logger.getLogger("").setLevel(Level.OFF);
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    System.exit(execute(null, out, arguments));
  }

  /**
   * Runs the oracle.
   *
   * @param shared servers to use, and to leave running; null for its own
   * @return the exit code
   */
  public static int execute(@Nullable Stage shared, PrintStream out, String... arguments) {
    return new CommandLine(new FaultOracle(shared, out))
        .setCaseInsensitiveEnumValuesAllowed(true)
        .execute(arguments);
  }

  @Override
  public Integer call() throws InterruptedException {
    List<String> names = scenarios.isEmpty() ? Scenarios.names() : scenarios;
    for (String name : names) {
      if (!Scenarios.names().contains(name)) {
        throw new ParameterException(
            spec.commandLine(),
            "scenario: \""
                + name
                + "\" (expected: one of "
                + String.join(", ", Scenarios.names())
                + ")");
      }
    }
    long chosen = seed == null ? System.nanoTime() & 0xffffff : seed;
    try {
      if (shared != null) {
        return play(names, chosen, shared);
      }
      try (Stage own = new Stage(Home.find(), out)) {
        Thread closer = Thread.ofPlatform().unstarted(() -> closeQuietly(own));
        Runtime.getRuntime().addShutdownHook(closer);
        return play(names, chosen, own);
      }
    } catch (IOException e) {
      out.println("THE RUN HAS FAILED: " + e.getMessage());
      out.println("Repeat with: " + command(chosen, names));
      return 1;
    }
  }

  private int play(List<String> names, long chosen, Stage stage)
      throws IOException, InterruptedException {
    List<Result> results = new ArrayList<>();
    for (String name : names) {
      Result result = new Play(chosen, duration, spoil).run(name, stage, out);
      results.add(result);
      print(List.of(result));
      out.println();
    }
    if (results.size() > 1) {
      print(results);
    }
    boolean holds = results.stream().allMatch(Result::holds);
    out.println(holds ? "The contract held." : "THE CONTRACT DID NOT HOLD.");
    out.println("Repeat with: " + command(chosen, names));
    return holds ? 0 : 1;
  }

  private void print(List<Result> results) {
    out.printf(
        Locale.ROOT,
        "%-30s %-16s %9s %6s %8s %6s %8s %9s %8s%n",
        "scenario",
        "destination",
        "owed",
        "lost",
        "altered",
        "twice",
        "excused",
        "drained",
        "RSS MiB");
    for (Result result : results) {
      for (Books books : result.books()) {
        out.printf(
            Locale.ROOT,
            "%-30s %-16s %,9d %6d %8d %6d %8d %8.1fs %8d  %s%n",
            result.scenario(),
            books.place(),
            books.owed(),
            books.lost(),
            books.altered(),
            books.twice(),
            books.excused(),
            result.drainSeconds(),
            result.peakMebibytes(),
            result.holds() ? "ok" : "WRONG");
      }
      result.problems().stream().limit(MAX_SHOWN).forEach(each -> out.println("    " + each));
      if (result.problems().size() > MAX_SHOWN) {
        out.println("    and " + (result.problems().size() - MAX_SHOWN) + " more");
      }
      result.remarks().forEach(each -> out.println("    (" + each + ")"));
    }
  }

  private String command(long chosen, List<String> names) {
    return "benchmarks/faults --seed "
        + chosen
        + " --for "
        + duration.toSeconds()
        + "s "
        + String.join(" ", names);
  }

  private static void closeQuietly(Stage stage) {
    try {
      stage.close();
    } catch (IOException e) {
      // The next run removes what is left.
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
