package io.millrace.core.state;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
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
  private boolean torn;

  /** Writes whole lines. */
  @FunctionalInterface
  interface Lines {
    void writeTo(OutputStream out) throws IOException;
  }

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

  /** Appends whole lines; see {@link #append(Lines, boolean)}. */
  void append(byte[] lines, boolean force) throws IOException {
    append(out -> out.write(lines), force);
  }

  /**
   * Appends whole lines.
   *
   * @param force whether they survive a power failure when this returns
   * @throws IOException when nothing was appended
   */
  void append(Lines lines, boolean force) throws IOException {
    if (torn) {
      channel.truncate(end);
      torn = false;
    }
    Appender appender = new Appender();
    try {
      OutputStream out = new BufferedOutputStream(appender, SCAN_BYTES);
      lines.writeTo(out);
      out.flush();
      if (force) {
        channel.force(false);
      }
    } catch (IOException | RuntimeException e) {
      takeBack(e);
      throw e;
    }
    end = appender.at;
  }

  /**
   * Writes over bytes of a line.
   *
   * @param at where, counted from the beginning of the file
   */
  void overwrite(long at, byte[] bytes) throws IOException {
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    while (buffer.hasRemaining()) {
      channel.write(buffer, at + buffer.position());
    }
  }

  /** Makes everything survive a power failure. */
  void force() throws IOException {
    channel.force(false);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }

  private void takeBack(Exception cause) {
    torn = true;
    try {
      channel.truncate(end);
      torn = false;
    } catch (IOException e) {
      // Tried again before the next line, which must not stand in front of a part of this one.
      cause.addSuppressed(e);
    }
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

  /** Writes behind the last line. */
  private final class Appender extends OutputStream {
    private long at = end;

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
      ByteBuffer buffer = ByteBuffer.wrap(bytes, from, length);
      while (buffer.hasRemaining()) {
        at += channel.write(buffer, at);
      }
    }
  }
}
