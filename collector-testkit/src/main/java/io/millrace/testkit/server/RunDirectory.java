package io.millrace.testkit.server;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * A directory for one run of a program: deleted on {@link #close}, and when the program was killed,
 * by the next one that creates a directory of the same base and prefix. The owner holds a lock on a
 * file beside the directory, {@code <prefix>-<process id>-<number>.lock}; the system drops the lock
 * when the owner dies. Thread-safe.
 */
public final class RunDirectory implements AutoCloseable {
  private static final String LOCK_SUFFIX = ".lock";
  private static final long OWN_PID = ProcessHandle.current().pid();

  private final Path path;
  private final Path lockFile;
  private final FileChannel lock;

  private RunDirectory(Path path, Path lockFile, FileChannel lock) {
    this.path = path;
    this.lockFile = lockFile;
    this.lock = lock;
  }

  /** A directory under {@code java.io.tmpdir}. */
  public static RunDirectory create(String prefix) throws IOException {
    return create(Path.of(System.getProperty("java.io.tmpdir", "/tmp")), prefix);
  }

  /**
   * Deletes what dead owners left, and makes a new directory.
   *
   * @param base the folder it stands in; made when absent
   * @param prefix what its name begins with
   */
  public static RunDirectory create(Path base, String prefix) throws IOException {
    Path folder = Files.createDirectories(base.toAbsolutePath().normalize());
    removeLeftovers(folder, prefix + "-");
    while (true) {
      int number = ThreadLocalRandom.current().nextInt();
      Path path = folder.resolve(prefix + "-" + OWN_PID + "-" + HexFormat.of().toHexDigits(number));
      Path lockFile = folder.resolve(path.getFileName() + LOCK_SUFFIX);
      FileChannel channel = lockNew(lockFile);
      if (channel != null) {
        Files.createDirectory(path);
        return new RunDirectory(path, lockFile, channel);
      }
    }
  }

  public Path path() {
    return path;
  }

  /** Deletes the directory; what cannot be deleted now is left to the next run. */
  @Override
  public void close() throws IOException {
    if (!lock.isOpen()) {
      return;
    }
    try {
      deleteAll(path);
      Files.deleteIfExists(lockFile);
    } finally {
      lock.close();
    }
  }

  /** Deletes a file or a folder with all in it; follows no links; absent is fine. */
  public static void deleteAll(Path path) throws IOException {
    if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    Files.walkFileTree(
        path,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.deleteIfExists(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
            // Vanished meanwhile, which is what was wanted.
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException e)
              throws IOException {
            Files.deleteIfExists(folder);
            return FileVisitResult.CONTINUE;
          }
        });
  }

  private static @Nullable FileChannel lockNew(Path lockFile) throws IOException {
    FileChannel channel =
        FileChannel.open(lockFile, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    FileLock held = tryLock(channel);
    if (held == null || !Files.exists(lockFile)) {
      // Somebody who looked for leftovers was faster and has removed the file.
      channel.close();
      return null;
    }
    return channel;
  }

  private static void removeLeftovers(Path folder, String prefix) throws IOException {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, prefix + "*.lock")) {
      for (Path lockFile : files) {
        removeLeftover(lockFile);
      }
    }
  }

  private static void removeLeftover(Path lockFile) {
    String name = lockFile.getFileName().toString();
    if (isOwn(lockFile, name)) {
      return;
    }
    Path path = lockFile.resolveSibling(name.substring(0, name.length() - LOCK_SUFFIX.length()));
    try (FileChannel channel = FileChannel.open(lockFile, StandardOpenOption.WRITE)) {
      if (tryLock(channel) != null) {
        deleteAll(path);
        Files.deleteIfExists(lockFile);
      }
    } catch (IOException e) {
      // Another user's, or its last process is just ending: a later run removes it.
    }
  }

  /** Whether this JVM holds the lock. To open and close its file would drop it. */
  private static boolean isOwn(Path lockFile, String name) {
    if (!name.contains("-" + OWN_PID + "-")) {
      return false;
    }
    Instant started = ProcessHandle.current().info().startInstant().orElse(Instant.MIN);
    try {
      return !Files.getLastModifiedTime(lockFile).toInstant().isBefore(started);
    } catch (IOException e) {
      return true;
    }
  }

  private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException e) {
      return null;
    }
  }
}
