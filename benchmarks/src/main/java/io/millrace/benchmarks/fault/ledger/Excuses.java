package io.millrace.benchmarks.fault.ledger;

import java.util.ArrayList;
import java.util.List;

/**
 * The times in which a destination that keeps no ids may be sent again what it has: around the
 * death of the agent, and while its answers did not get through. Thread-safe.
 */
public final class Excuses {
  private final List<Span> spans = new ArrayList<>();

  private record Span(long fromNanos, long toNanos) {}

  /** Excuses repeats of what was first seen before the end of a time, and again after its begin. */
  public synchronized void add(long fromNanos, long toNanos) {
    spans.add(new Span(fromNanos, toNanos));
  }

  /** Whether what was seen at two times may have been sent again in between. */
  public synchronized boolean cover(long firstNanos, long againNanos) {
    for (Span span : spans) {
      if (span.fromNanos - againNanos <= 0 && span.toNanos - firstNanos >= 0) {
        return true;
      }
    }
    return false;
  }
}
