package io.millrace.core.log;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;

/** Writes to the end of a segment through one buffer outside the heap. One thread at a time. */
final class SegmentWriter extends OutputStream {
  private static final int BUFFER_BYTES = 128 << 10;

  private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
  private LogDisk.File file;
  private long at;

  SegmentWriter(LogDisk.File file) {
    this.file = file;
  }

  /** Goes on in a file at a place; what was not flushed is forgotten. */
  void begin(LogDisk.File other, long from) {
    file = other;
    at = from;
    buffer.clear();
  }

  /** Where the next byte goes. */
  long position() {
    return at + buffer.position();
  }

  @Override
  public void write(int b) throws IOException {
    makeRoom();
    buffer.put((byte) b);
  }

  @Override
  public void write(byte[] bytes, int from, int length) throws IOException {
    int done = 0;
    while (done < length) {
      makeRoom();
      int part = Math.min(buffer.remaining(), length - done);
      buffer.put(bytes, from + done, part);
      done += part;
    }
  }

  @Override
  public void flush() throws IOException {
    buffer.flip();
    while (buffer.hasRemaining()) {
      at += file.write(buffer, at);
    }
    buffer.clear();
  }

  private void makeRoom() throws IOException {
    if (!buffer.hasRemaining()) {
      flush();
    }
  }
}
