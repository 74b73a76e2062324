package io.millrace.core.delivery;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The waits of the threads that export, which the end of their path cuts short. Thread-safe.
 *
 * <p>Where the path has threads of its own, an interrupt of theirs that is not the path's end is an
 * exporter's that came late, and changes nothing. On a caller's thread it is the caller's.
 */
final class Waits {
  private final CountDownLatch aborted = new CountDownLatch(1);
  private final boolean ownThreads;

  Waits(boolean ownThreads) {
    this.ownThreads = ownThreads;
  }

  /** Something to wait for. */
  @FunctionalInterface
  interface Waiting<T> {
    @Nullable T await() throws InterruptedException;
  }

  void abort() {
    aborted.countDown();
  }

  boolean isAborted() {
    return aborted.getCount() == 0;
  }

  /**
   * Waits for a time.
   *
   * @return false when the path ended meanwhile
   */
  boolean pass(Duration time) throws InterruptedException {
    long until = System.nanoTime() + time.toNanos();
    Boolean over = through(() -> aborted.await(until - System.nanoTime(), TimeUnit.NANOSECONDS));
    return !Boolean.TRUE.equals(over);
  }

  /** Waits for something that ends with the path too; repeats it after a stray interrupt. */
  <T> @Nullable T through(Waiting<T> waiting) throws InterruptedException {
    while (true) {
      try {
        return waiting.await();
      } catch (InterruptedException e) {
        if (!ownThreads || isAborted()) {
          throw e;
        }
      }
    }
  }
}
