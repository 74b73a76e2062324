package io.millrace.fuzz;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/**
 * How much some work may allocate: a multiple of its input's size, and a share of its own.
 * Immutable.
 *
 * @param what the work, for messages
 * @param times how often the input's size
 * @param more what is allowed whatever the size, in bytes
 */
record Allocation(String what, int times, int more) {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  /** Loading classes allocates, too; after that many times they are loaded. */
  private static final int ATTEMPTS = 3;

  /** Does work that can be repeated and fails when it allocates too much each time. */
  void check(long inputBytes, Runnable work) {
    long least = Long.MAX_VALUE;
    for (int i = 0; i < ATTEMPTS; i++) {
      long before = THREADS.getCurrentThreadAllocatedBytes();
      work.run();
      least = Math.min(least, THREADS.getCurrentThreadAllocatedBytes() - before);
      if (least <= times * inputBytes + more) {
        return;
      }
    }
    throw new AssertionError(
        what
            + ": allocated "
            + least
            + " bytes for an input of "
            + inputBytes
            + " (expected: at most "
            + times
            + " times as much and "
            + more
            + ")");
  }
}
