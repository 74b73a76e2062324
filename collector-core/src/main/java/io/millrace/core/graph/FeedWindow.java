package io.millrace.core.graph;

import io.millrace.core.component.Deadline;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What a log's feed has under way, and whether it may take more. Thread-safe; its lock is its own,
 * and nobody else is called under it.
 */
final class FeedWindow {
  private final long maxBytes;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private long heldBytes;

  /** Batches that are being put aside. */
  private int asides;

  private boolean halted;

  /**
   * Makes an empty one.
   *
   * @param maxBytes how much may be undelivered; one batch always may
   */
  FeedWindow(long maxBytes) {
    this.maxBytes = maxBytes;
  }

  /** Waits until there is room; false when nothing more is to be taken. */
  boolean awaitRoom() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (!halted && heldBytes > 0 && heldBytes >= maxBytes) {
        changed.await();
      }
      return !halted;
    } finally {
      lock.unlock();
    }
  }

  /** A batch is under way. */
  void hold(long bytes) {
    lock.lock();
    try {
      heldBytes += bytes;
    } finally {
      lock.unlock();
    }
  }

  /** A batch was delivered. */
  void letGo(long bytes) {
    lock.lock();
    try {
      heldBytes -= bytes;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Nothing more is to be taken or put aside: it stays in the log. */
  void halt() {
    lock.lock();
    try {
      halted = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Whether nothing can be taken now. */
  boolean isShut() {
    lock.lock();
    try {
      return halted || heldBytes >= maxBytes;
    } finally {
      lock.unlock();
    }
  }

  /** Whether something may be put aside; {@link #endAside} must follow. */
  boolean beginAside() {
    lock.lock();
    try {
      asides += halted ? 0 : 1;
      return !halted;
    } finally {
      lock.unlock();
    }
  }

  void endAside() {
    lock.lock();
    try {
      asides--;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** What is put aside counts as delivered only once that was noted, and would come again. */
  void awaitAsides(Deadline deadline) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (asides > 0 && changed.awaitNanos(deadline.remainingNanos()) > 0) {
        // Woken whenever something changes.
      }
    } finally {
      lock.unlock();
    }
  }
}
