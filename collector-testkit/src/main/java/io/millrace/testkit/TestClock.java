package io.millrace.testkit;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicReference;

/** A clock that stands still until told. Thread-safe. */
public final class TestClock extends Clock {

  /** Where every test clock begins. */
  public static final Instant START = Instant.parse("2026-01-02T03:04:05.678901234Z");

  private final AtomicReference<Instant> now;
  private final ZoneId zone;

  public TestClock() {
    this(new AtomicReference<>(START), ZoneOffset.UTC);
  }

  private TestClock(AtomicReference<Instant> now, ZoneId zone) {
    this.now = now;
    this.zone = zone;
  }

  public void advance(Duration time) {
    now.updateAndGet(instant -> instant.plus(time));
  }

  public void set(Instant time) {
    now.set(time);
  }

  @Override
  public Instant instant() {
    return now.get();
  }

  @Override
  public ZoneId getZone() {
    return zone;
  }

  /** The same time, shown in another zone. */
  @Override
  public Clock withZone(ZoneId other) {
    return new TestClock(now, other);
  }
}
