package io.millrace.api.telemetry;

/**
 * One quantile of a summary. Immutable.
 *
 * @param quantile 0 (minimum) to 1 (maximum)
 * @param value the value at the quantile
 */
public record QuantileValue(double quantile, double value) {}
