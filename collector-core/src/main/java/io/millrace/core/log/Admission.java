package io.millrace.core.log;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The way into a log: appends wait here to be written, as long as there are not too many, and are
 * refused while the log or the disk is full. Thread-safe; its fields are guarded by the log's lock.
 */
final class Admission {
  private final String name;
  private final LogSettings settings;
  private final Segments segments;
  private final LogReaders readers;
  private final LogLock lock;
  private final Deque<Append> waiting = new ArrayDeque<>();

  /** Of those that wait and those that are being written. */
  private long bytes;

  private @Nullable IOException failure;
  private long failedAtNanos;
  private boolean closing;

  Admission(
      String name, LogSettings settings, Segments segments, LogReaders readers, LogLock lock) {
    this.name = name;
    this.settings = settings;
    this.segments = segments;
    this.readers = readers;
    this.lock = lock;
  }

  /** Lets an append wait to be written; returns why not, or null. Blocks while too many wait. */
  @Nullable IOException admit(Append append) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (true) {
        IOException refusal = refusal(append.sizeBytes());
        if (refusal != null) {
          return refusal;
        }
        if (bytes == 0 || bytes + append.sizeBytes() <= settings.pendingSize().bytes()) {
          waiting.addLast(append);
          bytes += append.sizeBytes();
          lock.work.signal();
          return null;
        }
        lock.room.await();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Takes out what waits; it counts until it was written, or was not. */
  List<Append> takeAll() {
    lock.lock();
    try {
      List<Append> group = new ArrayList<>(waiting);
      waiting.clear();
      return group;
    } finally {
      lock.unlock();
    }
  }

  /** Whether anything waits to be taken out; under the lock. */
  boolean hasWaiting() {
    return !waiting.isEmpty();
  }

  /** Whether anything waits or is being written; under the lock. */
  boolean writing() {
    return bytes > 0;
  }

  /**
   * Whether a group was let in though the log is full, since all before it is delivered. Then it
   * goes into a new file, so that those before can be deleted. Under the lock.
   */
  boolean isBeyondBound(List<Append> group) {
    long groupBytes = 0;
    for (Append append : group) {
      groupBytes += append.sizeBytes();
    }
    return segments.sizeBytes() + groupBytes > settings.maxSize().bytes() && allDelivered();
  }

  /** Appends were written; under the lock. */
  void written(List<Append> group) {
    failure = null;
    done(group);
  }

  /**
   * Appends could not be written: others are refused for a while. Under the lock.
   *
   * @return what to refuse them with
   */
  IOException failed(List<Append> group, Exception cause) {
    IOException why = new IOException(name + ": the log cannot be written: " + cause, cause);
    failure = why;
    failedAtNanos = System.nanoTime();
    done(group);
    return why;
  }

  /** Refuses everything from now on; under the lock. */
  void close() {
    closing = true;
    lock.work.signalAll();
    lock.room.signalAll();
  }

  /** Under the lock. */
  boolean closing() {
    return closing;
  }

  private void done(List<Append> group) {
    for (Append append : group) {
      bytes -= append.sizeBytes();
    }
    lock.room.signalAll();
  }

  /** Why nothing of a size can be appended now; null when it can. */
  private @Nullable IOException refusal(long size) {
    if (closing) {
      return new IOException(name + ": the agent stops");
    }
    if (failure != null && System.nanoTime() - failedAtNanos < settings.afterFailure().toNanos()) {
      return failure;
    }
    boolean full = segments.sizeBytes() + bytes + size > settings.maxSize().bytes();
    if (full && !(bytes == 0 && allDelivered())) {
      return new LogFullException(
          name
              + ": the log is full: "
              + segments.sizeBytes()
              + " bytes wait for their delivery (expected: at most "
              + settings.maxSize()
              + ")");
    }
    if (!settings.maxAge().isZero()) {
      double age = readers.oldestAgeSeconds();
      if (age > settings.maxAge().toMillis() / 1000.0) {
        return new LogFullException(
            name
                + ": the log is full: its oldest batch waits for its delivery since "
                + Math.round(age)
                + " s (expected: at most "
                + settings.maxAge().toSeconds()
                + " s)");
      }
    }
    return null;
  }

  /** Whether every reader has delivered all that was committed. */
  private boolean allDelivered() {
    return readers.position() > segments.lastCommitted();
  }
}
