package io.millrace.receiver.filelog;

import io.millrace.api.telemetry.Logs;
import org.jspecify.annotations.Nullable;

/**
 * A batch on its way, kept until it has arrived: it can be sent again even if the file is gone.
 * Guarded by its {@link Ledger}.
 */
final class Sent {
  final Logs batch;
  final long bytesHeld;
  final long end;
  final long recordNumber;
  final Fingerprint marker;

  /** When it was handed over first, nanoseconds of {@link System#nanoTime}. */
  final long sentNanos;

  State state = State.UNDER_WAY;

  /** Why it can never be delivered; it then only has to be put aside. */
  @Nullable String rejection;

  /**
   * Makes an entry.
   *
   * @param end where the file's next record begins
   * @param recordNumber number of the batch's last record
   * @param marker of the bytes before {@code end}
   * @param sentNanos now, nanoseconds of {@link System#nanoTime}
   */
  Sent(Logs batch, long end, long recordNumber, Fingerprint marker, long sentNanos) {
    this.batch = batch;
    this.bytesHeld = batch.retainedBytes();
    this.end = end;
    this.recordNumber = recordNumber;
    this.marker = marker;
    this.sentNanos = sentNanos;
  }

  /** What became of it. */
  enum State {
    UNDER_WAY,
    ARRIVED,
    FAILED
  }
}
