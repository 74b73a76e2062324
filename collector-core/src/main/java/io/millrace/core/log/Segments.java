package io.millrace.core.log;

import io.millrace.api.config.DataSize;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The files of a log, oldest first. Fields are guarded by the log's lock; the methods that touch
 * the disk are of the thread that writes and take the lock themselves.
 */
final class Segments {
  private final LogDisk disk;
  private final LogEvents events;
  private final Clock clock;
  private final LogLock lock;
  private final DataSize segmentSize;
  private final List<Segment> segments = new ArrayList<>();
  private @Nullable Segment active;
  private long sizeBytes;
  private long lastCommitted;

  /** Set while the log is opened. */
  private long id;

  /**
   * Makes an empty one.
   *
   * @param segmentSize size at which a file is closed and the next begun
   */
  Segments(LogDisk disk, LogEvents events, Clock clock, LogLock lock, DataSize segmentSize) {
    this.disk = disk;
    this.events = events;
    this.clock = clock;
    this.lock = lock;
    this.segmentSize = segmentSize;
  }

  /** Takes over what was found; while the log is opened. */
  void take(LogOpening.Opened found) {
    id = found.logId();
    lastCommitted = found.lastCommitted();
    segments.addAll(found.segments());
    for (Segment segment : found.segments()) {
      sizeBytes += segment.end;
    }
  }

  /** The log's id. */
  long id() {
    return id;
  }

  /** Sequence of the newest batch; under the lock. */
  long lastCommitted() {
    return lastCommitted;
  }

  /** The oldest file; null when there is none. Under the lock. */
  @Nullable Segment oldest() {
    return segments.isEmpty() ? null : segments.get(0);
  }

  /** Bytes on disk; under the lock. */
  long sizeBytes() {
    return sizeBytes;
  }

  /** The segment that holds a sequence, or else the next one; under the lock. */
  @Nullable Segment at(long sequence) {
    for (Segment segment : segments) {
      if (segment.last >= sequence) {
        return segment;
      }
    }
    return null;
  }

  /** The segment that is written to; null when a new one must be begun. Under the lock. */
  @Nullable Segment active() {
    return active != null && active.end < segmentSize.bytes() ? active : null;
  }

  /** A record is durable; under the lock. */
  void committed(Segment segment, long sequence, long end) {
    sizeBytes += end - segment.end;
    segment.end = end;
    segment.last = sequence;
    lastCommitted = sequence;
  }

  /**
   * Begins a segment, which is written to from now on and says how far those before count.
   *
   * @param first sequence of its first record
   */
  Segment begin(long first) throws IOException {
    String name = LogFormat.fileName(first);
    LogDisk.File file = disk.open(name, true);
    try {
      ByteBuffer bytes = LogFormat.fileHeader(id, first, lastCommitted, clock.millis());
      long at = 0;
      while (bytes.hasRemaining()) {
        at += file.write(bytes, at);
      }
      file.force();
      disk.force();
    } catch (IOException | RuntimeException e) {
      discard(name, file, e);
      throw e;
    }
    Segment segment = new Segment(name, first, lastCommitted, file);
    lock.lock();
    try {
      segments.add(segment);
      sizeBytes += segment.end;
      active = segment;
    } finally {
      lock.unlock();
    }
    return segment;
  }

  /** Whatever was written to last, a new segment is begun for the next append; under the lock. */
  void retire() {
    active = null;
  }

  /** Cuts off what was written in vain; what cannot be cut does not count, the next header says. */
  void takeBack(Segment segment, Exception cause) {
    boolean empty = segment.last < segment.first;
    if (empty) {
      lock.lock();
      try {
        segments.remove(segment);
        sizeBytes -= segment.end;
      } finally {
        lock.unlock();
      }
      discard(segment.name, segment.file, cause);
      return;
    }
    try {
      segment.file.truncate(segment.end);
    } catch (IOException e) {
      cause.addSuppressed(e);
    }
  }

  /** The segments that end before a sequence and are not written to; under the lock. */
  List<Segment> before(long sequence) {
    List<Segment> passed = new ArrayList<>();
    for (Segment segment : segments) {
      if (segment == active || segment.last >= sequence) {
        break;
      }
      passed.add(segment);
    }
    return passed;
  }

  /** Deletes segments. */
  void delete(List<Segment> passed) {
    for (Segment segment : passed) {
      try {
        disk.delete(segment.name);
        segment.close();
      } catch (IOException e) {
        events.writeFailed(segment.name, e);
        return;
      }
      lock.lock();
      try {
        segments.remove(segment);
        sizeBytes -= segment.end;
        lock.room.signalAll();
      } finally {
        lock.unlock();
      }
    }
  }

  /** Closes the files; under the lock. */
  void close() throws IOException {
    for (Segment segment : segments) {
      segment.close();
    }
  }

  private void discard(String name, LogDisk.File file, Exception cause) {
    try {
      file.close();
      disk.delete(name);
    } catch (IOException e) {
      cause.addSuppressed(e);
    }
  }
}
