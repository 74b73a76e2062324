package io.millrace.receiver.filelog;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Knows a life of a file by its first bytes and by the bytes before the place where reading goes
 * on, and so sees when the file has become another one. One thread at a time.
 *
 * <p>Both are compared after the bytes to be used were read: what was read before a truncation is
 * then never taken for what came after it.
 */
final class Window {
  static final int MARKER_BYTES = 256;

  private final int prefixBytes;
  private byte[] prefix = new byte[0];
  private byte[] marker = new byte[0];

  /**
   * Makes a window that knows nothing yet.
   *
   * @param prefixBytes how many first bytes to know
   */
  Window(int prefixBytes) {
    this.prefixBytes = prefixBytes;
  }

  /** What is known of the first bytes. */
  Fingerprint prefix() {
    return Fingerprint.of(prefix, 0, prefix.length);
  }

  int prefixLength() {
    return prefix.length;
  }

  int markerLength() {
    return marker.length;
  }

  /** Forgets everything: another life begins. */
  void reset() {
    prefix = new byte[0];
    marker = new byte[0];
  }

  /**
   * Takes over a stored life.
   *
   * @return whether the file is still the one that was stored
   */
  boolean resume(FileChannel channel, StreamState state) throws IOException {
    byte[] first = read(channel, 0, state.prefix().length());
    if (first == null || !state.prefix().fits(first, 0, first.length)) {
      return false;
    }
    prefix = Arrays.copyOf(first, Math.min(first.length, prefixBytes));
    long last = state.boundaries().isEmpty() ? 0 : state.boundaries().getLast();
    byte[] before =
        read(channel, state.position() - state.marker().length(), state.marker().length());
    if (channel.size() < Math.max(state.position(), last)
        || before == null
        || !state.marker().fits(before, 0, before.length)) {
      return false;
    }
    marker = before;
    return true;
  }

  /** Whether the first bytes are still the known ones; learns more of them as the file grows. */
  boolean prefixHolds(FileChannel channel) throws IOException {
    ByteBuffer found = ByteBuffer.allocate(prefixBytes);
    while (found.hasRemaining() && channel.read(found, found.position()) >= 0) {}
    int length = found.position();
    if (length < prefix.length
        || !Arrays.equals(found.array(), 0, prefix.length, prefix, 0, prefix.length)) {
      return false;
    }
    if (length > prefix.length) {
      prefix = Arrays.copyOf(found.array(), length);
    }
    return true;
  }

  /** Whether a buffer that was read from the marker's place on begins with it. */
  boolean markerHolds(byte[] bytes, int length) {
    return length >= marker.length
        && Arrays.equals(bytes, 0, marker.length, marker, 0, marker.length);
  }

  /** Remembers the bytes before an index of a buffer, which is where reading goes on. */
  void mark(byte[] bytes, int index) {
    marker = Arrays.copyOfRange(bytes, Math.max(0, index - MARKER_BYTES), index);
  }

  /** Remembers the bytes before a place in the file, as far as it reaches there. */
  void markAt(FileChannel channel, long position) throws IOException {
    int length = (int) Math.min(MARKER_BYTES, position);
    byte[] before = read(channel, position - length, length);
    marker = before == null ? new byte[0] : before;
  }

  /** What is known of the bytes before the place where reading goes on. */
  Fingerprint marker() {
    return Fingerprint.of(marker, 0, marker.length);
  }

  private static byte @Nullable [] read(FileChannel channel, long from, int length)
      throws IOException {
    if (from < 0) {
      return null;
    }
    ByteBuffer found = ByteBuffer.allocate(length);
    while (found.hasRemaining()) {
      if (channel.read(found, from + found.position()) < 0) {
        return null;
      }
    }
    return found.array();
  }
}
