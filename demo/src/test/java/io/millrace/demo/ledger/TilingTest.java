package io.millrace.demo.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class TilingTest {

  @Test
  void acceptsOriginsThatTileInAnyOrder() {
    assertThat(Tiling.problems(List.of(at(10, 25), at(0, 10), at(25, 26)), 0, 26)).isEmpty();
  }

  @Test
  void acceptsMoreThanWasAskedFor() {
    assertThat(Tiling.problems(List.of(at(0, 10), at(10, 20)), 0, 15)).isEmpty();
  }

  @Test
  void namesAGap() {
    assertThat(Tiling.problems(List.of(at(0, 10), at(12, 20)), 0, 20))
        .containsExactly("lost [10, 12) before s [12, 20)");
  }

  @Test
  void namesAMissingBeginning() {
    assertThat(Tiling.problems(List.of(at(5, 10)), 0, 10))
        .containsExactly("lost [0, 5) before s [5, 10)");
  }

  @Test
  void namesAMissingEnd() {
    assertThat(Tiling.problems(List.of(at(0, 10)), 0, 11))
        .containsExactly("lost [10, 11) at the end");
  }

  @Test
  void namesWhatStandsTwice() {
    assertThat(Tiling.problems(List.of(at(0, 10), at(0, 10)), 0, 10))
        .containsExactly("twice: s [0, 10) begins before 10");
  }

  @Test
  void namesAnOverlap() {
    assertThat(Tiling.problems(List.of(at(0, 10), at(8, 20)), 0, 20))
        .containsExactly("twice: s [8, 20) begins before 10");
  }

  @Test
  void namesAnEmptyRange() {
    assertThat(Tiling.problems(List.of(at(0, 10), at(10, 10)), 0, 10))
        .containsExactly("empty range s [10, 10)");
  }

  private static Origin at(long start, long end) {
    return new Origin("s", start, end, 0);
  }
}
