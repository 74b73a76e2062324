package io.millrace.receiver.filelog;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;

/** Bounds the memory of everything a receiver has sent and that has not arrived. Thread-safe. */
final class Budget {
  private final long maxBytes;
  private final AtomicLong used = new AtomicLong();
  private final Queue<Runnable> waiting = new ConcurrentLinkedQueue<>();

  Budget(long maxBytes) {
    this.maxBytes = maxBytes;
  }

  void add(long bytes) {
    used.addAndGet(bytes);
  }

  /** Gives bytes back and wakes everybody who waits, once there is room. */
  void release(long bytes) {
    if (used.addAndGet(-bytes) < maxBytes) {
      for (Runnable wake = waiting.poll(); wake != null; wake = waiting.poll()) {
        wake.run();
      }
    }
  }

  boolean isExhausted() {
    return used.get() >= maxBytes;
  }

  /** Calls back once there is room, perhaps at once; must not block. */
  void whenRoom(Runnable wake) {
    waiting.add(wake);
    if (!isExhausted() && waiting.remove(wake)) {
      wake.run();
    }
  }
}
