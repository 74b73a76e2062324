package io.millrace.core.log;

import io.millrace.api.config.DataSize;
import java.time.Duration;

/**
 * The bounds of a log. Immutable.
 *
 * @param maxSize bytes on disk above which appends are refused; too low and a short outage of the
 *     backend reaches the senders
 * @param maxAge age of the oldest undelivered batch above which appends are refused; zero for none
 * @param segmentSize size at which a file is closed and the next begun; disk space comes free in
 *     this unit
 * @param pendingSize bytes that wait to be written; above it appending blocks
 * @param afterFailure how long appends are refused after one could not be written
 */
public record LogSettings(
    DataSize maxSize,
    Duration maxAge,
    DataSize segmentSize,
    DataSize pendingSize,
    Duration afterFailure) {
  private static final DataSize MAX_SEGMENT = DataSize.ofMebibytes(32);
  private static final long MIN_SEGMENT_BYTES = 4096;
  private static final int SEGMENTS = 8;

  /** A log of at most so many bytes. */
  public static LogSettings of(DataSize maxSize) {
    long segment =
        Math.max(MIN_SEGMENT_BYTES, Math.min(MAX_SEGMENT.bytes(), maxSize.bytes() / SEGMENTS));
    return new LogSettings(
        maxSize,
        Duration.ZERO,
        DataSize.ofBytes(segment),
        DataSize.ofMebibytes(4),
        Duration.ofMillis(200));
  }

  public LogSettings withMaxAge(Duration other) {
    return new LogSettings(maxSize, other, segmentSize, pendingSize, afterFailure);
  }

  public LogSettings withSegmentSize(DataSize other) {
    return new LogSettings(maxSize, maxAge, other, pendingSize, afterFailure);
  }

  public LogSettings withAfterFailure(Duration other) {
    return new LogSettings(maxSize, maxAge, segmentSize, pendingSize, other);
  }
}
