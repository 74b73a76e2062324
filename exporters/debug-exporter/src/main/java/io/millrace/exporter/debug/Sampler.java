package io.millrace.exporter.debug;

import java.time.Clock;

/** Lets the first batches of each second through and some of the others. Thread-safe. */
final class Sampler {
  private final int initial;
  private final int thereafter;
  private final Clock clock;
  private long second = Long.MIN_VALUE;
  private long count;

  Sampler(int initial, int thereafter, Clock clock) {
    this.initial = initial;
    this.thereafter = thereafter;
    this.clock = clock;
  }

  synchronized boolean take() {
    long now = Math.floorDiv(clock.millis(), 1000L);
    if (now != second) {
      second = now;
      count = 0;
    }
    count++;
    return count <= initial || (thereafter > 0 && (count - initial) % thereafter == 0);
  }
}
