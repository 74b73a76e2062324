package io.millrace.core.state;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Reads a file of dead letters from its beginning, while others append to it, with a bounded amount
 * of memory. One thread at a time. What stands behind the last line end is being written, or was
 * cut short by a crash, and is left out.
 *
 * @param <X> what the visitor throws
 */
public final class LetterScan<X extends Exception> {
  private static final int HEAD_BYTES = 64 << 10;

  private final Visitor<X> visitor;
  private final byte[] head = new byte[HEAD_BYTES];
  private int headLength;
  private long lineStart;
  private long position;

  /**
   * Is given each letter in order.
   *
   * @param <X> what it throws
   */
  public interface Visitor<X extends Exception> {
    void visit(StoredLetter letter, Content content) throws IOException, X;

    /** Is told of a line that is no letter. */
    default void unreadable(long offset, long length) throws IOException, X {}
  }

  /** Reads what the letter holds that was visited last. */
  @FunctionalInterface
  public interface Content {
    LetterContent read() throws IOException;
  }

  private LetterScan(Visitor<X> visitor) {
    this.visitor = visitor;
  }

  /** Visits every letter that is not done; nothing when the file is not there. */
  public static <X extends Exception> void read(Path file, Visitor<X> visitor)
      throws IOException, X {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      new LetterScan<>(visitor).run(channel);
    } catch (NoSuchFileException e) {
      // Somebody moved it away, or everything in it is done.
    }
  }

  private void run(FileChannel channel) throws IOException, X {
    byte[] chunk = new byte[HEAD_BYTES];
    InputStream in = Channels.newInputStream(channel);
    while (true) {
      channel.position(position);
      int read = in.read(chunk);
      if (read <= 0) {
        return;
      }
      int from = 0;
      for (int i = 0; i < read; i++) {
        if (chunk[i] == '\n') {
          keep(chunk, from, i);
          long next = position + i + 1;
          line(channel, next - lineStart);
          lineStart = next;
          headLength = 0;
          from = i + 1;
        }
      }
      keep(chunk, from, read);
      position += read;
    }
  }

  private void keep(byte[] chunk, int from, int to) {
    int length = Math.min(to - from, head.length - headLength);
    System.arraycopy(chunk, from, head, headLength, length);
    headLength += length;
  }

  private void line(FileChannel channel, long length) throws IOException, X {
    StoredLetter letter;
    try {
      letter = StoredLetter.read(lineStart, length, head, headLength);
    } catch (IOException e) {
      visitor.unreadable(lineStart, length);
      return;
    }
    if (letter.state() != LetterState.DONE) {
      visitor.visit(letter, () -> LetterContent.read(line(channel, letter)));
    }
  }

  private static byte[] line(FileChannel channel, StoredLetter letter) throws IOException {
    ByteBuffer line = ByteBuffer.allocate(Math.toIntExact(letter.length()));
    while (line.hasRemaining() && channel.read(line, letter.offset() + line.position()) >= 0) {}
    if (line.hasRemaining()) {
      throw new IOException("File of dead letters was cut short while it was read");
    }
    return line.array();
  }
}
