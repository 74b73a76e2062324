package io.millrace.benchmarks.fault.storm;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Draws when what goes wrong. The seed alone decides, never how long anything takes. */
public final class Schedule {
  private Schedule() {}

  /**
   * The strikes of a lane.
   *
   * @param seed the run's
   * @param scenario its name: scenarios of one seed differ
   * @param duration no strike comes after it
   */
  public static List<Strike> draw(long seed, String scenario, Lane lane, Duration duration) {
    // String.hashCode is specified; it is the same everywhere.
    long own = seed * 0x9E3779B97F4A7C15L + scenario.hashCode() * 31L + lane.name().hashCode();
    SplittableRandom random = new SplittableRandom(own);
    List<Strike> strikes = new ArrayList<>();
    List<Integer> deck = new ArrayList<>();
    long gap = lane.maxGap().minus(lane.minGap()).toMillis() + 1;
    long at = lane.minGap().toMillis() / 2 + random.nextLong(gap) / 2;
    while (at < duration.toMillis() && !lane.faults().isEmpty()) {
      if (deck.isEmpty()) {
        for (int i = 0; i < lane.faults().size(); i++) {
          deck.add(i);
        }
      }
      int fault = deck.remove(/* index */ random.nextInt(deck.size()));
      strikes.add(new Strike(Duration.ofMillis(at), fault, random.nextLong()));
      at += lane.minGap().toMillis() + random.nextLong(gap);
    }
    return List.copyOf(strikes);
  }
}
