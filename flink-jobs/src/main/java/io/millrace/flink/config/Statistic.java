package io.millrace.flink.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What is told about a numeric field. Immutable. */
public enum Statistic {
  COUNT(Double.NaN),
  SUM(Double.NaN),
  MIN(Double.NaN),
  MAX(Double.NaN),
  AVG(Double.NaN),
  P50(0.5),
  P75(0.75),
  P90(0.9),
  P95(0.95),
  P99(0.99);

  private final double quantile;

  Statistic(double quantile) {
    this.quantile = quantile;
  }

  /** The one with that name; null when there is none. */
  static @Nullable Statistic of(String id) {
    for (Statistic statistic : values()) {
      if (statistic.id().equals(id)) {
        return statistic;
      }
    }
    return null;
  }

  /** All names. */
  static List<String> ids() {
    List<String> ids = new ArrayList<>();
    for (Statistic statistic : values()) {
      ids.add(statistic.id());
    }
    return ids;
  }

  /** The name in configuration and documents. */
  public String id() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Whether a sketch is needed. */
  public boolean isQuantile() {
    return !Double.isNaN(quantile);
  }

  /** The rank between 0 and 1, NaN for what is not a quantile. */
  public double quantile() {
    return quantile;
  }
}
