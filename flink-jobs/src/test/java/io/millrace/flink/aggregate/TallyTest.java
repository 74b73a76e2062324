package io.millrace.flink.aggregate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.millrace.flink.Telemetry;
import io.millrace.flink.config.Measure;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TallyTest {

  private static final List<Measure> MEASURES = Telemetry.minute(0).get(0).measures();

  @Test
  void comesToTheSameInWhateverOrderPartsAreAdded() {
    Random random = new Random(7);
    List<Double> values = new ArrayList<>();
    for (int i = 0; i < 20_000; i++) {
      values.add(Math.exp(20 * random.nextGaussian()) * (random.nextInt(5) == 0 ? -1 : 1));
    }
    Tally first = tally(values, 7);
    Collections.shuffle(values, random);
    Tally second = tally(values, 331);

    BigDecimal exact = BigDecimal.ZERO;
    for (double value : values) {
      exact = exact.add(new BigDecimal(value));
    }
    assertThat(first.sum(0)).isEqualTo(second.sum(0)).isEqualTo(exact.doubleValue());
    assertThat(first.counts()[0]).isEqualTo(second.counts()[0]).isEqualTo(values.size());
    for (double rank : new double[] {0.01, 0.5, 0.9, 0.99}) {
      assertThat(first.quantile(0, rank)).isEqualTo(second.quantile(0, rank));
    }
  }

  @Test
  void tellsQuantilesWithinOnePercent() {
    Random random = new Random(3);
    double[] values = new double[10_000];
    List<Double> list = new ArrayList<>();
    for (int i = 0; i < values.length; i++) {
      values[i] = Math.exp(3 * random.nextGaussian());
      list.add(values[i]);
    }
    Arrays.sort(values);
    Tally tally = tally(list, 100);
    for (double rank : new double[] {0.5, 0.75, 0.9, 0.95, 0.99}) {
      double exact = values[(int) (rank * (values.length - 1))];
      assertThat(tally.quantile(0, rank))
          .isCloseTo(exact, within(exact * 1.01 * Quantiles.RELATIVE_ACCURACY));
    }
  }

  @Test
  void tellsASingleValueExactly() {
    Tally tally = tally(List.of(123.456), 1);
    assertThat(tally.quantile(0, 0.5)).isEqualTo(123.456);
    assertThat(tally.quantile(0, 0.99)).isEqualTo(123.456);
  }

  @Test
  void addsNothingToNothing() {
    Tally nothing = new Cell(MEASURES).toTally();
    Tally sum = nothing.plus(new Cell(MEASURES).toTally());
    assertThat(sum.count()).isZero();
    assertThat(sum.sketches()[0]).isEmpty();
  }

  private static Tally tally(List<Double> values, int cellSize) {
    Tally sum = new Cell(MEASURES).toTally();
    for (int i = 0; i < values.size(); i += cellSize) {
      Cell cell = new Cell(MEASURES);
      for (double value : values.subList(i, Math.min(values.size(), i + cellSize))) {
        cell.addEvent(false, false);
        cell.addNumber(0, value);
      }
      sum = sum.plus(cell.toTally());
    }
    return sum;
  }
}
