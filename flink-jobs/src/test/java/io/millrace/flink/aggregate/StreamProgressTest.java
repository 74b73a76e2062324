package io.millrace.flink.aggregate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.BitSet;
import java.util.Random;
import org.junit.jupiter.api.Test;

class StreamProgressTest {

  private StreamProgress stream = StreamProgress.decode(null);

  @Test
  void admitsEachRangeOnce() {
    assertThat(stream.admit(0, 10, 0)).isTrue();
    assertThat(stream.admit(10, 30, 0)).isTrue();
    assertThat(stream.admit(0, 10, 0)).isFalse();
    assertThat(stream.admit(10, 30, 0)).isFalse();
    assertThat(stream.gapCount()).isZero();
  }

  @Test
  void fillsAGapOnce() {
    stream.admit(0, 10, 0);
    stream.admit(40, 50, 0);
    assertThat(stream.gapCount()).isEqualTo(1);
    assertThat(stream.admit(20, 30, 0)).isTrue();
    assertThat(stream.gapCount()).isEqualTo(2);
    assertThat(stream.admit(20, 30, 0)).isFalse();
    assertThat(stream.admit(10, 20, 0)).isTrue();
    assertThat(stream.admit(30, 40, 0)).isTrue();
    assertThat(stream.gapCount()).isZero();
    assertThat(stream.admit(10, 20, 0)).isFalse();
    assertThat(stream.admit(50, 60, 0)).isTrue();
  }

  @Test
  void takesWhatCameBeforeTheFirstItemAsAGap() {
    stream.admit(1_000, 1_001, 0);
    assertThat(stream.admit(5, 6, 0)).isTrue();
    assertThat(stream.admit(5, 6, 0)).isFalse();
  }

  @Test
  void remembersGapsOverARestart() {
    stream.admit(0, 10, 0);
    stream.admit(40, 50, 0);
    restart();
    assertThat(stream.admit(40, 50, 0)).isFalse();
    assertThat(stream.admit(10, 40, 0)).isTrue();
    restart();
    assertThat(stream.admit(10, 40, 0)).isFalse();
    assertThat(stream.gapCount()).isZero();
  }

  @Test
  void tellsItemsOfOneRangeApartByTheirSubIndex() {
    assertThat(stream.admit(0, 10, 0)).isTrue();
    assertThat(stream.admit(0, 10, 1)).isTrue();
    restart();
    assertThat(stream.admit(0, 10, 1)).isFalse();
    assertThat(stream.admit(0, 10, 2)).isTrue();
    assertThat(stream.admit(20, 30, 0)).isTrue();
    assertThat(stream.admit(10, 20, 0)).isTrue();
    assertThat(stream.admit(10, 20, 1)).isTrue();
    assertThat(stream.admit(10, 20, 1)).isFalse();
    assertThat(stream.admit(0, 10, 3)).isFalse();
  }

  @Test
  void admitsWhatIsPartlyNew() {
    stream.admit(0, 10, 0);
    assertThat(stream.admit(5, 15, 0)).isTrue();
    assertThat(stream.admit(10, 15, 0)).isFalse();
    stream.admit(30, 40, 0);
    assertThat(stream.admit(10, 20, 0)).isTrue();
    assertThat(stream.admit(15, 20, 0)).isFalse();
    assertThat(stream.admit(15, 35, 0)).isTrue();
    assertThat(stream.gapCount()).isZero();
  }

  @Test
  void forgetsTheShortestGapsFirst() {
    long position = 0;
    stream.admit(position, position + 1, 0);
    long batch = position + 1;
    position = batch + 512;
    for (int i = 0; i < 3 * StreamProgress.MAX_GAPS; i++) {
      stream.admit(position, position + 1, 0);
      position += 2;
    }
    assertThat(stream.gapCount()).isEqualTo(StreamProgress.MAX_GAPS);
    assertThat(stream.takeForgotten()).isPositive();
    assertThat(stream.takeForgotten()).isZero();
    for (long item = batch; item < batch + 512; item++) {
      assertThat(stream.admit(item, item + 1, 0)).isTrue();
      assertThat(stream.admit(item, item + 1, 0)).isFalse();
    }
  }

  @Test
  void agreesWithASetOfEverythingSeen() {
    Random random = new Random(42);
    for (int round = 0; round < 200; round++) {
      stream = StreamProgress.decode(null);
      BitSet seen = new BitSet();
      for (int i = 0; i < 300; i++) {
        int start = random.nextInt(500);
        int end = start + 1 + random.nextInt(6);
        // Items of one range that follow each other differ by sub-index only; see another test.
        boolean expected = seen.get(start, end).cardinality() < end - start;
        assertThat(stream.admit(start, end, 0))
            .as("round %d item %d [%d, %d)", round, i, start, end)
            .isEqualTo(expected);
        seen.set(start, end);
        if (random.nextInt(10) == 0) {
          restart();
        }
      }
    }
  }

  private void restart() {
    stream = StreamProgress.decode(stream.encode());
  }
}
