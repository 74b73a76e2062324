package io.millrace.receiver.filelog;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/** A worker's buffer: a window of a file. One thread at a time. */
final class ReadBuffer {
  private static final int SMALL_BYTES = 256 << 10;

  /** Of one read: Java keeps memory outside the heap of that size for every thread that reads. */
  private static final int READ_BYTES = 64 << 10;

  private byte[] bytes = new byte[SMALL_BYTES];
  private ByteBuffer view = ByteBuffer.wrap(bytes);
  private int length;

  /** The window's bytes; valid up to {@link #length}. */
  byte[] bytes() {
    return bytes;
  }

  int length() {
    return length;
  }

  /** Whether more of the file may be behind the window. */
  boolean isFull() {
    return length == bytes.length;
  }

  /** Fills the window from a place in the file on; stops at the file's end. */
  void read(FileChannel channel, long from) throws IOException {
    length = 0;
    while (length < bytes.length) {
      view.limit(Math.min(bytes.length, length + READ_BYTES)).position(length);
      int read = channel.read(view, from + length);
      if (read < 0) {
        break;
      }
      length += read;
    }
  }

  /** Makes room for twice as much; what was read is gone. */
  void grow() {
    allocate(Math.multiplyExact(bytes.length, 2));
  }

  /** Gives back what an unusually long record needed. */
  void shrink() {
    if (bytes.length > SMALL_BYTES) {
      allocate(SMALL_BYTES);
    }
  }

  private void allocate(int capacity) {
    bytes = new byte[capacity];
    view = ByteBuffer.wrap(bytes);
    length = 0;
  }
}
