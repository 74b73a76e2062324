package io.millrace.benchmarks.fault.traffic;

import io.millrace.benchmarks.fault.ledger.Obligations;
import io.millrace.benchmarks.fault.ledger.Piece;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.SplittableRandom;

/**
 * A log file that is written to, and rotated in every way. Records begin with a piece at the start
 * of a line; further pieces follow on the same line, and on lines that begin with a tab. What is
 * written is owed. Thread-safe.
 */
public final class LogFile implements AutoCloseable {
  private static final int MAX_INODE_ATTEMPTS = 1000;

  private final Path path;
  private final Path copies;
  private final String source;
  private final Obligations obligations;
  private final boolean plain;
  private final SplittableRandom random;
  private final Words words;
  private FileChannel channel;
  private int next;
  private int rotations;

  /**
   * Opens a new file.
   *
   * @param copies a folder of the same file system for what is copied away
   * @param source the name of its pieces
   * @param plain whether every record is one piece
   */
  public LogFile(Path path, Path copies, String source, Obligations obligations, boolean plain)
      throws IOException {
    this.path = path;
    this.copies = Files.createDirectories(copies);
    this.source = source;
    this.obligations = obligations;
    this.plain = plain;
    this.random = new SplittableRandom(source.hashCode());
    this.words = new Words(random.split());
    this.channel = open();
  }

  public String source() {
    return source;
  }

  /** The name under which it is written, without its folder. */
  public String name() {
    return path.getFileName().toString();
  }

  /** Writes some records at once. */
  public synchronized void write(int records) throws IOException {
    StringBuilder text = new StringBuilder();
    int from = next;
    for (int i = 0; i < records; i++) {
      append(text);
      if (!plain) {
        for (int more = random.nextInt(8); more >= 6; more--) {
          append(text.append(more == 6 ? " " : "\n\t"));
        }
      }
      text.append('\n');
    }
    write(text, from);
  }

  /**
   * Writes the beginning of a record, waits until the receiver must have taken it for all there is,
   * and writes the rest.
   */
  public synchronized void writeInTwo(boolean withinLine, Duration pause)
      throws IOException, InterruptedException {
    StringBuilder text = new StringBuilder();
    int from = next;
    append(text);
    if (!withinLine) {
      text.append('\n');
    }
    write(text, from);
    Thread.sleep(pause);
    text.setLength(0);
    from = next;
    append(text.append(withinLine ? ' ' : '\t'));
    append(text.append("\n\t"));
    write(text.append('\n'), from);
  }

  /** Renames the file and begins a new one; returns the new name of the old one. */
  public synchronized String rename() throws IOException {
    rotations++;
    Path renamed = path.resolveSibling(name() + "." + rotations);
    Files.move(path, renamed);
    channel.close();
    channel = open();
    return renamed.getFileName().toString();
  }

  /**
   * Waits until all that stands in the file has been delivered, copies it away, truncates it, and
   * writes on at its beginning.
   *
   * @return whether it was delivered in time; nothing was done otherwise
   */
  public synchronized boolean copyAndTruncate(Delivered delivered)
      throws IOException, InterruptedException {
    if (!delivered.await(source)) {
      return false;
    }
    rotations++;
    Files.copy(path, copies.resolve(name() + "." + rotations));
    channel.truncate(0);
    return true;
  }

  /**
   * Waits until all that stands in the file has been delivered, and replaces it in place by other
   * content that is as long or longer.
   *
   * @return whether it was delivered in time; nothing was done otherwise
   */
  public synchronized boolean truncateAndOutgrow(Delivered delivered)
      throws IOException, InterruptedException {
    if (!delivered.await(source)) {
      return false;
    }
    long size = channel.size();
    channel.truncate(0);
    while (channel.size() < size) {
      write(50);
    }
    return true;
  }

  /**
   * Waits until all that stands in the file has been delivered, stops who reads it, and deletes the
   * file and makes one of the same name, again and again until it has the same inode.
   *
   * @return what became of it, in words
   */
  public synchronized String reuseInode(Delivered delivered, Downtime downtime)
      throws IOException, InterruptedException {
    if (!delivered.await(source)) {
      return "not done: what it holds was not delivered in time";
    }
    Object inode = Files.getAttribute(path, "unix:ino");
    channel.close();
    downtime.during(() -> deleteUntil(inode));
    channel = open();
    write(1);
    return Files.getAttribute(path, "unix:ino").equals(inode)
        ? "inode " + inode + " again"
        : "the file system gave another inode each time";
  }

  private void deleteUntil(Object inode) throws IOException {
    for (int attempt = 0; attempt < MAX_INODE_ATTEMPTS; attempt++) {
      Files.delete(path);
      Files.createFile(path);
      if (Files.getAttribute(path, "unix:ino").equals(inode)) {
        return;
      }
    }
  }

  @Override
  public synchronized void close() throws IOException {
    channel.close();
  }

  private void append(StringBuilder text) {
    Instant now = Instant.now();
    text.append(new Piece(source, next, words.payload(now)).text());
    obligations.happened(source, now);
    next++;
  }

  private void write(CharSequence text, int from) throws IOException {
    ByteBuffer bytes = StandardCharsets.UTF_8.encode(text.toString());
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
    obligations.owe(source, from, next);
  }

  private FileChannel open() throws IOException {
    return FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }

  /** Whether all there is of a source has been delivered; waits, but not for ever. */
  @FunctionalInterface
  public interface Delivered {
    /** Waits. */
    boolean await(String source) throws IOException, InterruptedException;
  }

  /** Does something while nobody reads the file. */
  @FunctionalInterface
  public interface Downtime {
    /** Does it. */
    void during(Task task) throws IOException;
  }

  /** Something to do. */
  @FunctionalInterface
  public interface Task {
    /** Does it. */
    void run() throws IOException;
  }
}
