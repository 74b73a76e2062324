package io.millrace.core.log;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * The newest batches of a log, for readers that are not behind: they need not read them from the
 * disk. Guarded by the log's lock.
 */
final class RecentEntries {
  private final LogMemory memory;
  private final Deque<Recent> entries = new ArrayDeque<>();

  /**
   * A batch and its place.
   *
   * @param entry the batch
   * @param previous sequence of the record before it
   * @param segment where it is
   * @param end where its record ends
   * @param bytes what it holds of the memory
   */
  record Recent(LogEntry entry, long previous, Segment segment, long end, long bytes) {}

  RecentEntries(LogMemory memory) {
    this.memory = memory;
  }

  /** Keeps a batch that was just committed, if a reader will want it and there is room. */
  void add(
      LogEntry entry, long previous, Segment segment, long end, Collection<LogReader> readers) {
    long furthest = 0;
    for (LogReader reader : readers) {
      furthest = Math.max(furthest, reader.next);
    }
    Recent newest = entries.peekLast();
    boolean wanted = newest == null ? furthest > previous : newest.entry.sequence() == previous;
    if (!wanted) {
      return;
    }
    long bytes = entry.batch().retainedBytes();
    while (!memory.tryReserve(bytes)) {
      Recent oldest = entries.peekFirst();
      if (oldest == null || oldest.entry.sequence() >= furthest) {
        return; // Nobody has taken the oldest either: the readers are behind.
      }
      drop();
    }
    entries.addLast(new Recent(entry, previous, segment, end, bytes));
  }

  /** The first batch from a sequence on; null when it is not here. */
  @Nullable Recent at(long sequence) {
    for (Recent recent : entries) {
      if (recent.previous >= sequence) {
        return null;
      }
      if (recent.entry.sequence() >= sequence) {
        return recent;
      }
    }
    return null;
  }

  /** Forgets what every reader that is not behind has taken. */
  void trim(Collection<LogReader> readers) {
    while (true) {
      Recent oldest = entries.peekFirst();
      if (oldest == null) {
        return;
      }
      for (LogReader reader : readers) {
        if (reader.next > oldest.previous && reader.next <= oldest.entry.sequence()) {
          return;
        }
      }
      drop();
    }
  }

  void clear() {
    while (!entries.isEmpty()) {
      drop();
    }
  }

  private void drop() {
    memory.release(entries.removeFirst().bytes);
  }
}
