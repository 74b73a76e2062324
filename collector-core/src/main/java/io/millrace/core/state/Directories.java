package io.millrace.core.state;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** What the JDK lacks for directories. */
final class Directories {

  private Directories() {}

  /** Makes the entry of a file that was just created or renamed survive a power failure. */
  static void force(Path file) throws IOException {
    Path directory = file.toAbsolutePath().getParent();
    if (directory == null || java.io.File.separatorChar == '\\') {
      return; // Windows cannot open directories, and does not need to.
    }
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  /** Deletes a directory and what is in it; what cannot be deleted stays. */
  static void deleteQuietly(Path directory) {
    try (Stream<Path> paths = Files.walk(directory)) {
      List<Path> deepestFirst = paths.sorted(Comparator.reverseOrder()).toList();
      for (Path path : deepestFirst) {
        Files.deleteIfExists(path);
      }
    } catch (IOException e) {
      // A temporary directory; the operating system cleans up what is left.
    }
  }
}
