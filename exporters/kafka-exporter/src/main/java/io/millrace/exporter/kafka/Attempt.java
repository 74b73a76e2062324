package io.millrace.exporter.kafka;

import io.millrace.api.component.ExportOutcome;
import io.millrace.api.component.ExportOutcome.RejectedItem;
import io.millrace.api.telemetry.Batch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The records of one batch on their way, and what became of each. Filled by one thread; completed
 * and waited for by any.
 */
final class Attempt {
  private final Batch batch;
  private final List<Sent> records = new ArrayList<>();
  private final List<RejectedItem> rejected = new ArrayList<>();
  private final BitSet unsent = new BitSet();
  private String unsentReason = "";

  /** Records without an outcome, and one for the sender until it has finished. */
  private final AtomicInteger pending = new AtomicInteger(1);

  private final CountDownLatch done = new CountDownLatch(1);

  Attempt(Batch batch) {
    this.batch = batch;
    unsent.set(0, batch.itemCount());
  }

  /** A record with an outcome, once known. */
  final class Sent {
    private final int[] items;
    private final int sizeBytes;
    private final AtomicInteger ends = new AtomicInteger();
    private volatile @Nullable Failure failure;

    private Sent(int[] items, int sizeBytes) {
      this.items = items;
      this.sizeBytes = sizeBytes;
    }

    /** Says what became of the record; the first word counts. */
    void end(@Nullable Failure why) {
      if (ends.getAndIncrement() == 0) {
        failure = why;
        release();
      }
    }

    int sizeBytes() {
      return sizeBytes;
    }

    @Nullable Failure failure() {
      return failure;
    }
  }

  /** Whether this attempt is about that very batch. */
  boolean isOf(Batch other) {
    return batch == other;
  }

  /** Adds a record that is about to be sent. */
  Sent add(int[] items, int sizeBytes) {
    Sent sent = new Sent(items, sizeBytes);
    records.add(sent);
    pending.incrementAndGet();
    for (int item : items) {
      unsent.clear(item);
    }
    return sent;
  }

  /** Adds an item that will never be accepted. */
  void reject(RejectedItem item) {
    rejected.add(item);
    unsent.clear(item.index());
  }

  /**
   * No further record will be added.
   *
   * @param reason why items were left over; empty when none were
   */
  void finish(String reason) {
    unsentReason = reason;
    release();
  }

  /**
   * Waits until every record has an outcome.
   *
   * @return false when the time was not enough
   */
  boolean await(Duration limit) throws InterruptedException {
    return done.await(Math.max(0, limit.toNanos()), TimeUnit.NANOSECONDS);
  }

  /** The failures of records, once {@link #await} returned true. */
  List<Sent> failed() {
    return records.stream().filter(sent -> sent.failure != null).toList();
  }

  /** What came of the whole batch, once {@link #await} returned true. */
  ExportOutcome outcome() {
    List<RejectedItem> lost = new ArrayList<>(rejected);
    BitSet retry = (BitSet) unsent.clone();
    String reason = unsentReason;
    Map<String, BitSet> codes = new HashMap<>();
    for (Sent sent : failed()) {
      Failure failure = Objects.requireNonNull(sent.failure);
      boolean tooLarge = failure.kind() == Failure.Kind.TOO_LARGE;
      if (tooLarge && sent.items.length == 1) {
        lost.add(new RejectedItem(sent.items[0], failure.reason(), failure.code()));
        continue;
      }
      if (tooLarge && sent.items.length == batch.itemCount()) {
        return new ExportOutcome.TooLarge(failure.reason());
      }
      reason = failure.reason();
      BitSet same = codes.computeIfAbsent(failure.code(), key -> new BitSet());
      for (int item : sent.items) {
        retry.set(item);
        same.set(item);
      }
    }
    if (lost.isEmpty() && retry.isEmpty()) {
      return ExportOutcome.ACCEPTED;
    }
    if (retry.cardinality() == batch.itemCount() && codes.size() <= 1) {
      String code = codes.isEmpty() ? "" : codes.keySet().iterator().next();
      return new ExportOutcome.Retry(reason, null, code);
    }
    return new ExportOutcome.Partial(lost, retry, reason, null, codes);
  }

  private void release() {
    if (pending.decrementAndGet() == 0) {
      done.countDown();
    }
  }
}
