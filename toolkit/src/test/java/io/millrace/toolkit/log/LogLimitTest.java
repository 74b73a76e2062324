package io.millrace.toolkit.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class LogLimitTest {

  @Test
  void letsOneMessagePassPerIntervalAndCountsTheOthers() {
    AtomicReference<Instant> now = new AtomicReference<>(Instant.EPOCH);
    InstantSource source = now::get;
    Clock clock = source.withZone(ZoneOffset.UTC);
    LogLimit limit = new LogLimit(Duration.ofSeconds(10), clock);
    List<Long> suppressed = new ArrayList<>();

    for (int second = 0; second <= 20; second++) {
      now.set(Instant.ofEpochSecond(second));
      limit.log(suppressed::add);
    }

    assertThat(suppressed).containsExactly(0L, 9L, 9L);
  }
}
