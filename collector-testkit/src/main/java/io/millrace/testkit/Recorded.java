package io.millrace.testkit;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;

/** Things that happened, in their order, and waiting for more of them. Thread-safe. */
final class Recorded<T> {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final List<T> things = new ArrayList<>();

  void add(T thing) {
    lock.lock();
    try {
      things.add(thing);
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  List<T> all() {
    lock.lock();
    try {
      return List.copyOf(things);
    } finally {
      lock.unlock();
    }
  }

  void clear() {
    lock.lock();
    try {
      things.clear();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Waits until the things fulfil a condition; fails with what is there when the time is over. */
  void await(Duration max, String awaited, Predicate<List<T>> condition)
      throws InterruptedException {
    long left = max.toNanos();
    lock.lock();
    try {
      while (!condition.test(things)) {
        if (left <= 0) {
          throw new AssertionError(
              "after " + max + ": no " + awaited + "; there are " + things.size() + ": " + shown());
        }
        left = changed.awaitNanos(left);
      }
    } finally {
      lock.unlock();
    }
  }

  private String shown() {
    int most = 20;
    return things.size() <= most
        ? things.toString()
        : things.subList(things.size() - most, things.size()) + " and those before";
  }
}
