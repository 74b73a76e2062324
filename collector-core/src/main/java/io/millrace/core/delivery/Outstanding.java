package io.millrace.core.delivery;

import io.millrace.core.delivery.Load.Entry;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The entries whose Delivery has not ended, by age; they leave in any order. One thread at a time:
 * the queue's lock guards it.
 */
final class Outstanding {
  private @Nullable Entry oldest;
  private @Nullable Entry newest;
  private long units;
  private long items;

  void add(Entry entry) {
    entry.older = newest;
    if (newest == null) {
      oldest = entry;
    } else {
      newest.newer = entry;
    }
    newest = entry;
    units += entry.units;
    items += entry.items;
  }

  void remove(Entry entry) {
    if (entry.older == null) {
      oldest = entry.newer;
    } else {
      entry.older.newer = entry.newer;
    }
    if (entry.newer == null) {
      newest = entry.older;
    } else {
      entry.newer.older = entry.older;
    }
    units -= entry.units;
    items -= entry.items;
  }

  boolean isEmpty() {
    return oldest == null;
  }

  /** What they take of the queue's size. */
  long units() {
    return units;
  }

  long items() {
    return items;
  }

  /** 0 when there is none. */
  double oldestAgeSeconds() {
    return oldest == null
        ? 0
        : TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - oldest.sinceNanos) / 1000.0;
  }
}
