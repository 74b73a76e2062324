package io.millrace.demo.ledger;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * The program that decides whether the books balance. Exit code 0 when they do, 1 when something
 * was lost, doubled or altered, 2 when the ledger could not be drawn up.
 */
@Command(
    name = "ledger",
    description = "Checks files, Kafka and Elasticsearch against each other.",
    mixinStandardHelpOptions = true)
public final class Ledger implements Callable<Integer> {

  @Option(names = "--plan", required = true, description = "What to check, as JSON.")
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private Path plan;

  /** Runs the ledger. */
  public static void main(String[] arguments) {
    System.exit(new CommandLine(new Ledger()).execute(arguments));
  }

  @Override
  public Integer call() throws InterruptedException {
    try {
      return print(findings(LedgerPlan.read(plan)), System.out) ? 0 : 1;
    } catch (IOException e) {
      System.err.println("The ledger could not be drawn up: " + e.getMessage());
      return 2;
    }
  }

  /** Draws up the ledger. */
  public static List<Finding> findings(LedgerPlan plan) throws IOException, InterruptedException {
    Accounts accounts = Accounts.read(plan);
    List<Finding> findings = new ArrayList<>(new FileCheck(plan, accounts).findings());
    findings.addAll(new BodyCheck(plan).findings());
    findings.addAll(new WindowCheck(plan, accounts).findings());
    return List.copyOf(findings);
  }

  /** Prints the ledger; returns whether the books balance. */
  static boolean print(List<Finding> findings, PrintStream out) {
    boolean balanced = true;
    for (Finding finding : findings) {
      out.println((finding.holds() ? "  ok    " : "  WRONG ") + finding.title());
      for (String problem : finding.problems()) {
        out.println("          " + problem);
      }
      balanced &= finding.holds();
    }
    out.println(
        balanced
            ? "The ledger balances: nothing lost, nothing doubled, nothing altered."
            : "THE LEDGER DOES NOT BALANCE.");
    return balanced;
  }
}
