package io.millrace.receiver.filelog;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class ObservedTimesTest {
  private static final long QUARTER = 900_000_000_000L;
  private static final long FIRST = nanos("2026-11-26T23:45:00Z") / QUARTER;

  private final ObservedTimes times = new ObservedTimes();

  @Test
  void areNowForWhatWasNeverRead() {
    long now = nanos("2026-11-27T01:02:03Z");
    times.enter(List.of(), 1000);
    set(now);
    assertThat(times.knownTo()).isZero();
    assertThat(times.at(0)).isEqualTo(now);
  }

  @Test
  void areInTheQuarterOfAnHourOfTheFirstReading() {
    times.enter(List.of(new ReadRun(100, FIRST), new ReadRun(200, FIRST + 1)), 150);
    long now = nanos("2026-11-27T01:02:03Z");
    set(now);
    long before = nanos("2026-11-26T23:59:59.999999999Z");
    long after = nanos("2026-11-27T00:14:59.999999999Z");
    assertThat(times.at(99)).isEqualTo(before);
    assertThat(times.at(100)).isEqualTo(after);
    assertThat(times.at(0)).as("gone back").isEqualTo(before);
    assertThat(times.at(149)).isEqualTo(after);
    assertThat(times.at(150)).isEqualTo(now);
  }

  @Test
  void areAsNearToNowAsThatAllows() {
    times.enter(List.of(new ReadRun(100, FIRST)), 100);
    long within = nanos("2026-11-26T23:50:00Z");
    set(within);
    assertThat(times.at(0)).isEqualTo(within);
    set(nanos("2026-11-26T23:40:00Z"));
    assertThat(times.at(0)).as("a clock that was set back").isEqualTo(FIRST * QUARTER);
  }

  private void set(long now) {
    times.set(now, now / QUARTER);
  }

  private static long nanos(String time) {
    Instant instant = Instant.parse(time);
    return instant.getEpochSecond() * 1_000_000_000 + instant.getNano();
  }
}
