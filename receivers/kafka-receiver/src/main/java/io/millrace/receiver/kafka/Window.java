package io.millrace.receiver.kafka;

import java.util.ArrayDeque;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * The records of a partition from the first undelivered one on, and the state of each. What is
 * delivered at the front leaves; the offset after it may be committed. Thread-safe.
 *
 * <p>Records are handed on in the order of their offsets; one that was refused comes again before
 * any later one that has not been handed on yet.
 */
final class Window {

  /** What became of a record so far. */
  enum State {
    WAITING,
    UNDER_WAY,
    REFUSED,
    REJECTED,
    DELIVERED,
    STOPPED
  }

  /** A record in the window. Its state belongs to the window. */
  static final class Entry {
    private final ConsumerRecord<byte[], byte[]> record;
    private final int sizeBytes;
    private State state = State.WAITING;
    private int attempts;
    private long notBefore;
    private long handedOnNanos;
    private String reason = "";

    private Entry(ConsumerRecord<byte[], byte[]> record) {
      this.record = record;
      this.sizeBytes =
          OVERHEAD_BYTES
              + Math.max(0, record.serializedKeySize())
              + Math.max(0, record.serializedValueSize());
    }

    ConsumerRecord<byte[], byte[]> record() {
      return record;
    }

    /** Whether the pipeline rejected it for ever, when it was handed out again. */
    boolean rejected() {
      return state == State.REJECTED;
    }

    /** Why it was rejected. */
    String reason() {
      return reason;
    }

    /** How often it was handed out. */
    int attempts() {
      return attempts;
    }
  }

  /** About what a record costs beside its key and value. */
  private static final int OVERHEAD_BYTES = 256;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final ArrayDeque<Entry> entries = new ArrayDeque<>();
  private long heldBytes;
  private long committable = -1;
  private int underWay;
  private boolean closed;

  /** Adds records that follow those there. */
  void add(List<ConsumerRecord<byte[], byte[]>> records) {
    lock.lock();
    try {
      for (ConsumerRecord<byte[], byte[]> record : records) {
        Entry entry = new Entry(record);
        entries.addLast(entry);
        heldBytes += entry.sizeBytes;
      }
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits for the next record to hand on and marks it as under way. A record that was {@link
   * Entry#rejected} comes as that, to be put aside.
   *
   * @return null once the window is closed
   */
  @Nullable Entry take() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (!closed) {
        Entry entry = next();
        if (entry == null) {
          changed.await();
          continue;
        }
        long wait = entry.state == State.REFUSED ? entry.notBefore - System.nanoTime() : 0;
        if (wait > 0) {
          changed.awaitNanos(wait);
          continue;
        }
        if (entry.state != State.REJECTED) {
          entry.state = State.UNDER_WAY;
        }
        if (entry.attempts++ == 0) {
          entry.handedOnNanos = System.nanoTime();
        }
        underWay++;
        return entry;
      }
      return null;
    } finally {
      lock.unlock();
    }
  }

  /** Says what became of a record that was taken. */
  void end(Entry entry, State state, String reason, long waitNanos) {
    lock.lock();
    try {
      entry.state = state;
      entry.reason = reason;
      entry.notBefore = System.nanoTime() + waitNanos;
      underWay--;
      while (!entries.isEmpty() && entries.getFirst().state == State.DELIVERED) {
        Entry first = entries.removeFirst();
        heldBytes -= first.sizeBytes;
        committable = first.record.offset() + 1;
      }
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Hands out nothing more; {@link #take} returns null. */
  void close() {
    lock.lock();
    try {
      closed = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits until nothing is under way.
   *
   * @return false when the time was not enough
   */
  boolean awaitQuiet(long nanos) throws InterruptedException {
    long deadline = System.nanoTime() + nanos;
    lock.lockInterruptibly();
    try {
      while (underWay > 0) {
        long left = deadline - System.nanoTime();
        if (left <= 0) {
          return false;
        }
        changed.awaitNanos(Math.min(left, TimeUnit.SECONDS.toNanos(1)));
      }
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** Bytes of the records in the window. */
  long heldBytes() {
    lock.lock();
    try {
      return heldBytes;
    } finally {
      lock.unlock();
    }
  }

  /**
   * When the first record that has not been delivered was handed out first, nanoseconds of {@link
   * System#nanoTime}; empty when none was.
   */
  OptionalLong oldestNanos() {
    lock.lock();
    try {
      Entry first = entries.peekFirst();
      return first == null || first.attempts == 0
          ? OptionalLong.empty()
          : OptionalLong.of(first.handedOnNanos);
    } finally {
      lock.unlock();
    }
  }

  /** Number of records in the window. */
  int size() {
    lock.lock();
    try {
      return entries.size();
    } finally {
      lock.unlock();
    }
  }

  /** The offset up to which everything has been delivered; -1 when nothing has. */
  long committable() {
    lock.lock();
    try {
      return committable;
    } finally {
      lock.unlock();
    }
  }

  /** The first that waits to be handed out, again or for the first time. */
  private @Nullable Entry next() {
    for (Entry entry : entries) {
      switch (entry.state) {
        case WAITING, REFUSED, REJECTED -> {
          return entry;
        }
        case UNDER_WAY, DELIVERED -> {}
        case STOPPED -> {
          return null;
        }
      }
    }
    return null;
  }
}
