package io.millrace.core.state;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A file of lines that are appended whole or not at all: a line that a crash cut short goes when
 * the file is opened again. One thread at a time.
 */
final class LineFile implements AutoCloseable {
  private static final int SCAN_BYTES = 64 << 10;

  private final FileChannel channel;
  private long end;

  private LineFile(FileChannel channel) {
    this.channel = channel;
  }

  static LineFile open(Path file) throws IOException {
    FileChannel channel =
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    LineFile lines = new LineFile(channel);
    try {
      lines.end = lines.endOfLastLine();
      channel.truncate(lines.end);
      Directories.force(file);
      return lines;
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  long sizeBytes() {
    return end;
  }

  /**
   * Appends whole lines.
   *
   * @param force whether they survive a power failure when this returns
   * @throws IOException when nothing was appended
   */
  void append(byte[] lines, boolean force) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(lines);
    long at = end;
    try {
      while (bytes.hasRemaining()) {
        at += channel.write(bytes, at);
      }
      if (force) {
        channel.force(false);
      }
    } catch (IOException e) {
      try {
        channel.truncate(end);
      } catch (IOException second) {
        // What was written lies behind the end and is overwritten by the next append.
        e.addSuppressed(second);
      }
      throw e;
    }
    end = at;
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }

  private long endOfLastLine() throws IOException {
    long to = channel.size();
    ByteBuffer window = ByteBuffer.allocate(SCAN_BYTES);
    while (to > 0) {
      long from = Math.max(0, to - SCAN_BYTES);
      window.clear().limit((int) (to - from));
      while (window.hasRemaining() && channel.read(window, from + window.position()) >= 0) {}
      for (int i = window.position() - 1; i >= 0; i--) {
        if (window.get(i) == '\n') {
          return from + i + 1;
        }
      }
      to = from;
    }
    return 0;
  }
}
