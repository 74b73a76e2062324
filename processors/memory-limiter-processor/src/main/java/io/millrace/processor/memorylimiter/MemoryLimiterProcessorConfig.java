package io.millrace.processor.memorylimiter;

import io.millrace.api.config.Default;
import io.millrace.api.config.Doc;
import io.millrace.api.config.Problems;
import io.millrace.api.config.Range;
import io.millrace.api.config.Tuning;
import io.millrace.api.config.Validated;
import java.time.Duration;

/** Configuration of the {@code memory_limiter} processor; keys and defaults are the Collector's. */
public record MemoryLimiterProcessorConfig(
    @Doc("Time between two looks at the heap; above 0s, 1s is advised.") @Default("0s")
        Duration checkInterval,
    @Doc(
            "Hard limit in MiB. A value above the heap's size means the heap's size, since the heap"
                + " cannot grow beyond it.")
        @Default("0")
        @Range(min = "0")
        long limitMib,
    @Doc("Distance in MiB from the hard limit to the soft one; 0 means 20 % of the hard limit.")
        @Default("0")
        @Range(min = "0")
        long spikeLimitMib,
    @Doc("Hard limit in percent of the heap's size; used when limit_mib is 0.")
        @Default("0")
        @Range(min = "0", max = "100")
        int limitPercentage,
    @Doc(
            "Distance to the soft limit in percent of the heap's size; 0 means 20 % of the hard limit.")
        @Default("0")
        @Range(min = "0", max = "100")
        int spikeLimitPercentage,
    @Doc("Shortest time between two collections forced above the soft limit.")
        @Default("10s")
        @Range(min = "0s")
        Duration minGcIntervalWhenSoftLimited,
    @Doc("Shortest time between two collections forced above the hard limit.")
        @Default("0s")
        @Range(min = "0s")
        Duration minGcIntervalWhenHardLimited,
    @Doc("Upper bound of the Collector's growing interval.")
        @Default("30s")
        @Tuning("the intervals between collections do not grow here")
        Duration maxGcIntervalWhenSoftLimited,
    @Doc("Upper bound of the Collector's growing interval.")
        @Default("30s")
        @Tuning("the intervals between collections do not grow here")
        Duration maxGcIntervalWhenHardLimited)
    implements Validated {

  @Override
  public void validate(Problems problems) {
    if (checkInterval.isZero() || checkInterval.isNegative()) {
      problems.add("check_interval", "\"" + checkInterval.toMillis() + "ms\" (expected: above 0s)");
    }
    if (limitMib == 0 && limitPercentage == 0) {
      problems.add("", "no limit (expected: limit_mib or limit_percentage)");
    }
    if (limitMib > 0 && spikeLimitMib >= limitMib) {
      problems.add(
          "spike_limit_mib", spikeLimitMib + " (expected: below limit_mib, " + limitMib + ")");
    }
    if (limitMib == 0 && limitPercentage > 0 && spikeLimitPercentage >= limitPercentage) {
      problems.add(
          "spike_limit_percentage",
          spikeLimitPercentage + " (expected: below limit_percentage, " + limitPercentage + ")");
    }
  }

  /** The hard limit in bytes, for a heap of at most {@code maxHeapBytes}. */
  long hardLimitBytes(long maxHeapBytes) {
    long wanted = limitMib > 0 ? limitMib << 20 : maxHeapBytes / 100 * limitPercentage;
    return Math.min(wanted, maxHeapBytes);
  }

  /** The soft limit in bytes, for a heap of at most {@code maxHeapBytes}. */
  long softLimitBytes(long maxHeapBytes) {
    long hard = hardLimitBytes(maxHeapBytes);
    long spike = limitMib > 0 ? spikeLimitMib << 20 : maxHeapBytes / 100 * spikeLimitPercentage;
    return hard - (spike == 0 || spike >= hard ? hard / 5 : spike);
  }
}
