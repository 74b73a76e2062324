package io.millrace.flink.config;

import java.io.Serializable;
import java.util.List;

/**
 * Statistics of one numeric field. Immutable.
 *
 * @param name the field's name in documents, below {@code "fields"}
 * @param field where the number stands; numbers in text are read as numbers, everything else is
 *     left out
 * @param statistics what is told, in the order of {@link Statistic}
 */
public record Measure(String name, FieldPath field, List<Statistic> statistics)
    implements Serializable {

  public Measure {
    statistics = List.copyOf(statistics);
  }

  /** Whether any statistic needs a sketch. */
  public boolean needsSketch() {
    for (Statistic statistic : statistics) {
      if (statistic.isQuantile()) {
        return true;
      }
    }
    return false;
  }
}
