package io.millrace.core.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** A directory of the file system. Thread-safe. */
public final class DirectoryDisk implements LogDisk {

  /** The JDK keeps a buffer of this size for each thread that reads. */
  private static final int MAX_READ_BYTES = 64 << 10;

  private final Path directory;
  private final boolean readOnly;

  private DirectoryDisk(Path directory, boolean readOnly) {
    this.directory = directory;
    this.readOnly = readOnly;
  }

  /** A directory that is made when absent. */
  public static DirectoryDisk of(Path directory) throws IOException {
    Files.createDirectories(directory);
    return new DirectoryDisk(directory, false);
  }

  /** A directory in which nothing is changed, whoever else writes to it. */
  public static DirectoryDisk readOnly(Path directory) {
    return new DirectoryDisk(directory, true);
  }

  @Override
  public List<String> list() throws IOException {
    List<String> names = new ArrayList<>();
    try (Stream<Path> files = Files.list(directory)) {
      files.forEach(file -> names.add(String.valueOf(file.getFileName())));
    }
    return names;
  }

  @Override
  public File open(String name, boolean fresh) throws IOException {
    Set<StandardOpenOption> options;
    if (readOnly) {
      options = Set.of(StandardOpenOption.READ);
    } else if (fresh) {
      options =
          Set.of(
              StandardOpenOption.CREATE,
              StandardOpenOption.TRUNCATE_EXISTING,
              StandardOpenOption.READ,
              StandardOpenOption.WRITE);
    } else {
      options = Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE);
    }
    return new ChannelFile(directory.resolve(name), options);
  }

  @Override
  public void delete(String name) throws IOException {
    Files.deleteIfExists(directory.resolve(name));
  }

  @Override
  public void force() throws IOException {
    if (java.io.File.separatorChar == '\\') {
      return; // Windows cannot open directories, and does not need to.
    }
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  @Override
  public String toString() {
    return directory.toString();
  }

  /**
   * A file that an interrupt of one of its users does not close for the others: the JDK closes the
   * channel, and it is opened again.
   */
  private static final class ChannelFile implements File {
    private final Path path;
    private final Set<StandardOpenOption> again;
    private FileChannel channel;
    private boolean closed;

    ChannelFile(Path path, Set<StandardOpenOption> options) throws IOException {
      this.path = path;
      this.channel = FileChannel.open(path, options);
      this.again =
          options.contains(StandardOpenOption.WRITE)
              ? Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE)
              : options;
    }

    @FunctionalInterface
    private interface Action {
      long on(FileChannel channel) throws IOException;
    }

    @Override
    public int read(ByteBuffer target, long at) throws IOException {
      int limit = target.limit();
      target.limit(Math.min(limit, target.position() + MAX_READ_BYTES));
      try {
        return (int) uninterrupted(open -> open.read(target, at));
      } finally {
        target.limit(limit);
      }
    }

    @Override
    public int write(ByteBuffer source, long at) throws IOException {
      return (int) uninterrupted(open -> open.write(source, at));
    }

    @Override
    public void force() throws IOException {
      uninterrupted(
          open -> {
            open.force(false);
            return 0;
          });
    }

    @Override
    public void truncate(long size) throws IOException {
      uninterrupted(open -> open.truncate(size).size());
    }

    @Override
    public long size() throws IOException {
      return uninterrupted(FileChannel::size);
    }

    @Override
    public synchronized void close() throws IOException {
      closed = true;
      channel.close();
    }

    private long uninterrupted(Action action) throws IOException {
      boolean interrupted = false;
      try {
        while (true) {
          interrupted |= Thread.interrupted();
          FileChannel open = current();
          try {
            return action.on(open);
          } catch (ClosedChannelException e) {
            openAgain(e);
          }
        }
      } finally {
        if (interrupted) {
          Thread.currentThread().interrupt();
        }
      }
    }

    private synchronized FileChannel current() {
      return channel;
    }

    private synchronized void openAgain(ClosedChannelException why) throws IOException {
      if (closed) {
        throw why;
      }
      if (!channel.isOpen()) {
        channel = FileChannel.open(path, again);
      }
    }
  }
}
