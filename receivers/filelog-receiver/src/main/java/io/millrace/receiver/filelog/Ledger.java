package io.millrace.receiver.filelog;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/**
 * What of a stream is on its way, and up to where everything has arrived. Thread-safe.
 *
 * <p>After a failure nothing new is sent; once every batch under way has ended, the failed ones are
 * sent again in their order. Batches that arrived in between are not sent twice.
 */
final class Ledger {
  private final ArrayDeque<Sent> open = new ArrayDeque<>();
  private long position;
  private long recordNumber;
  private Fingerprint marker;
  private long lastEnd;
  private long lastRecordNumber;
  private long bytesHeld;
  private int underWay;
  private int failed;

  Ledger(long position, long recordNumber, Fingerprint marker) {
    this.position = position;
    this.recordNumber = recordNumber;
    this.marker = marker;
    this.lastEnd = position;
    this.lastRecordNumber = recordNumber;
  }

  /** Notes a batch before it is handed over. */
  synchronized void add(Sent sent) {
    open.addLast(sent);
    underWay++;
    lastEnd = sent.end;
    lastRecordNumber = sent.recordNumber;
    bytesHeld += sent.bytesHeld;
  }

  /**
   * Notes what became of a batch.
   *
   * @return bytes of batches that are no longer kept
   */
  synchronized long ended(Sent sent, boolean arrived) {
    underWay--;
    if (!arrived) {
      sent.state = Sent.State.FAILED;
      failed++;
      return 0;
    }
    sent.state = Sent.State.ARRIVED;
    long released = 0;
    for (Sent first = open.peekFirst();
        first != null && first.state == Sent.State.ARRIVED;
        first = open.peekFirst()) {
      open.removeFirst();
      position = first.end;
      recordNumber = first.recordNumber;
      marker = first.marker;
      released += first.bytesHeld;
    }
    bytesHeld -= released;
    return released;
  }

  /** The failed batches in order, now under way again; empty while others are under way. */
  synchronized List<Sent> takeFailed() {
    List<Sent> again = new ArrayList<>();
    if (underWay > 0) {
      return again;
    }
    for (Sent sent : open) {
      if (sent.state == Sent.State.FAILED) {
        sent.state = Sent.State.UNDER_WAY;
        again.add(sent);
      }
    }
    underWay = again.size();
    failed = 0;
    return again;
  }

  synchronized boolean hasFailed() {
    return failed > 0;
  }

  synchronized int underWay() {
    return underWay;
  }

  /** Whether everything has arrived. */
  synchronized boolean settled() {
    return open.isEmpty();
  }

  /** Bytes of the file that were sent and have not arrived. */
  synchronized long unacknowledgedBytes() {
    return lastEnd - position;
  }

  /** When the first batch that has not arrived was handed over first; empty without one. */
  synchronized OptionalLong oldestNanos() {
    Sent first = open.peekFirst();
    return first == null ? OptionalLong.empty() : OptionalLong.of(first.sentNanos);
  }

  /** Where the record behind the last one that was sent begins. */
  synchronized long lastEnd() {
    return lastEnd;
  }

  /** Number of the last record that was sent. */
  synchronized long lastRecordNumber() {
    return lastRecordNumber;
  }

  /** Memory of the batches that are kept. */
  synchronized long bytesHeld() {
    return bytesHeld;
  }

  synchronized long position() {
    return position;
  }

  synchronized long recordNumber() {
    return recordNumber;
  }

  synchronized Fingerprint marker() {
    return marker;
  }
}
