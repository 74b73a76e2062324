package io.millrace.benchmarks.fault.storm;

import java.time.Duration;
import java.util.List;

/**
 * Faults that come one after the other; those of different lanes come at the same time. Immutable.
 *
 * @param name what they strike
 * @param minGap shortest time from one to the next
 * @param maxGap longest time from one to the next; the wait is longer when a fault takes longer
 * @param faults each comes once before one comes again
 */
public record Lane(String name, Duration minGap, Duration maxGap, List<Fault> faults) {
  public Lane {
    faults = List.copyOf(faults);
  }

  /** A lane with its gaps in seconds. */
  public static Lane of(String name, int minSeconds, int maxSeconds, List<Fault> faults) {
    return new Lane(name, Duration.ofSeconds(minSeconds), Duration.ofSeconds(maxSeconds), faults);
  }
}
