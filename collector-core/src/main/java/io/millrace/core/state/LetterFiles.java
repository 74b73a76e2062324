package io.millrace.core.state;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Where dead letters are in a state directory. */
final class LetterFiles {
  static final String SUFFIX = ".jsonl";

  private LetterFiles() {}

  /** The directory of the letters, one file for each component. */
  static Path directory(Path state) {
    return state.resolve("dead-letters");
  }

  /** The directory of what strangers sent, of which only samples are kept. */
  static Path samples(Path state) {
    return directory(state).resolve("samples");
  }

  /** The directory of the requests to replay. */
  static Path requests(Path state) {
    return directory(state).resolve("replay");
  }

  /**
   * The files of letters in a directory, in the order of their names; none when it is not there.
   */
  static List<Path> in(Path directory) throws IOException {
    if (!Files.isDirectory(directory)) {
      return List.of();
    }
    try (Stream<Path> paths = Files.list(directory)) {
      return paths
          .filter(path -> path.toString().endsWith(SUFFIX) && Files.isRegularFile(path))
          .sorted()
          .toList();
    }
  }

  /** The length of a file; 0 when somebody moved it away. */
  static long size(Path file) throws IOException {
    try {
      return Files.size(file);
    } catch (NoSuchFileException e) {
      return 0;
    }
  }
}
