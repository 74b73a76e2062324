package io.millrace.flink.aggregate;

/**
 * What was added up for one group. Nobody changes the arrays; each has one entry for each measure
 * of the aggregate.
 *
 * @param count events
 * @param errors events that are errors
 * @param clamped events whose time lay in the future
 * @param counts numbers measured
 * @param sums their sums
 * @param remainders what the sums lack, see {@link ExactSum}
 * @param minimums the smallest, positive infinity for none
 * @param maximums the largest, negative infinity for none
 * @param sketches encoded {@link Quantiles}; empty for none
 */
@SuppressWarnings("ArrayRecordComponent") // never compared; copying would cost on the hot path
public record Tally(
    long count,
    long errors,
    long clamped,
    long[] counts,
    double[] sums,
    double[] remainders,
    double[] minimums,
    double[] maximums,
    byte[][] sketches) {

  /** Both together. */
  Tally plus(Tally other) {
    int measures = counts.length;
    long[] bothCounts = new long[measures];
    double[] bothSums = new double[measures];
    double[] bothRemainders = new double[measures];
    double[] bothMinimums = new double[measures];
    double[] bothMaximums = new double[measures];
    byte[][] bothSketches = new byte[measures][];
    for (int i = 0; i < measures; i++) {
      bothCounts[i] = counts[i] + other.counts[i];
      bothSums[i] = sums[i] + other.sums[i];
      bothRemainders[i] =
          remainders[i] + other.remainders[i] + ExactSum.error(sums[i], other.sums[i]);
      bothMinimums[i] = Math.min(minimums[i], other.minimums[i]);
      bothMaximums[i] = Math.max(maximums[i], other.maximums[i]);
      bothSketches[i] = Quantiles.merge(sketches[i], other.sketches[i]);
    }
    return new Tally(
        count + other.count,
        errors + other.errors,
        clamped + other.clamped,
        bothCounts,
        bothSums,
        bothRemainders,
        bothMinimums,
        bothMaximums,
        bothSketches);
  }

  /** The sum of a measure. */
  public double sum(int measure) {
    return sums[measure] + remainders[measure];
  }

  /** A quantile of a measure, which has at least one number and a sketch. */
  public double quantile(int measure, double rank) {
    double value = Quantiles.decode(sketches[measure]).getValueAtQuantile(rank);
    return Math.min(Math.max(value, minimums[measure]), maximums[measure]);
  }
}
