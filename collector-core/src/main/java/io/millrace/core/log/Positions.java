package io.millrace.core.log;

import java.io.IOException;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Keeps the readers' positions on disk: written soon after they moved, forced now and then and
 * before anything is deleted. {@link #moved} is thread-safe, {@link #nanosToDue} is called under
 * the log's lock, the rest by the thread that writes.
 */
final class Positions implements AutoCloseable {
  private static final long WRITE_INTERVAL_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
  private static final long FORCE_INTERVAL_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final LogDisk disk;
  private final LogEvents events;
  private final LogLock lock;
  private final Map<String, PositionFile> files = new LinkedHashMap<>();

  private Collection<LogReader> readers = List.of();
  private long logId;

  /** Some reader has no position on disk yet. */
  private boolean incomplete;

  /** Guarded by the lock, as all that follows. */
  private boolean moved;

  private boolean forced = true;
  private long writtenNanos = System.nanoTime() - WRITE_INTERVAL_NANOS;
  private long forcedNanos = System.nanoTime() - FORCE_INTERVAL_NANOS;

  Positions(LogDisk disk, LogEvents events, LogLock lock) {
    this.disk = disk;
    this.events = events;
    this.lock = lock;
  }

  /** Reads the positions of the readers that have one. */
  Map<String, PositionFile.Position> load(Collection<String> names) throws IOException {
    Map<String, PositionFile.Position> known = new LinkedHashMap<>();
    for (String reader : names) {
      PositionFile file = PositionFile.of(disk, reader);
      files.put(reader, file);
      PositionFile.Position position = file.load();
      if (position != null) {
        known.put(reader, position);
      }
    }
    return known;
  }

  /** Keeps the positions of these readers from now on; while the log is opened. */
  void keepFor(long id, Collection<LogReader> all) {
    logId = id;
    readers = all;
  }

  /** Some reader has no position that counts. */
  void markIncomplete() {
    incomplete = true;
  }

  /** Writes a position for every reader; from then on even a full disk has room for them. */
  void complete() throws IOException {
    if (incomplete) {
      moved();
      keep(true);
      incomplete = false;
    }
  }

  /** A reader's position moved. */
  void moved() {
    lock.lock();
    try {
      forced = false;
      if (!moved) {
        moved = true;
        lock.work.signal();
      }
    } finally {
      lock.unlock();
    }
  }

  /** How long until positions are to be written or forced; under the lock. */
  long nanosToDue() {
    if (!moved && forced) {
      return Long.MAX_VALUE;
    }
    long last = moved ? writtenNanos : forcedNanos;
    long interval = moved ? WRITE_INTERVAL_NANOS : FORCE_INTERVAL_NANOS;
    return last + interval - System.nanoTime();
  }

  /** Writes the positions if it is time to. */
  void writeWhenDue() {
    boolean due;
    lock.lock();
    try {
      due = nanosToDue() <= 0;
    } finally {
      lock.unlock();
    }
    if (due) {
      boolean _ = write(false);
    }
  }

  /**
   * Writes the positions that moved.
   *
   * @param force whether they must survive a power failure when this returns
   * @return whether they were written
   */
  boolean write(boolean force) {
    try {
      keep(force);
      return true;
    } catch (IOException e) {
      events.positionFailed(e);
      return false;
    }
  }

  @Override
  public void close() throws IOException {
    for (PositionFile file : files.values()) {
      file.close();
    }
  }

  private void keep(boolean force) throws IOException {
    Map<String, Long> now = new LinkedHashMap<>();
    boolean write;
    boolean due;
    lock.lock();
    try {
      write = moved;
      due = !forced && (force || System.nanoTime() - forcedNanos >= FORCE_INTERVAL_NANOS);
      moved = false;
      writtenNanos = System.nanoTime();
      if (due) {
        forced = true;
        forcedNanos = System.nanoTime();
      }
      for (LogReader reader : readers) {
        now.put(reader.name(), reader.position());
      }
    } finally {
      lock.unlock();
    }
    boolean kept = false;
    try {
      for (Map.Entry<String, PositionFile> entry : files.entrySet()) {
        Long position = now.get(entry.getKey());
        if (write && position != null) {
          entry.getValue().write(logId, position);
        }
        if (due) {
          entry.getValue().force();
        }
      }
      if (due) {
        disk.force();
      }
      kept = true;
    } finally {
      if (!kept) {
        lock.lock();
        try {
          moved = true;
          forced = false;
        } finally {
          lock.unlock();
        }
      }
    }
  }
}
