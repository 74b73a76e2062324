package io.millrace.benchmarks.fault.scenario;

import io.millrace.benchmarks.fault.agent.AgentProcess;
import io.millrace.benchmarks.fault.agent.OffsetClock;
import io.millrace.benchmarks.fault.storm.Fault;
import io.millrace.benchmarks.fault.storm.Timeline;
import io.millrace.benchmarks.fault.traffic.LogFile;
import io.millrace.testkit.fault.SmallDisk;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/** What happens to an agent: signals, a full disk, a clock that jumps. */
final class AgentFaults {
  /** A receiver takes an open record for all there is after half a second. */
  private static final Duration FLUSH = Duration.ofMillis(500);

  private final AgentProcess agent;
  private final Timeline timeline;

  AgentFaults(AgentProcess agent, Timeline timeline) {
    this.agent = agent;
    this.timeline = timeline;
  }

  /** Signal 9. */
  Fault kill() {
    return Fault.of(
        "kill -9",
        random -> {
          timeline.say(agent.name(), "kill -9");
          agent.killAndStartAgain();
        });
  }

  /** Signal 9, and again before it can have come up. */
  Fault killTwice() {
    return Fault.of(
        "kill -9 twice",
        random -> {
          timeline.say(agent.name(), "kill -9, and once more while it starts");
          agent.killAndStartAgain();
          Thread.sleep(random.nextInt(100, 1500));
          agent.killAndStartAgain();
        });
  }

  /** SIGTERM, which it may take its time for. */
  Fault terminate() {
    return Fault.of(
        "SIGTERM",
        random -> {
          timeline.say(agent.name(), "SIGTERM");
          agent.whileStopped(() -> {});
        });
  }

  /** Signal 9 about when an open record of several lines is taken for all there is. */
  Fault killInFlush(List<LogFile> files) {
    return Fault.of(
        "kill -9 in a forced flush",
        random -> {
          LogFile file = files.get(random.nextInt(files.size()));
          boolean withinLine = random.nextBoolean();
          FutureTask<Void> writing =
              new FutureTask<>(
                  () -> {
                    file.writeInTwo(withinLine, FLUSH.multipliedBy(5));
                    return null;
                  });
          Thread.ofVirtual().start(writing);
          long after = FLUSH.toMillis() + random.nextLong(-100, 500);
          Thread.sleep(after);
          timeline.say(
              agent.name(),
              "kill -9, " + after + " ms after half a record came into " + file.name());
          agent.killAndStartAgain();
          finish(writing);
        });
  }

  private static void finish(FutureTask<Void> writing) throws IOException, InterruptedException {
    try {
      writing.get();
    } catch (ExecutionException e) {
      throw new IOException(e.getCause());
    }
  }

  /** No room on the disk that has its state; now and then it is killed meanwhile. */
  Fault fullDisk(SmallDisk disk) {
    return Fault.of("disk full", random -> fillDisk(disk, random));
  }

  private void fillDisk(SmallDisk disk, SplittableRandom random)
      throws IOException, InterruptedException {
    Duration time = Duration.ofMillis(random.nextInt(1000, 6000));
    boolean killed = random.nextBoolean();
    timeline.say(
        agent.name(),
        "its disk is full for " + time.toMillis() + " ms" + (killed ? ", kill -9 meanwhile" : ""));
    agent.mayRefuseToStart(true);
    try {
      disk.fill();
      Thread.sleep(time.dividedBy(2));
      if (killed) {
        agent.killAndStartAgain();
      }
      Thread.sleep(time.dividedBy(2));
    } finally {
      disk.free();
    }
    agent.awaitHealthy();
    agent.mayRefuseToStart(false);
  }

  /** Its clock jumps ahead or back, and later returns. */
  Fault clock(OffsetClock clock) {
    return Fault.of(
        "clock jumps",
        random -> {
          boolean ahead = random.nextBoolean();
          Duration far = Duration.ofSeconds(random.nextInt(60, 4 * 3600));
          Duration time = Duration.ofMillis(random.nextInt(1000, 8000));
          timeline.say(
              agent.name(),
              "its clock jumps "
                  + far.toSeconds()
                  + " s "
                  + (ahead ? "ahead" : "back")
                  + " for "
                  + time.toMillis()
                  + " ms");
          clock.jump(ahead ? far : far.negated());
          Thread.sleep(time);
          clock.jump(Duration.ZERO);
        });
  }
}
