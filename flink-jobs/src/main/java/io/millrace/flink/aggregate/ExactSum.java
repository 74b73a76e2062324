package io.millrace.flink.aggregate;

/**
 * Sums of doubles that keep twice the digits, so that the order of adding does not show in the
 * result. After Dekker, "A floating-point technique for extending the available precision", 1971.
 */
final class ExactSum {

  private ExactSum() {}

  /** The rounding error of {@code a + b}. */
  static double error(double a, double b) {
    double sum = a + b;
    double partOfB = sum - a;
    return (a - (sum - partOfB)) + (b - partOfB);
  }
}
