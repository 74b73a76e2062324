package io.millrace.receiver.filelog;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class FirstReadingsTest {
  private static final long M = 1 << 20;

  private final FirstReadings readings = new FirstReadings(List.of(), 0);

  @Test
  void reachesAheadSoThatNotEveryBatchHasToBeStored() {
    assertThat(readings.note(0, 100, 7)).isFalse();
    assertThat(readings.note(0, 100, 7)).as("not stored yet").isFalse();
    store(0);
    assertThat(readings.note(100, 4196, 7)).isTrue();
    assertThat(readings.note(4196, 4197, 7)).isFalse();
    assertThat(readings.from(0)).containsExactly(new ReadRun(4197 + 4096, 7));
    assertThat(readings.note(4197, 104_197, 7)).isFalse();
    assertThat(readings.from(0)).as("batches are large").containsExactly(run(104_197 + M, 7));
  }

  @Test
  void endsARunWhereTheFirstBatchOfAnotherQuarterOfAnHourBegins() {
    readings.note(0, 100, 7);
    store(0);
    assertThat(readings.note(100, 200, 8)).isFalse();
    assertThat(readings.from(0)).containsExactly(run(100, 7), run(200 + 4096, 8));
    store(0);
    assertThat(readings.note(200, 300, 7)).as("a clock that was set back").isFalse();
    assertThat(readings.from(100)).containsExactly(run(200, 8), run(300 + 4096, 7));
  }

  @Test
  void forgetsARunOfWhichNothingWasHandedOver() {
    readings.note(0, 100, 7);
    readings.note(100, 200, 8);
    // The storage failed, and the batch is made anew.
    readings.note(100, 200, 9);
    assertThat(readings.from(0)).containsExactly(run(100, 7), run(200 + 4096, 9));
  }

  @Test
  void givesBackWhatLiesAheadButNothingThatIsAboutToBeHandedOver() {
    readings.note(0, 100, 7);
    store(0);
    assertThat(readings.isPast(7)).isFalse();
    assertThat(readings.isPast(8)).isTrue();
    readings.giveBack();
    assertThat(readings.isPast(8)).isFalse();
    assertThat(readings.isStored()).isFalse();
    assertThat(readings.from(0)).containsExactly(run(100, 7));
    assertThat(readings.from(100)).isEmpty();
    store(100);
    assertThat(readings.isStored()).isTrue();
  }

  @Test
  void takesWhatIsStoredForHandedOverAsFarAsTheFileReaches() {
    FirstReadings again = new FirstReadings(List.of(run(100, 7), run(5000, 8)), 50);
    assertThat(again.limit(300)).isEqualTo(300);
    again.giveBack();
    assertThat(again.from(50)).containsExactly(run(100, 7), run(300, 8));
    assertThat(new FirstReadings(List.of(), 50).limit(300)).isEqualTo(50);
  }

  @Test
  void keepsToTheLastQuarterOfAnHourWhenThereAreTooMany() {
    for (int i = 0; i < 1024; i++) {
      assertThat(readings.quarterFor(i)).isEqualTo(i);
      readings.note(i * 10L, i * 10L + 10, i);
    }
    assertThat(readings.quarterFor(5000)).isEqualTo(1023);
    assertThat(readings.from(0)).hasSize(1024);
    readings.from(10);
    assertThat(readings.quarterFor(5000)).isEqualTo(5000);
  }

  private void store(long position) {
    readings.saved(readings.from(position));
  }

  private static ReadRun run(long end, long quarter) {
    return new ReadRun(end, quarter);
  }
}
