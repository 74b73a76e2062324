package io.millrace.core.log;

import java.time.Clock;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The readers of a log, and how far they are together. Complete before the log is started, and
 * thread-safe from then on; what several readers say fits together under the log's lock only.
 */
final class LogReaders {
  private final Clock clock;
  private final Map<String, LogReader> readers = new LinkedHashMap<>();

  LogReaders(Clock clock) {
    this.clock = clock;
  }

  /** Adds a reader; while the log is opened. */
  void add(LogReader reader) {
    readers.put(reader.name(), reader);
  }

  /** A reader by its name; null when there is none. */
  @Nullable LogReader named(String name) {
    return readers.get(name);
  }

  Collection<LogReader> all() {
    return readers.values();
  }

  /** Sequence of the first batch that some reader has not delivered; under the lock. */
  long position() {
    long min = Long.MAX_VALUE;
    for (LogReader reader : readers.values()) {
      min = Math.min(min, reader.position());
    }
    return min;
  }

  /**
   * Age of the oldest batch that was taken and is not delivered; 0 when there is none. Under the
   * lock.
   */
  double oldestAgeSeconds() {
    long oldest = Long.MAX_VALUE;
    for (LogReader reader : readers.values()) {
      long since = reader.oldestUnixNanos();
      oldest = since == 0 ? oldest : Math.min(oldest, since);
    }
    return oldest == Long.MAX_VALUE
        ? 0
        : Math.max(0, clock.millis() - TimeUnit.NANOSECONDS.toMillis(oldest)) / 1000.0;
  }
}
