package io.millrace.core.log;

import java.nio.ByteBuffer;
import java.util.Locale;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of a segment, version 1. All numbers are big endian.
 *
 * <p>A file is named {@code <first sequence, 20 digits>.segment} and begins with a header:
 *
 * <pre>
 *  0  8  89 4D 52 4C 4F 47 0D 0A
 *  8  2  version: 1
 * 10  2  0
 * 12  4  length of the header: 56
 * 16  8  id of the log, random
 * 24  8  sequence of the first record in this file
 * 32  8  sequence of the last record committed before this file was begun; what the files before
 *        hold beyond it was never acknowledged and does not count
 * 40  8  time of creation, milliseconds since 1970 UTC
 * 48  4  0
 * 52  4  CRC32C of bytes 0 to 51
 * </pre>
 *
 * <p>Records follow without gaps, their sequences rising by one:
 *
 * <pre>
 *  0  4  4D 52 52 31
 *  4  4  length of the body
 *  8  8  sequence
 * 16  4  CRC32C of the body
 * 20  4  CRC32C of the log's id (8 bytes) and bytes 0 to 19
 * 24     body, see {@link RecordBody}
 * </pre>
 *
 * <p>Since the header has a checksum of its own, a damaged body costs one record, and behind a
 * damaged header the next record can be found by its marker. The log's id, which senders of
 * telemetry do not know, keeps them from forging a record inside of one.
 */
final class LogFormat {
  static final int FILE_HEADER_BYTES = 56;
  static final int RECORD_HEADER_BYTES = 24;
  static final int MARKER = 0x4D525231;

  private static final long MAGIC = 0x894D524C4F470D0AL;
  private static final short VERSION = 1;
  private static final String SUFFIX = ".segment";
  private static final int DIGITS = 20;

  private LogFormat() {}

  /**
   * The header of a file.
   *
   * @param version the format's
   * @param logId the log's
   * @param first sequence of the first record
   * @param committedBefore sequence of the last record committed before
   * @param createdMillis since 1970 UTC
   */
  record FileHeader(
      int version, long logId, long first, long committedBefore, long createdMillis) {}

  /**
   * The header of a record.
   *
   * @param bodyBytes length of the body
   * @param sequence the record's number
   * @param bodyChecksum of the body
   */
  record RecordHeader(int bodyBytes, long sequence, int bodyChecksum) {}

  /** The name of the segment that begins with a sequence. */
  static String fileName(long first) {
    return String.format(Locale.ROOT, "%0" + DIGITS + "d", first) + SUFFIX;
  }

  /** The sequence with which a segment begins; -1 when the name is no segment's. */
  static long first(String fileName) {
    if (fileName.length() != DIGITS + SUFFIX.length() || !fileName.endsWith(SUFFIX)) {
      return -1;
    }
    try {
      return Long.parseLong(fileName.substring(0, DIGITS));
    } catch (NumberFormatException e) {
      return -1;
    }
  }

  static ByteBuffer fileHeader(long logId, long first, long committedBefore, long createdMillis) {
    ByteBuffer header = ByteBuffer.allocate(FILE_HEADER_BYTES);
    header
        .putLong(MAGIC)
        .putShort(VERSION)
        .putShort((short) 0)
        .putInt(FILE_HEADER_BYTES)
        .putLong(logId)
        .putLong(first)
        .putLong(committedBefore)
        .putLong(createdMillis)
        .putInt(0);
    header.putInt(checksum(header.array(), 0, header.position()));
    return header.flip();
  }

  /** Reads a header; null when it is damaged or none. */
  static @Nullable FileHeader fileHeader(byte[] bytes, int length) {
    if (length < FILE_HEADER_BYTES) {
      return null;
    }
    ByteBuffer header = ByteBuffer.wrap(bytes);
    boolean valid =
        header.getLong(0) == MAGIC
            && header.getInt(FILE_HEADER_BYTES - 4) == checksum(bytes, 0, FILE_HEADER_BYTES - 4);
    return valid
        ? new FileHeader(
            header.getShort(8),
            header.getLong(16),
            header.getLong(24),
            header.getLong(32),
            header.getLong(40))
        : null;
  }

  static void recordHeader(ByteBuffer target, long logId, RecordHeader header) {
    int at = target.position();
    target
        .putInt(MARKER)
        .putInt(header.bodyBytes())
        .putLong(header.sequence())
        .putInt(header.bodyChecksum());
    target.putInt(headerChecksum(logId, target.array(), target.arrayOffset() + at));
  }

  /** Reads a header; null when it is damaged or none. */
  static @Nullable RecordHeader recordHeader(byte[] bytes, int at, long logId) {
    ByteBuffer header = ByteBuffer.wrap(bytes, at, RECORD_HEADER_BYTES);
    if (header.getInt() != MARKER
        || header.getInt(at + 20) != headerChecksum(logId, bytes, at)
        || header.getInt(at + 4) < RecordBody.FIXED_BYTES
        || header.getLong(at + 8) < 1) {
      return null;
    }
    return new RecordHeader(header.getInt(at + 4), header.getLong(at + 8), header.getInt(at + 16));
  }

  static int checksum(byte[] bytes, int from, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, from, length);
    return (int) crc.getValue();
  }

  private static int headerChecksum(long logId, byte[] bytes, int at) {
    CRC32C crc = new CRC32C();
    crc.update(ByteBuffer.allocate(Long.BYTES).putLong(logId).flip());
    crc.update(bytes, at, RECORD_HEADER_BYTES - 4);
    return (int) crc.getValue();
  }
}
