package io.millrace.core.log;

import java.io.IOException;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import org.jspecify.annotations.Nullable;

/**
 * Where a reader goes on after a restart. One thread at a time.
 *
 * <p>The file is named {@code <reader, URL-encoded>.position} and has two places, at 0 and at 512.
 * One is written until it is forced, then the other, so that a write that tears leaves the place
 * that was forced before:
 *
 * <pre>
 *  0  4  4D 52 50 4F
 *  4  2  version: 1
 *  6  2  0
 *  8  8  id of the log
 * 16  8  turn; the higher one counts
 * 24  8  sequence of the first record that is not delivered
 * 32  4  CRC32C of bytes 0 to 31
 * </pre>
 */
final class PositionFile implements AutoCloseable {
  private static final int MAGIC = 0x4D52504F;
  private static final short VERSION = 1;
  private static final int PLACE_BYTES = 36;
  private static final int SECOND_AT = 512;
  private static final String SUFFIX = ".position";

  private final LogDisk disk;
  private final String name;
  private LogDisk.@Nullable File file;
  private long turn;
  private long forcedAt = SECOND_AT;
  private long writtenAt = SECOND_AT;

  /**
   * What a file says.
   *
   * @param logId the log it belongs to
   * @param turn how often it was written
   * @param at the place
   * @param sequence the first that is not delivered
   */
  record Position(long logId, long turn, long sequence, long at) {}

  private PositionFile(LogDisk disk, String name) {
    this.disk = disk;
    this.name = name;
  }

  /** The file of a reader, whether it is there or not. */
  static PositionFile of(LogDisk disk, String reader) {
    return new PositionFile(disk, fileName(reader));
  }

  static String fileName(String reader) {
    return URLEncoder.encode(reader, StandardCharsets.UTF_8) + SUFFIX;
  }

  /** The reader of a file; null when the name is no position's. */
  static @Nullable String reader(String fileName) {
    return fileName.endsWith(SUFFIX)
        ? URLDecoder.decode(
            fileName.substring(0, fileName.length() - SUFFIX.length()), StandardCharsets.UTF_8)
        : null;
  }

  /** Reads a file without keeping it open; null when there is none or nothing in it holds. */
  static @Nullable Position read(LogDisk disk, String fileName) throws IOException {
    try (LogDisk.File opened = disk.open(fileName, false)) {
      return read(opened);
    } catch (NoSuchFileException e) {
      return null;
    }
  }

  /** Opens the file if it is there; null when there is none or nothing in it holds. */
  @Nullable Position load() throws IOException {
    try {
      LogDisk.File opened = disk.open(name, false);
      file = opened;
      Position position = read(opened);
      turn = position == null ? 0 : position.turn();
      forcedAt = position == null ? SECOND_AT : position.at();
      writtenAt = forcedAt;
      return position;
    } catch (NoSuchFileException e) {
      return null;
    }
  }

  /** Writes a position; it survives the process, and a power failure once forced. */
  void write(long logId, long sequence) throws IOException {
    LogDisk.File opened = file;
    if (opened == null) {
      opened = disk.open(name, true);
      file = opened;
    }
    ByteBuffer place = ByteBuffer.allocate(PLACE_BYTES);
    place
        .putInt(MAGIC)
        .putShort(VERSION)
        .putShort((short) 0)
        .putLong(logId)
        .putLong(turn + 1)
        .putLong(sequence);
    place.putInt(LogFormat.checksum(place.array(), 0, place.position())).flip();
    writtenAt = forcedAt == 0 ? SECOND_AT : 0;
    long at = writtenAt;
    while (place.hasRemaining()) {
      at += opened.write(place, at);
    }
    turn++;
  }

  void force() throws IOException {
    if (file != null) {
      file.force();
      forcedAt = writtenAt;
    }
  }

  @Override
  public void close() throws IOException {
    if (file != null) {
      file.close();
      file = null;
    }
  }

  private static @Nullable Position read(LogDisk.File file) throws IOException {
    byte[] bytes = new byte[SECOND_AT + PLACE_BYTES];
    int length = RecordScanner.read(file, ByteBuffer.wrap(bytes), 0);
    Position first = place(bytes, 0, length);
    Position second = place(bytes, SECOND_AT, length);
    if (first == null || second == null) {
      return first == null ? second : first;
    }
    return first.turn() > second.turn() ? first : second;
  }

  private static @Nullable Position place(byte[] bytes, int at, int length) {
    if (length < at + PLACE_BYTES) {
      return null;
    }
    ByteBuffer in = ByteBuffer.wrap(bytes);
    boolean valid =
        in.getInt(at) == MAGIC
            && in.getShort(at + 4) == VERSION
            && in.getInt(at + 32) == LogFormat.checksum(bytes, at, 32);
    return valid
        ? new Position(in.getLong(at + 8), in.getLong(at + 16), in.getLong(at + 24), at)
        : null;
  }
}
