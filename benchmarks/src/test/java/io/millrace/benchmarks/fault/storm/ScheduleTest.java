package io.millrace.benchmarks.fault.storm;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class ScheduleTest {
  private static final Duration HOUR = Duration.ofHours(1);
  private final Lane lane =
      new Lane(
          "agent",
          Duration.ofSeconds(2),
          Duration.ofSeconds(9),
          List.of(
              Fault.of("one", random -> {}),
              Fault.of("two", random -> {}),
              Fault.of("three", random -> {})));

  @Test
  void isTheSameForTheSameSeed() {
    assertThat(Schedule.draw(7, "way", lane, HOUR)).isEqualTo(Schedule.draw(7, "way", lane, HOUR));
  }

  @Test
  void isAnotherForAnotherSeedScenarioOrLane() {
    Lane other = new Lane("sink", lane.minGap(), lane.maxGap(), lane.faults());
    assertThat(
            List.of(
                Schedule.draw(7, "way", lane, HOUR),
                Schedule.draw(8, "way", lane, HOUR),
                Schedule.draw(7, "other", lane, HOUR),
                Schedule.draw(7, "way", other, HOUR)))
        .doesNotHaveDuplicates();
  }

  @Test
  void isNotChangedByALongerTimeButContinued() {
    List<Strike> all = Schedule.draw(7, "way", lane, HOUR);
    List<Strike> first = Schedule.draw(7, "way", lane, Duration.ofMinutes(1));

    assertThat(first).isNotEmpty().isEqualTo(all.subList(0, first.size()));
  }

  @Test
  void keepsToTheGapsAndTheEnd() {
    List<Strike> strikes = Schedule.draw(7, "way", lane, HOUR);

    assertThat(strikes.getLast().at()).isLessThan(HOUR);
    for (int i = 1; i < strikes.size(); i++) {
      assertThat(strikes.get(i).at().minus(strikes.get(i - 1).at()))
          .isBetween(lane.minGap(), lane.maxGap());
    }
  }

  @Test
  void dealsEveryFaultOnceBeforeOneComesAgain() {
    List<Strike> strikes = Schedule.draw(7, "way", lane, HOUR);

    for (int i = 0; i + 3 <= strikes.size(); i += 3) {
      assertThat(strikes.subList(i, i + 3))
          .extracting(Strike::fault)
          .containsExactlyInAnyOrder(0, 1, 2);
    }
  }
}
