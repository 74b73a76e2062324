package io.millrace.benchmarks.fault;

import io.millrace.benchmarks.fault.agent.AgentProcess;
import io.millrace.benchmarks.fault.ledger.Books;
import io.millrace.benchmarks.fault.ledger.Spoil;
import io.millrace.benchmarks.fault.scenario.Scenario;
import io.millrace.benchmarks.fault.scenario.Scenarios;
import io.millrace.benchmarks.fault.scenario.Stage;
import io.millrace.benchmarks.fault.storm.Storm;
import io.millrace.benchmarks.fault.storm.Timeline;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Plays one scenario: traffic and faults, then quiet until everything has arrived, then the ledger.
 * Immutable.
 *
 * @param seed decides the faults
 * @param duration how long faults strike
 * @param spoil what to do wrong in what the ledger reads
 */
record Play(long seed, Duration duration, Set<Spoil> spoil) {
  /** What the launcher's default of {@code --memory} allows an agent. */
  private static final long BUDGET_MEBIBYTES = 128;

  private static final Duration QUIET = Duration.ofSeconds(2);
  private static final Duration DRAIN = Duration.ofMinutes(4);
  private static final Duration POLL = Duration.ofMillis(500);

  Result run(String name, Stage stage, PrintStream out) throws IOException, InterruptedException {
    stage.prepare(Scenarios.parts(name));
    Timeline timeline = new Timeline(out);
    timeline.say(name, "begins with seed " + seed);
    try (Scenario scenario = Scenarios.open(name, stage, timeline)) {
      boolean held = false;
      try {
        Result result = play(name, scenario, timeline);
        held = result.holds();
        return result;
      } finally {
        if (!held) {
          keepLogs(scenario, stage.home().logs(name, seed), timeline);
        }
      }
    }
  }

  private Result play(String name, Scenario scenario, Timeline timeline)
      throws IOException, InterruptedException {
    scenario.start();
    timeline.say(name, "agents are up");
    new Storm(seed, name, timeline).rage(scenario.lanes(), duration);
    scenario.heal();
    timeline.say(name, "faults are over, " + scenario.owed() + " owed");
    // Something after the last fault, too.
    Thread.sleep(QUIET);
    scenario.stopTraffic();
    double begin = timeline.seconds();
    boolean drained = awaitSettled(scenario);
    double seconds = timeline.seconds() - begin;
    timeline.say(
        name,
        String.format(
            Locale.ROOT,
            "%d owed, %s after %.1f s",
            scenario.owed(),
            drained ? "all arrived" : "NOT ALL ARRIVED",
            seconds));
    stop(scenario, timeline, name);
    scenario.spoil(spoil);
    return result(name, scenario, drained, seconds);
  }

  private static boolean awaitSettled(Scenario scenario) throws IOException, InterruptedException {
    long deadline = System.nanoTime() + DRAIN.toNanos();
    while (!scenario.isSettled()) {
      if (System.nanoTime() - deadline > 0) {
        return false;
      }
      Thread.sleep(POLL);
    }
    return true;
  }

  private static void stop(Scenario scenario, Timeline timeline, String name) throws IOException {
    for (AgentProcess agent : scenario.agents()) {
      agent.stop();
    }
    timeline.say(name, "agents have ended");
  }

  /** The directory of the run goes with it; what the agents said stays where it did not hold. */
  private static void keepLogs(Scenario scenario, Path folder, Timeline timeline)
      throws IOException {
    Files.createDirectories(folder);
    for (AgentProcess agent : scenario.agents()) {
      Path kept = folder.resolve(agent.name().replace(' ', '-') + ".log");
      if (Files.exists(agent.logFile())) {
        Files.copy(agent.logFile(), kept, StandardCopyOption.REPLACE_EXISTING);
      }
    }
    timeline.say("agents", "their logs are kept in " + folder);
  }

  private static Result result(String name, Scenario scenario, boolean drained, double seconds)
      throws IOException, InterruptedException {
    List<String> problems = new ArrayList<>();
    List<String> remarks = new ArrayList<>(scenario.remarks());
    if (!drained) {
      problems.add("not everything arrived within " + DRAIN.toMinutes() + " minutes");
    }
    List<Books> books = scenario.books();
    books.forEach(each -> problems.addAll(each.problems()));
    problems.addAll(scenario.violations());
    long peak = 0;
    for (AgentProcess agent : scenario.agents()) {
      problems.addAll(agent.violations());
      peak = Math.max(peak, agent.peakMebibytes());
      remarks.add(
          agent.name()
              + ": "
              + agent.lives()
              + (agent.lives() == 1 ? " life, " : " lives, ")
              + agent.peakMebibytes()
              + " MiB resident at most");
      if (agent.peakMebibytes() > BUDGET_MEBIBYTES) {
        problems.add(
            agent.name()
                + ": "
                + agent.peakMebibytes()
                + " MiB resident (expected: at most "
                + BUDGET_MEBIBYTES
                + ")");
      }
    }
    if (books.stream().mapToLong(Books::owed).sum() == 0) {
      problems.add("nothing was owed, so that nothing was checked");
    }
    return new Result(name, drained, seconds, peak, books, problems, remarks);
  }
}
