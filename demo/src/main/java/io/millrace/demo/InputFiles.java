package io.millrace.demo;

import io.millrace.demo.ledger.LedgerPlan.InputFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Finds the files that globs name, and the siblings they may have been renamed to. */
final class InputFiles {
  private static final int MAX_ATTEMPTS = 20;

  private InputFiles() {}

  /** A glob as an absolute one. */
  static String absolute(String glob) {
    return Path.of("").toAbsolutePath().resolve(glob).normalize().toString();
  }

  /**
   * The files as they are now, each once.
   *
   * @param globs absolute ones
   */
  static List<InputFile> find(List<String> globs) throws IOException {
    Map<String, InputFile> files = new LinkedHashMap<>();
    for (String glob : globs) {
      for (InputFile file : matches(glob)) {
        files.merge(file.key(), file, (a, b) -> a.required() ? a : b);
      }
    }
    return List.copyOf(files.values());
  }

  /** Looks again when a file was moved in between: it is in the next list under its new name. */
  private static List<InputFile> matches(String glob) throws IOException {
    for (int attempt = 1; ; attempt++) {
      try {
        PathMatcher matcher = FileSystems.getDefault().getPathMatcher("glob:" + glob);
        List<InputFile> files = new ArrayList<>();
        for (Path path : around(glob)) {
          files.add(InputFile.of(path, matcher.matches(path)));
        }
        return files;
      } catch (NoSuchFileException e) {
        if (attempt == MAX_ATTEMPTS) {
          throw new IOException(glob + ": its files are renamed faster than they are listed", e);
        }
      }
    }
  }

  /** All files below the part of a glob that has no wildcard. */
  private static List<Path> around(String glob) throws IOException {
    int wildcard = glob.length();
    for (char c : "*?[{".toCharArray()) {
      int at = glob.indexOf(c);
      wildcard = at < 0 ? wildcard : Math.min(wildcard, at);
    }
    Path base = Path.of(glob.substring(0, glob.lastIndexOf('/', wildcard) + 1));
    if (!Files.isDirectory(base)) {
      return List.of();
    }
    int depth =
        glob.contains("**")
            ? Integer.MAX_VALUE
            : (int) glob.substring(wildcard).chars().filter(c -> c == '/').count() + 1;
    try (Stream<Path> paths = Files.walk(base, depth)) {
      return paths.filter(Files::isRegularFile).sorted().toList();
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }
}
