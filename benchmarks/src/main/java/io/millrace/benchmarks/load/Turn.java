package io.millrace.benchmarks.load;

import io.millrace.benchmarks.load.plugin.AnonymousPlugin;
import io.millrace.benchmarks.load.subject.Cores;
import io.millrace.benchmarks.load.subject.ProcessFigures;
import io.millrace.benchmarks.load.subject.Subject;
import io.millrace.benchmarks.load.subject.SubjectProcess;
import io.millrace.benchmarks.load.track.Outcome;
import io.millrace.benchmarks.load.track.Track;
import io.millrace.testkit.server.LoopbackPorts;
import io.millrace.testkit.server.RunDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Measures one agent in one scenario, once: starts it, lets it warm up, and reads the clocks at the
 * begin and the end of the time that counts. Immutable.
 *
 * @param runs where the turn's folder is made
 */
record Turn(Timing timing, Cores cores, Path runs, Progress progress) {
  private static final double LOOK_SECONDS = 2;

  /** The harness may take a bit more in the measurement than when the rate was chosen. */
  private static final double AIMED_SHARE = 0.7;

  private static final double SETTLE_SECONDS = 1.5;

  /** Cores; above it figures are not those of a machine of its own. */
  private static final double MAX_OTHERS = 0.15;

  /** How often an agent is started where starting is what is measured. */
  private static final int STARTS = 5;

  /**
   * How long.
   *
   * @param seconds that count
   * @param warmUpSeconds before them
   * @param recordsPerSecond instead of the scenario's rate; absent for that
   */
  record Timing(double seconds, double warmUpSeconds, @Nullable Double recordsPerSecond) {}

  /** Measures. */
  Figures measure(
      Scenario scenario, Scenario.Options options, @Nullable Subject subject, Setup setup)
      throws IOException, InterruptedException {
    try (RunDirectory directory = RunDirectory.create(runs, "turn");
        Track track = scenario.opener().open(options, directory.path())) {
      if (subject == null) {
        track.connect();
        return measure(scenario, track, null, "", setup);
      }
      Map<String, String> environment = new HashMap<>(track.environment());
      List<Double> starts = new ArrayList<>();
      for (int i = 1; scenario.isIdle() && i < STARTS; i++) {
        try (SubjectProcess agent =
            start(scenario, subject, setup, environment, directory.path().resolve("start-" + i))) {
          starts.add(agent.readySeconds());
          progress.show("started in " + agent.readySeconds() + " s", 0, 0);
        }
      }
      try (SubjectProcess agent =
          start(scenario, subject, setup, environment, directory.path().resolve("agent"))) {
        starts.add(agent.readySeconds());
        track.connect();
        return measure(scenario, track, agent, subject.name(), setup).readyAfter(median(starts));
      }
    }
  }

  private SubjectProcess start(
      Scenario scenario,
      Subject subject,
      Setup setup,
      Map<String, String> environment,
      Path directory)
      throws IOException, InterruptedException {
    List<Integer> ports = LoopbackPorts.free(2);
    environment.put("MILLRACE_HEALTH", ports.get(0).toString());
    environment.put("MILLRACE_METRICS", ports.get(1).toString());
    environment.put("STATE", directory.resolve("kept").toString());
    Subject started = subject;
    if (scenario.isAnonymous() && subject.ours()) {
      Path plugins = directory.resolve("plugins");
      AnonymousPlugin.packInto(plugins);
      started = subject.with("--plugins", plugins.toString());
    }
    // Who waits for an agent to start gives it all cores.
    List<String> prefix = scenario.isIdle() ? cores.forAnyCore() : cores.forAgent();
    return SubjectProcess.start(
        started, prefix, setup.configurations(), environment, Files.createDirectories(directory));
  }

  private static double median(List<Double> values) {
    return values.stream().sorted().skip(values.size() / 2).findFirst().orElseThrow();
  }

  private Figures measure(
      Scenario scenario, Track track, @Nullable SubjectProcess agent, String name, Setup setup)
      throws IOException, InterruptedException {
    Double asked = timing.recordsPerSecond();
    double rate = asked == null ? scenario.recordsPerSecond() : asked;
    track.send(rate);
    pass(track, "warms up", timing.warmUpSeconds());
    double highest = slowedDown(track, rate, agent != null);
    if (highest < rate) {
      track.send(highest);
      pass(track, "warms up", SETTLE_SECONDS);
    }
    Sample begin = Sample.take(track, agent);
    pass(track, "measures", timing.seconds());
    Sample end = Sample.take(track, agent);
    Outcome outcome = track.finish();
    ProcessFigures last = agent == null ? begin.agent : agent.figures();
    double wall = (end.nanos - begin.nanos) / 1e9;
    double harness = end.harnessSeconds - begin.harnessSeconds;
    double agentSeconds = end.agent.cpuSeconds() - begin.agent.cpuSeconds();
    double others = (end.machineSeconds - begin.machineSeconds - harness - agentSeconds) / wall;
    return new Figures(
        scenario.name(),
        name,
        wall,
        end.records - begin.records,
        track.recordBytes(),
        agentSeconds,
        harness / wall / cores.ofHarness(),
        end.agent.residentMebibytes(),
        last.peakMebibytes(),
        0,
        track.messageBytes(),
        setup.hash(),
        others < MAX_OTHERS ? outcome : outcome.plus(disturbed(others)));
  }

  private static Outcome disturbed(double others) {
    return new Outcome(
        0, 0, 0, List.of(String.format(Locale.ROOT, "others took %.2f cores meanwhile", others)));
  }

  /** The rate, or a lower one when the harness would take too much of its core at it. */
  private double slowedDown(Track track, double rate, boolean matters)
      throws IOException, InterruptedException {
    Sample begin = Sample.take(track, null);
    pass(track, "warms up", LOOK_SECONDS);
    Sample end = Sample.take(track, null);
    double wall = (end.nanos - begin.nanos) / 1e9;
    double share = (end.harnessSeconds - begin.harnessSeconds) / wall / cores.ofHarness();
    if (!matters || share < (AIMED_SHARE + Figures.MAX_HARNESS_SHARE) / 2) {
      return rate;
    }
    double reached = (end.records - begin.records) / wall;
    double lower = reached * AIMED_SHARE / share;
    progress.remark(
        String.format(
            Locale.ROOT,
            "the harness takes %.0f %% of its core: at most %,.0f records/s",
            share * 100,
            lower));
    return Math.min(rate, lower);
  }

  private void pass(Track track, String what, double seconds)
      throws IOException, InterruptedException {
    long begin = System.nanoTime();
    long records = track.arrived();
    long since = begin;
    while (true) {
      double left = seconds - (System.nanoTime() - begin) / 1e9;
      if (left <= 0) {
        return;
      }
      Thread.sleep((long) Math.ceil(Math.min(left, 1) * 1000));
      track.check();
      long now = System.nanoTime();
      long arrived = track.arrived();
      progress.show(what, Math.max(0, left - 1), (arrived - records) / ((now - since) / 1e9));
      records = arrived;
      since = now;
    }
  }

  /** The clocks at one moment. */
  private record Sample(
      long nanos,
      long records,
      double machineSeconds,
      double harnessSeconds,
      ProcessFigures agent) {
    static Sample take(Track track, @Nullable SubjectProcess agent) throws IOException {
      ProcessFigures nothing = new ProcessFigures(0, 0, 0);
      ProcessFigures ofAgent = agent == null ? nothing : agent.figures();
      long records = track.arrived();
      double harness = ProcessFigures.ownCpuSeconds() + track.serverCpuSeconds();
      double machine = ProcessFigures.machineCpuSeconds();
      return new Sample(System.nanoTime(), records, machine, harness, ofAgent);
    }
  }
}
