package io.millrace.core.log;

import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The one lock of a log and what is waited for under it. It guards how far the log and its readers
 * are, and what waits to be written; nobody holds it while the disk is written or waited for.
 */
final class LogLock {
  private final ReentrantLock lock = new ReentrantLock();

  /** There is something for the thread that writes. */
  final Condition work = lock.newCondition();

  /** There may be room for an append. */
  final Condition room = lock.newCondition();

  /** There is something to read, or nothing more will be. */
  final Condition committed = lock.newCondition();

  void lock() {
    lock.lock();
  }

  void lockInterruptibly() throws InterruptedException {
    lock.lockInterruptibly();
  }

  void unlock() {
    lock.unlock();
  }
}
