package io.millrace.flink.aggregate;

import com.datadoghq.sketch.ddsketch.DDSketch;
import io.millrace.flink.config.Measure;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A tally in the making. One thread at a time. */
final class Cell {

  private static final byte[] NO_SKETCH = {};

  private long count;
  private long errors;
  private long clamped;
  private final long[] counts;
  private final double[] sums;
  private final double[] remainders;
  private final double[] minimums;
  private final double[] maximums;
  private final @Nullable DDSketch[] sketches;

  Cell(List<Measure> measures) {
    counts = new long[measures.size()];
    sums = new double[measures.size()];
    remainders = new double[measures.size()];
    minimums = new double[measures.size()];
    maximums = new double[measures.size()];
    sketches = new @Nullable DDSketch[measures.size()];
    Arrays.fill(minimums, Double.POSITIVE_INFINITY);
    Arrays.fill(maximums, Double.NEGATIVE_INFINITY);
    for (int i = 0; i < sketches.length; i++) {
      sketches[i] = measures.get(i).needsSketch() ? Quantiles.create() : null;
    }
  }

  void addEvent(boolean error, boolean fromTheFuture) {
    count++;
    if (error) {
      errors++;
    }
    if (fromTheFuture) {
      clamped++;
    }
  }

  void addNumber(int measure, double value) {
    counts[measure]++;
    remainders[measure] += ExactSum.error(sums[measure], value);
    sums[measure] += value;
    minimums[measure] = Math.min(minimums[measure], value);
    maximums[measure] = Math.max(maximums[measure], value);
    DDSketch sketch = sketches[measure];
    if (sketch != null) {
      sketch.accept(value);
    }
  }

  Tally toTally() {
    byte[][] encoded = new byte[sketches.length][];
    for (int i = 0; i < sketches.length; i++) {
      DDSketch sketch = sketches[i];
      encoded[i] = sketch == null || counts[i] == 0 ? NO_SKETCH : Quantiles.encode(sketch);
    }
    return new Tally(count, errors, clamped, counts, sums, remainders, minimums, maximums, encoded);
  }
}
