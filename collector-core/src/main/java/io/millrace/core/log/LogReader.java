package io.millrace.core.log;

import io.millrace.api.telemetry.MalformedTelemetryException;
import io.millrace.core.log.RecordScanner.Damage;
import io.millrace.core.log.RecordScanner.Found;
import io.millrace.core.log.RecordScanner.Whole;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Somebody who takes every batch of a log in order and tells, in any order, which were delivered.
 * The position, from which it goes on after a restart, is the first batch that was not.
 *
 * <p>{@link #take} is for one thread at a time, the rest is thread-safe.
 */
public final class LogReader {
  private final SegmentLog log;
  private final String name;
  private final LogLock lock;
  private final Deque<Handed> handed = new ArrayDeque<>();
  private final Map<Long, Handed> bySequence = new HashMap<>();

  /** Sequence of the next batch to take; guarded by the log's lock. */
  long next;

  private boolean stopped;

  /** Where the disk is read; of the thread that takes. */
  private @Nullable RecordScanner scanner;

  private @Nullable Segment scanned;

  /** A batch that was taken. */
  private static final class Handed {
    final long sequence;
    final long sinceUnixNanos;
    boolean delivered;

    Handed(long sequence, long sinceUnixNanos) {
      this.sequence = sequence;
      this.sinceUnixNanos = sinceUnixNanos;
    }
  }

  /** What the log knows when the disk must be read. */
  private record Stretch(Segment segment, long end, long last) {}

  LogReader(SegmentLog log, String name, long next, LogLock lock) {
    this.log = log;
    this.name = name;
    this.next = next;
    this.lock = lock;
  }

  public String name() {
    return name;
  }

  /**
   * Waits for the next batch and takes it.
   *
   * @return null when the reader was stopped or the log closed
   * @throws IOException when the disk cannot be read, or damage not be put aside; the same batch
   *     comes with the next call
   */
  public @Nullable LogEntry take() throws InterruptedException, IOException {
    return next(true);
  }

  /**
   * Takes the next batch if there is one.
   *
   * @throws IOException as {@link #take}
   */
  @Nullable LogEntry poll() throws InterruptedException, IOException {
    return next(false);
  }

  /** A batch that was taken has been delivered; one that was not taken, or twice, does nothing. */
  public void delivered(long sequence) {
    lock.lock();
    try {
      Handed one = bySequence.remove(sequence);
      if (one == null) {
        return;
      }
      one.delivered = true;
      boolean moved = false;
      for (Handed first = handed.peekFirst();
          first != null && first.delivered;
          first = handed.peekFirst()) {
        handed.removeFirst();
        moved = true;
      }
      if (moved) {
        log.positionMoved();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Makes {@link #take} return null from now on. */
  public void stop() {
    lock.lock();
    try {
      stopped = true;
      lock.committed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Sequence of the first batch that is not delivered. */
  public long position() {
    lock.lock();
    try {
      Handed first = handed.peekFirst();
      return first == null ? next : first.sequence;
    } finally {
      lock.unlock();
    }
  }

  /** Whether everything in the log has been taken. */
  public boolean caughtUp() {
    lock.lock();
    try {
      return next > log.lastCommitted();
    } finally {
      lock.unlock();
    }
  }

  /** Whether everything has been taken, also what still waits to be written. */
  public boolean drained() {
    lock.lock();
    try {
      return next > log.lastCommitted() && !log.writing();
    } finally {
      lock.unlock();
    }
  }

  /** Whether everything has been delivered, also what still waits to be written. */
  public boolean empty() {
    lock.lock();
    try {
      return handed.isEmpty() && next > log.lastCommitted() && !log.writing();
    } finally {
      lock.unlock();
    }
  }

  /** When the oldest batch that was taken and is not delivered came in; 0 when there is none. */
  long oldestUnixNanos() {
    lock.lock();
    try {
      Handed first = handed.peekFirst();
      return first == null ? 0 : first.sinceUnixNanos;
    } finally {
      lock.unlock();
    }
  }

  private @Nullable LogEntry next(boolean wait) throws InterruptedException, IOException {
    while (true) {
      Stretch stretch;
      lock.lockInterruptibly();
      try {
        while (wait && !stopped && !log.closed() && next > log.lastCommitted()) {
          lock.committed.await();
        }
        if (stopped || log.closed() || next > log.lastCommitted()) {
          return null;
        }
        Segment segment = log.segmentAt(next);
        if (segment == null) {
          next = log.lastCommitted() + 1;
          log.positionMoved();
          continue;
        }
        stretch = new Stretch(segment, segment.end, segment.last);
      } finally {
        lock.unlock();
      }
      LogEntry entry = read(stretch);
      if (entry != null) {
        lock.lock();
        try {
          hand(entry);
        } finally {
          lock.unlock();
        }
        return entry;
      }
    }
  }

  private void hand(LogEntry entry) {
    Handed one = new Handed(entry.sequence(), entry.context().receivedUnixNanos());
    handed.addLast(one);
    bySequence.put(entry.sequence(), one);
    if (entry.sequence() > next) {
      log.positionMoved(); // Past numbers that were never given to a batch.
    }
    next = entry.sequence() + 1;
  }

  /** Reads on in a segment; null when that led no further than to a new {@link #next}. */
  private @Nullable LogEntry read(Stretch stretch) throws IOException {
    Segment segment = stretch.segment();
    RecordScanner scanning = scanner(segment);
    try {
      Found found = scanning.next(stretch.end(), stretch.last());
      switch (found) {
        case null -> {
          if (scanning.lastSequence() < stretch.last()) {
            if (next <= stretch.last()) {
              log.missing(segment, stretch.last() - Math.max(scanning.lastSequence(), next - 1));
            }
            forgetScanner();
          }
          skipTo(stretch.last() + 1);
        }
        case Damage damage -> {
          if (scanning.lastSequence() >= next) {
            log.damaged(segment, damage);
          }
          skipTo(scanning.lastSequence() + 1);
        }
        case Whole whole -> {
          if (whole.sequence() < next) {
            return null;
          }
          return decode(segment, whole);
        }
      }
      return null;
    } catch (IOException e) {
      forgetScanner();
      throw e;
    }
  }

  private @Nullable LogEntry decode(Segment segment, Whole whole) throws IOException {
    try {
      return RecordBody.decode(whole.sequence(), whole.body());
    } catch (MalformedTelemetryException e) {
      log.damaged(segment, new Damage(whole.begin(), whole.end(), 1, false));
      skipTo(whole.sequence() + 1);
      return null;
    }
  }

  private void skipTo(long sequence) {
    lock.lock();
    try {
      if (sequence > next) {
        next = sequence;
        log.positionMoved();
      }
    } finally {
      lock.unlock();
    }
  }

  /** The scanner of a segment, as far on as is known. */
  private RecordScanner scanner(Segment segment) {
    RecordScanner known = scanner;
    if (known != null && scanned == segment) {
      return known;
    }
    RecordScanner fresh =
        new RecordScanner(segment.file, log.id(), LogFormat.FILE_HEADER_BYTES, segment.first - 1);
    scanner = fresh;
    scanned = segment;
    return fresh;
  }

  private void forgetScanner() {
    scanner = null;
    scanned = null;
  }
}
