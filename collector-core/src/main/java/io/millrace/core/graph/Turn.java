package io.millrace.core.graph;

import java.util.concurrent.locks.ReentrantLock;

/**
 * The turn of items that are too large for many of them to be changed at once: one thread in the
 * whole agent has it. Thread-safe. Never held while anything but simple processors is called.
 */
final class Turn {
  private static final ReentrantLock LOCK = new ReentrantLock();

  private Turn() {}

  /** Waits for the turn, unless the thread has it. */
  static void take() throws InterruptedException {
    if (!LOCK.isHeldByCurrentThread()) {
      LOCK.lockInterruptibly();
    }
  }

  /** Gives the turn up, should the thread have it. */
  static void leave() {
    if (LOCK.isHeldByCurrentThread()) {
      LOCK.unlock();
    }
  }
}
