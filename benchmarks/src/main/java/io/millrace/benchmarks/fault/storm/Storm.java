package io.millrace.benchmarks.fault.storm;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Lets the faults of all lanes strike. One thread at a time. */
public final class Storm {
  private final long seed;
  private final String scenario;
  private final Timeline timeline;

  /**
   * A storm that has not begun.
   *
   * @param scenario the name of what it strikes
   */
  public Storm(long seed, String scenario, Timeline timeline) {
    this.seed = seed;
    this.scenario = scenario;
    this.timeline = timeline;
  }

  /**
   * Returns when the time is over and the last fault has passed.
   *
   * @throws IOException when a fault could not be done
   */
  public void rage(List<Lane> lanes, Duration duration) throws IOException, InterruptedException {
    long begin = System.nanoTime();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> running = new ArrayList<>();
      for (Lane lane : lanes) {
        List<Strike> strikes = Schedule.draw(seed, scenario, lane, duration);
        running.add(
            threads.submit(
                () -> {
                  strikeAll(lane, strikes, begin, duration);
                  return lane;
                }));
      }
      sleepUntil(begin, duration);
      for (Future<?> each : running) {
        each.get();
      }
    } catch (ExecutionException e) {
      throw new IOException("a fault could not be done: " + e.getCause(), e);
    }
  }

  private void strikeAll(Lane lane, List<Strike> strikes, long begin, Duration duration)
      throws Exception {
    for (int i = 0; i < strikes.size(); i++) {
      Strike strike = strikes.get(i);
      Fault fault = lane.faults().get(strike.fault());
      sleepUntil(begin, strike.at());
      if (System.nanoTime() - begin > duration.toNanos()) {
        timeline.say(
            lane.name(), "the last " + (strikes.size() - i) + " faults are left out: it is late");
        return;
      }
      try {
        fault.strike(new SplittableRandom(strike.seed()));
      } catch (IOException | RuntimeException e) {
        timeline.say(lane.name(), fault.name() + ": the oracle could not do it: " + e);
        throw e;
      }
    }
  }

  private static void sleepUntil(long begin, Duration at) throws InterruptedException {
    long left = at.toNanos() - (System.nanoTime() - begin);
    if (left > 0) {
      Thread.sleep(Duration.ofNanos(left));
    }
  }
}
