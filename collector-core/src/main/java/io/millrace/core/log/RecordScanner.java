package io.millrace.core.log;

import io.millrace.core.log.LogFormat.RecordHeader;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Goes through the records of one segment, past what is damaged. One thread at a time.
 *
 * <p>A record counts only when its header and its body match their checksums and its sequence is
 * above the one before. Behind damage the next such record is searched byte by byte.
 */
final class RecordScanner {
  private static final int WINDOW_BYTES = 64 << 10;

  private final LogDisk.File file;
  private final long logId;
  private final byte[] window = new byte[WINDOW_BYTES];
  private long windowAt;
  private int windowBytes;
  private int ahead = WINDOW_BYTES;
  private long at;
  private long lastSequence;

  /** What comes next in a segment. */
  sealed interface Found {}

  /** A whole record. */
  static final class Whole implements Found {
    private final long sequence;
    private final byte[] body;
    private final long end;

    private Whole(long sequence, byte[] body, long end) {
      this.sequence = sequence;
      this.body = body;
      this.end = end;
    }

    long sequence() {
      return sequence;
    }

    /** The body, for the caller to keep. */
    byte[] body() {
      return body;
    }

    /** Where the record begins. */
    long begin() {
      return end - body.length - LogFormat.RECORD_HEADER_BYTES;
    }

    /** Where the next one begins. */
    long end() {
      return end;
    }
  }

  /**
   * Bytes that are no record.
   *
   * @param from the first of them
   * @param to behind the last
   * @param records how many records were there, as far as the sequences tell; at least 1
   * @param cutShort whether they are the beginning of a record that the file is too short for, as a
   *     crash leaves it
   */
  record Damage(long from, long to, long records, boolean cutShort) implements Found {}

  /**
   * Begins at a place.
   *
   * @param at where a record begins
   * @param lastSequence sequence of the record before
   */
  RecordScanner(LogDisk.File file, long logId, long at, long lastSequence) {
    this.file = file;
    this.logId = logId;
    this.at = at;
    this.lastSequence = lastSequence;
  }

  /** Sequence of the last record found or known to be lost. */
  long lastSequence() {
    return lastSequence;
  }

  /**
   * The next thing in the segment; null at its end.
   *
   * @param end where the segment ends, as far as it may be read
   * @param last the highest sequence that the segment can hold
   */
  @Nullable Found next(long end, long last) throws IOException {
    if (at >= end || lastSequence >= last) {
      return null;
    }
    RecordHeader header = header(at, end);
    if (header != null && header.sequence() > lastSequence && header.sequence() <= last) {
      long bodyAt = at + LogFormat.RECORD_HEADER_BYTES;
      if (header.bodyBytes() > end - bodyAt) {
        return toEnd(end, last, true);
      }
      byte[] body = body(bodyAt, header);
      long skipped = header.sequence() - lastSequence - 1;
      if (body == null) {
        lastSequence = header.sequence();
        return damage(bodyAt + header.bodyBytes(), skipped + 1, false);
      }
      if (skipped > 0) {
        // Only a writer that is not ours leaves a hole without damage; it is told apart above.
        lastSequence = header.sequence() - 1;
        return damage(at, skipped, false);
      }
      at = bodyAt + header.bodyBytes();
      lastSequence = header.sequence();
      return new Whole(header.sequence(), body, at);
    }
    return resync(end, last);
  }

  private Damage damage(long to, long records, boolean cutShort) {
    Damage damage = new Damage(at, to, records, cutShort);
    at = to;
    return damage;
  }

  /** Nothing whole follows. */
  private Damage toEnd(long end, long last, boolean cutShort) {
    if (last == Long.MAX_VALUE) {
      return damage(end, 1, cutShort);
    }
    long records = last - lastSequence;
    lastSequence = last;
    return damage(end, records, cutShort);
  }

  /** Looks for the next whole record behind bytes that are none. */
  private Damage resync(long end, long last) throws IOException {
    for (long candidate = at + 1; candidate <= end - LogFormat.RECORD_HEADER_BYTES; candidate++) {
      RecordHeader header = header(candidate, end);
      if (header == null
          || header.sequence() <= lastSequence
          || header.sequence() > last
          || header.bodyBytes() > end - candidate - LogFormat.RECORD_HEADER_BYTES
          || body(candidate + LogFormat.RECORD_HEADER_BYTES, header) == null) {
        continue;
      }
      long records = header.sequence() - lastSequence - 1;
      lastSequence = header.sequence() - 1;
      return damage(candidate, records, false);
    }
    return toEnd(end, last, end - at < LogFormat.RECORD_HEADER_BYTES);
  }

  private @Nullable RecordHeader header(long from, long end) throws IOException {
    if (end - from < LogFormat.RECORD_HEADER_BYTES) {
      return null;
    }
    boolean buffered =
        from >= windowAt && from + LogFormat.RECORD_HEADER_BYTES <= windowAt + windowBytes;
    if (!buffered && !fill(from, end)) {
      return null;
    }
    return LogFormat.recordHeader(window, (int) (from - windowAt), logId);
  }

  /** Reads a body; null when it does not match its checksum. */
  private byte @Nullable [] body(long from, RecordHeader header) throws IOException {
    byte[] body = new byte[header.bodyBytes()];
    ahead = body.length < WINDOW_BYTES / 2 ? WINDOW_BYTES : LogFormat.RECORD_HEADER_BYTES;
    int have = 0;
    if (from >= windowAt && from < windowAt + windowBytes) {
      int offset = (int) (from - windowAt);
      have = Math.min(body.length, windowBytes - offset);
      System.arraycopy(window, offset, body, 0, have);
    }
    have += read(file, ByteBuffer.wrap(body, have, body.length - have), from + have);
    boolean whole =
        have == body.length && LogFormat.checksum(body, 0, body.length) == header.bodyChecksum();
    return whole ? body : null;
  }

  /**
   * Reads the window anew, not beyond the end: what lies there may be written at this moment. Among
   * large records nothing but the header is read, since the rest would be copied twice.
   *
   * @return whether a header fits into it
   */
  private boolean fill(long from, long end) throws IOException {
    windowAt = from;
    windowBytes = 0;
    int wanted = (int) Math.min(ahead, end - from);
    windowBytes = read(file, ByteBuffer.wrap(window, 0, wanted), from);
    return windowBytes >= LogFormat.RECORD_HEADER_BYTES;
  }

  /** Reads until the buffer is full or the file ends; returns how much. */
  static int read(LogDisk.File file, ByteBuffer target, long from) throws IOException {
    int begin = target.position();
    while (target.hasRemaining()) {
      int read = file.read(target, from + target.position() - begin);
      if (read < 0) {
        break;
      }
    }
    return target.position() - begin;
  }
}
