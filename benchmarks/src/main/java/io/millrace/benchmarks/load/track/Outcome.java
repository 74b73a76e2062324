package io.millrace.benchmarks.load.track;

import java.util.List;

/**
 * What came of what was sent. Immutable.
 *
 * @param lost records that the agent has taken and that have not arrived
 * @param duplicated arrivals of a record that was there already
 * @param broken arrivals that are none of the records sent
 * @param remarks what people should know beside
 */
public record Outcome(long lost, long duplicated, long broken, List<String> remarks) {
  public Outcome {
    remarks = List.copyOf(remarks);
  }

  /** What is found where nothing is sent. */
  public static Outcome none() {
    return new Outcome(0, 0, 0, List.of());
  }

  /** The sum of two. */
  public Outcome plus(Outcome other) {
    List<String> all = new java.util.ArrayList<>(remarks);
    all.addAll(other.remarks);
    return new Outcome(
        lost + other.lost, duplicated + other.duplicated, broken + other.broken, all);
  }
}
