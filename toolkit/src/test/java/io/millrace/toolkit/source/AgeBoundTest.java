package io.millrace.toolkit.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.testkit.RecordingMeter;
import io.millrace.testkit.TestClock;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.slf4j.event.SubstituteLoggingEvent;
import org.slf4j.helpers.SubstituteLogger;

class AgeBoundTest {
  private static final String WAITING = "receiver_age_bound_waiting_sources";
  private static final String OLDEST = "receiver_oldest_unacknowledged_seconds";

  private final RecordingMeter meter = new RecordingMeter();
  private final TestClock clock = new TestClock();
  private final AtomicLong nanos = new AtomicLong(-5_000_000_000L);
  private final Queue<SubstituteLoggingEvent> events = new ConcurrentLinkedQueue<>();
  private final AgeBound bound = bound(Duration.ofSeconds(10));
  private final FakeSource file = new FakeSource("a.log");
  private final AgeBound.Watch watch = bound.watch(file);

  @Test
  void holdsASourceBackFromTheLimitOnUntilItsOldestHasArrived() {
    assertThat(watch.holdsBack()).isFalse();
    file.oldest(0);
    after(9);
    assertThat(watch.holdsBack()).isFalse();
    assertThat(meter.gauge(OLDEST)).hasValue(9);
    after(1);
    assertThat(watch.holdsBack()).isTrue();
    assertThat(meter.gauge(WAITING)).hasValue(1);
    file.oldest(1);
    assertThat(watch.holdsBack()).isFalse();
    after(60);
    assertThat(watch.holdsBack()).isTrue();
    file.nothing();
    assertThat(watch.holdsBack()).isFalse();
    assertThat(meter.gauge(WAITING)).hasValue(0);
    assertThat(meter.gauge(OLDEST)).hasValue(0);
    assertThat(meter.count("receiver_age_bound_waits")).isEqualTo(2);
  }

  @Test
  void saysOnceThatReadingWaitsAndOnceThatItGoesOn() {
    FakeSource other = new FakeSource("b.log");
    AgeBound.Watch second = bound.watch(other);
    file.oldest(0);
    other.oldest(0);
    after(12);
    for (int i = 0; i < 3; i++) {
      assertThat(watch.holdsBack()).isTrue();
      assertThat(second.holdsBack()).isTrue();
    }
    assertThat(messages())
        .containsExactly(
            "WARN source=a.log age=PT12S max_unacknowledged_age=PT10S What was read is not"
                + " acknowledged; reading waits for it, nothing is lost");
    after(3);
    file.nothing();
    other.nothing();
    assertThat(watch.holdsBack()).isFalse();
    assertThat(messages()).hasSize(1);
    assertThat(second.holdsBack()).isFalse();
    assertThat(messages())
        .hasSize(2)
        .element(1)
        .isEqualTo("INFO waits=2 waited=PT3S What was read is acknowledged; reading goes on");
  }

  @Test
  void saysNothingOfSoonRepetitions() {
    for (int i = 0; i < 4; i++) {
      file.oldest(0);
      after(10);
      assertThat(watch.holdsBack()).isTrue();
      file.nothing();
      assertThat(watch.holdsBack()).isFalse();
    }
    assertThat(messages()).hasSize(2);
    clock.advance(Duration.ofMinutes(1));
    file.oldest(0);
    after(10);
    assertThat(watch.holdsBack()).isTrue();
    assertThat(messages()).hasSize(3);
  }

  @Test
  void forgetsASourceThatIsClosedWhileItWaits() {
    file.oldest(0);
    after(10);
    assertThat(watch.holdsBack()).isTrue();
    watch.close();
    assertThat(meter.gauge(WAITING)).hasValue(0);
    assertThat(meter.gauge(OLDEST)).hasValue(0);
    assertThat(messages()).hasSize(2);
  }

  @Test
  void hasNoLimitWhenItIsZero() {
    AgeBound.Watch unbounded = bound(Duration.ZERO).watch(file);
    file.oldest(0);
    after(1_000_000);
    assertThat(unbounded.holdsBack()).isFalse();
  }

  private AgeBound bound(Duration limit) {
    SubstituteLogger logger = new SubstituteLogger("test", events, false);
    return new AgeBound(limit, meter, logger, clock, nanos::get);
  }

  private void after(long seconds) {
    nanos.addAndGet(Duration.ofSeconds(seconds).toNanos());
  }

  private List<String> messages() {
    return events.stream().map(e -> e.getLevel() + " " + e.getMessage()).toList();
  }

  private final class FakeSource implements AgeBound.Source {
    private final String name;
    private final AtomicReference<OptionalLong> oldest =
        new AtomicReference<>(OptionalLong.empty());

    FakeSource(String name) {
      this.name = name;
    }

    /** Hands something on so many seconds ago. */
    void oldest(long secondsAgo) {
      oldest.set(OptionalLong.of(nanos.get() - Duration.ofSeconds(secondsAgo).toNanos()));
    }

    void nothing() {
      oldest.set(OptionalLong.empty());
    }

    @Override
    public String name() {
      return name;
    }

    @Override
    public OptionalLong oldestNanos() {
      return oldest.get();
    }
  }
}
