package io.millrace.core.log;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The way into a log: appends wait here to be written, as long as there are not too many, and are
 * refused while the log or the disk is full. Thread-safe; shares the log's lock.
 */
final class Admission {
  private final String name;
  private final LogSettings settings;
  private final Fill fill;
  private final ReentrantLock lock;
  private final Condition work;
  private final Condition room;
  private final Deque<Append> waiting = new ArrayDeque<>();

  /** Of those that wait and those that are being written. */
  private long bytes;

  private @Nullable IOException failure;
  private long failedAtNanos;
  private boolean closing;

  /** How full the log is; asked under the lock. */
  interface Fill {
    /** Bytes on disk. */
    long sizeBytes();

    /** Whether every reader has delivered all that was committed. */
    boolean allDelivered();

    /** Age of the oldest batch that is not delivered; 0 when there is none. */
    double oldestAgeSeconds();
  }

  /**
   * Makes an empty one.
   *
   * @param work is signalled when an append waits
   * @param room makes those that wait for room look again
   */
  Admission(
      String name,
      LogSettings settings,
      Fill fill,
      ReentrantLock lock,
      Condition work,
      Condition room) {
    this.name = name;
    this.settings = settings;
    this.fill = fill;
    this.lock = lock;
    this.work = work;
    this.room = room;
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
          work.signal();
          return null;
        }
        room.await();
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

  /** Appends were written; under the lock. */
  void written(List<Append> group) {
    failure = null;
    done(group);
  }

  /** Appends could not be written: others are refused for a while. Under the lock. */
  void failed(List<Append> group, IOException why) {
    failure = why;
    failedAtNanos = System.nanoTime();
    done(group);
  }

  /** Refuses everything from now on; under the lock. */
  void close() {
    closing = true;
    work.signalAll();
    room.signalAll();
  }

  /** Under the lock. */
  boolean closing() {
    return closing;
  }

  private void done(List<Append> group) {
    for (Append append : group) {
      bytes -= append.sizeBytes();
    }
    room.signalAll();
  }

  /** Why nothing of a size can be appended now; null when it can. */
  private @Nullable IOException refusal(long size) {
    if (closing) {
      return new IOException(name + ": the agent stops");
    }
    if (failure != null && System.nanoTime() - failedAtNanos < settings.afterFailure().toNanos()) {
      return failure;
    }
    boolean full = fill.sizeBytes() + bytes + size > settings.maxSize().bytes();
    if (full && !(fill.allDelivered() && bytes == 0)) {
      return new LogFullException(
          name
              + ": the log is full: "
              + fill.sizeBytes()
              + " bytes wait for their delivery (expected: at most "
              + settings.maxSize()
              + ")");
    }
    if (!settings.maxAge().isZero()) {
      double age = fill.oldestAgeSeconds();
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
}
