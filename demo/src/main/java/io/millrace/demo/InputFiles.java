package io.millrace.demo;

import io.millrace.demo.ledger.LedgerPlan.InputFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
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

/**
 * The files that globs name, and the siblings they may have been renamed to. Holds them open, so
 * that no later file gets the inode of one that is deleted. One thread at a time.
 */
final class InputFiles implements AutoCloseable {
  private static final int MAX_ATTEMPTS = 20;

  private final Map<String, InputFile> files = new LinkedHashMap<>();
  private final List<FileChannel> open = new ArrayList<>();

  private InputFiles() {}

  /** A glob as an absolute one. */
  static String absolute(String glob) {
    return Path.of("").toAbsolutePath().resolve(glob).normalize().toString();
  }

  /**
   * Finds the files as they are now, each once, those that may be read.
   *
   * @param globs absolute ones
   */
  static InputFiles find(List<String> globs) throws IOException {
    InputFiles found = new InputFiles();
    try {
      for (String glob : globs) {
        found.addMatches(glob);
      }
      return found;
    } catch (IOException e) {
      found.close();
      throw e;
    }
  }

  List<InputFile> all() {
    return List.copyOf(files.values());
  }

  @Override
  public void close() throws IOException {
    for (FileChannel channel : open) {
      channel.close();
    }
  }

  /** Looks again when a file was moved in between: it is in the next list under its new name. */
  private void addMatches(String glob) throws IOException {
    PathMatcher matcher = FileSystems.getDefault().getPathMatcher("glob:" + glob);
    for (int attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
      try {
        boolean moved = false;
        for (Path path : around(glob)) {
          moved |= !add(path, matcher.matches(path));
        }
        if (!moved) {
          return;
        }
      } catch (NoSuchFileException e) {
        // Look again.
      }
    }
    throw new IOException(glob + ": its files are renamed faster than they are listed");
  }

  /** Returns false when another file came to stand there meanwhile. */
  private boolean add(Path path, boolean required) throws IOException {
    InputFile file = InputFile.of(path, required);
    open.add(FileChannel.open(path));
    if (!file.isAt(path)) {
      return false;
    }
    files.merge(file.key(), file, (a, b) -> a.required() ? a : b);
    return true;
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
      return paths.filter(Files::isRegularFile).filter(Files::isReadable).sorted().toList();
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }
}
