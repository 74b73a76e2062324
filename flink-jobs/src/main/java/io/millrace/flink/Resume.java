package io.millrace.flink;

import java.io.IOException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Optional;
import org.apache.flink.core.fs.FileStatus;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.fs.Path;
import org.jspecify.annotations.Nullable;

/** Finds the checkpoint to start from, for jobs that no cluster watches over. */
final class Resume {

  private static final String CHECKPOINT = "chk-";

  private Resume() {}

  /**
   * The checkpoint's path.
   *
   * @param resume {@code none}, {@code latest}, or the path itself
   * @param directory where checkpoints go, each job in a directory of its own
   * @return null to begin anew: when asked to, or when there is none yet
   * @throws UsageException when the directory cannot be read
   */
  static @Nullable String path(String resume, @Nullable String directory) throws UsageException {
    if (resume.equals("none")) {
      return null;
    }
    if (!resume.equals("latest") || directory == null) {
      return resume;
    }
    try {
      return latest(new Path(directory)).map(Path::toString).orElse(null);
    } catch (IOException | IllegalArgumentException e) {
      throw new UsageException("--checkpoint-dir: \"" + directory + "\" cannot be read: " + e);
    }
  }

  private static Optional<Path> latest(Path directory) throws IOException {
    FileSystem files = directory.getFileSystem();
    if (!files.exists(directory)) {
      return Optional.empty();
    }
    FileStatus newest = null;
    Path checkpoint = null;
    for (FileStatus job : files.listStatus(directory)) {
      for (FileStatus candidate : job.isDir() ? children(files, job) : new FileStatus[0]) {
        Path metadata = new Path(candidate.getPath(), "_metadata");
        if (!candidate.getPath().getName().startsWith(CHECKPOINT) || !files.exists(metadata)) {
          continue;
        }
        FileStatus status = files.getFileStatus(metadata);
        if (newest == null || status.getModificationTime() > newest.getModificationTime()) {
          newest = status;
          checkpoint = candidate.getPath();
        }
      }
    }
    return Optional.ofNullable(checkpoint);
  }

  /** In a stable order, so that equally old checkpoints do not toss a coin. */
  private static FileStatus[] children(FileSystem files, FileStatus job) throws IOException {
    FileStatus[] children = files.listStatus(job.getPath());
    Arrays.sort(children, Comparator.comparingLong((FileStatus child) -> number(child)).reversed());
    return children;
  }

  private static long number(FileStatus child) {
    String name = child.getPath().getName();
    try {
      return name.startsWith(CHECKPOINT)
          ? Long.parseLong(name.substring(CHECKPOINT.length()))
          : Long.MIN_VALUE;
    } catch (NumberFormatException e) {
      return Long.MIN_VALUE;
    }
  }
}
