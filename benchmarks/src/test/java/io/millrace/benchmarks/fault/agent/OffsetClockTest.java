package io.millrace.benchmarks.fault.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OffsetClockTest {
  @TempDir private Path directory;

  @Test
  void followsWhatAnotherOneOfTheSameFileIsToldAtOnce() throws Exception {
    OffsetClock here = OffsetClock.of(directory.resolve("clock"));
    OffsetClock there = OffsetClock.of(directory.resolve("clock"));
    assertThat(there.instant()).isBeforeOrEqualTo(Instant.now());

    here.jump(Duration.ofDays(3));

    assertThat(there.instant()).isAfter(Instant.now().plus(Duration.ofDays(2)));
    here.jump(Duration.ZERO);
    assertThat(there.instant()).isBeforeOrEqualTo(Instant.now());
  }
}
