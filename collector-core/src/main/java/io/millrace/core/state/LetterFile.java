package io.millrace.core.state;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * The dead letters of one component, open for writing. One thread at a time.
 *
 * <p>While it is pinned somebody relies on where its lines are, and it is not tidied.
 */
final class LetterFile implements AutoCloseable {
  private final Path path;
  private LineFile lines;
  private int pins;
  private boolean detached;

  /** Bytes of letters that are on their way back, or done: they do not count as kept. */
  private long leavingBytes;

  private LetterFile(Path path, LineFile lines) {
    this.path = path;
    this.lines = lines;
  }

  static LetterFile open(Path path) throws IOException {
    return new LetterFile(path, LineFile.open(path));
  }

  Path path() {
    return path;
  }

  /** Whether nobody has moved the file away. */
  boolean isThere() {
    return Files.exists(path);
  }

  long leavingBytes() {
    return leavingBytes;
  }

  void leavingBytes(long bytes) {
    leavingBytes = bytes;
  }

  /** Appends letters durably, all or none. */
  void append(List<LetterLine> letters) throws IOException {
    lines.append(
        out -> {
          for (LetterLine letter : letters) {
            letter.writeTo(out);
          }
        },
        true);
  }

  /**
   * Notes where a letter is on its way; survives the process, and what follows a force also more.
   */
  void mark(StoredLetter letter, LetterState state) throws IOException {
    lines.overwrite(letter.offset() + LetterLine.STATE_AT, state.bytes());
    boolean left = letter.state() != LetterState.DEAD;
    boolean leaves = state != LetterState.DEAD;
    if (left != leaves) {
      leavingBytes += leaves ? letter.length() : -letter.length();
    }
  }

  void force() throws IOException {
    lines.force();
  }

  void pin() {
    pins++;
  }

  void unpin() throws IOException {
    pins--;
    if (detached && pins == 0) {
      lines.close();
    }
  }

  /** Closes the file once nobody relies on it: somebody has moved it away. */
  void detach() throws IOException {
    detached = true;
    if (pins == 0) {
      lines.close();
    }
  }

  /**
   * Takes out the letters that are done, unless the file is pinned.
   *
   * @return whether no letter is left, and the file is closed and gone
   */
  boolean tidy() throws IOException {
    if (pins > 0 || detached || !isThere()) {
      return false;
    }
    List<StoredLetter> kept = new ArrayList<>();
    LetterScan.<IOException>read(path, keeping(kept));
    long bytes = kept.stream().mapToLong(StoredLetter::length).sum();
    if (kept.isEmpty()) {
      lines.close();
      Files.deleteIfExists(path);
      Directories.force(path);
      return true;
    }
    if (bytes == lines.sizeBytes()) {
      return false;
    }
    Path fresh = path.resolveSibling(path.getFileName() + ".tmp");
    copy(kept, fresh);
    lines.close();
    Files.move(fresh, path, StandardCopyOption.ATOMIC_MOVE);
    Directories.force(path);
    lines = LineFile.open(path);
    leavingBytes =
        kept.stream()
            .filter(letter -> letter.state() == LetterState.BACK)
            .mapToLong(StoredLetter::length)
            .sum();
    return false;
  }

  @Override
  public void close() throws IOException {
    lines.close();
  }

  /** Lines that cannot be read are kept: somebody may still make sense of them. */
  private static LetterScan.Visitor<IOException> keeping(List<StoredLetter> kept) {
    return new LetterScan.Visitor<>() {
      @Override
      public void visit(StoredLetter letter, LetterScan.Content content) {
        kept.add(letter);
      }

      @Override
      public void unreadable(long offset, long length) {
        kept.add(StoredLetter.unreadable(offset, length));
      }
    };
  }

  private void copy(List<StoredLetter> kept, Path fresh) throws IOException {
    Files.deleteIfExists(fresh);
    try (FileChannel from = FileChannel.open(path, StandardOpenOption.READ);
        FileChannel to =
            FileChannel.open(fresh, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      for (StoredLetter letter : kept) {
        long at = letter.offset();
        long end = at + letter.length();
        while (at < end) {
          long copied = from.transferTo(at, end - at, to);
          if (copied <= 0) {
            throw new IOException("File of dead letters was cut short while it was tidied");
          }
          at += copied;
        }
      }
      to.force(true);
    } catch (IOException e) {
      Files.deleteIfExists(fresh);
      throw e;
    }
  }
}
