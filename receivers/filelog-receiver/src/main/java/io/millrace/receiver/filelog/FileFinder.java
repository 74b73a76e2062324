package io.millrace.receiver.filelog;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Finds the files that the patterns match. One thread at a time.
 *
 * <p>Looking again costs one stat per directory and file: a directory is listed anew only when it
 * has changed since it was listed, or had changed shortly before, since a file system's clock may
 * tick slower than directories change.
 */
final class FileFinder {
  private static final long SETTLED_MILLIS = 2_000;
  private static final int MAX_DEPTH = 64;

  private final List<GlobPattern> include;
  private final List<GlobPattern> exclude;
  private final Duration excludeOlderThan;
  private final BiConsumer<Path, IOException> unreadable;
  private final Map<Path, Listing> listings = new HashMap<>();
  private long round;

  /**
   * Makes a finder.
   *
   * @param excludeOlderThan age of the last change above which a file is left out; 0 for never
   * @param unreadable is told of directories and files that cannot be looked at
   */
  FileFinder(
      List<String> include,
      List<String> exclude,
      Duration excludeOlderThan,
      BiConsumer<Path, IOException> unreadable) {
    this.include = parse(include);
    this.exclude = parse(exclude);
    this.excludeOlderThan = excludeOlderThan;
    this.unreadable = unreadable;
  }

  /**
   * The files that match now, by path, with what the file system says about them; links are
   * followed.
   *
   * @param nowMillis the clock, milliseconds since 1970
   */
  Map<Path, BasicFileAttributes> find(long nowMillis) {
    round++;
    Map<Path, BasicFileAttributes> found = new TreeMap<>();
    for (GlobPattern pattern : include) {
      Path start = Path.of(pattern.absolute() ? "/" : "");
      walk(start, pattern.parts(), 0, 0, nowMillis, found);
    }
    listings.values().removeIf(listing -> listing.usedInRound != round);
    return found;
  }

  private void walk(
      Path at,
      List<GlobPattern.Part> parts,
      int part,
      int depth,
      long nowMillis,
      Map<Path, BasicFileAttributes> found) {
    if (part == parts.size() || depth > MAX_DEPTH) {
      return;
    }
    GlobPattern.Part next = parts.get(part);
    boolean last = part == parts.size() - 1;
    if (next.isLiteral()) {
      Path child = at.resolve(next.literal());
      if (last) {
        take(child, nowMillis, found);
      } else {
        walk(child, parts, part + 1, depth + 1, nowMillis, found);
      }
      return;
    }
    Listing listing = list(at, nowMillis);
    if (listing == null) {
      return;
    }
    if (next.anyDepth()) {
      // No directory at all, then one deeper with the same part.
      if (!last) {
        walk(at, parts, part + 1, depth, nowMillis, found);
      }
      for (Path directory : listing.directories) {
        if (!listing.loops.contains(directory)) {
          walk(directory, parts, part, depth + 1, nowMillis, found);
        }
      }
      if (last) {
        listing.files.forEach(file -> take(file, nowMillis, found));
      }
      return;
    }
    for (Path child : last ? listing.files : listing.directories) {
      if (next.matches(String.valueOf(child.getFileName()))) {
        if (last) {
          take(child, nowMillis, found);
        } else {
          walk(child, parts, part + 1, depth + 1, nowMillis, found);
        }
      }
    }
  }

  private void take(Path file, long nowMillis, Map<Path, BasicFileAttributes> found) {
    if (found.containsKey(file) || excluded(file)) {
      return;
    }
    try {
      BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
      if (attributes.isRegularFile() && recent(attributes, nowMillis)) {
        found.put(file, attributes);
      }
    } catch (NoSuchFileException e) {
      // Removed since it was listed, or not there yet.
      return;
    } catch (IOException e) {
      unreadable.accept(file, e);
    }
  }

  private boolean recent(BasicFileAttributes attributes, long nowMillis) {
    return excludeOlderThan.isZero()
        || nowMillis - attributes.lastModifiedTime().toMillis() <= excludeOlderThan.toMillis();
  }

  private boolean excluded(Path file) {
    if (exclude.isEmpty()) {
      return false;
    }
    String path = file.toString();
    for (GlobPattern pattern : exclude) {
      if (pattern.matches(path)) {
        return true;
      }
    }
    return false;
  }

  private @Nullable Listing list(Path directory, long nowMillis) {
    Path readable = directory.toString().isEmpty() ? Path.of(".") : directory;
    try {
      long changed = Files.getLastModifiedTime(readable).toMillis();
      Listing known = listings.get(directory);
      if (known == null || known.changedMillis != changed || !known.settled) {
        known = read(directory, readable, changed, nowMillis - changed > SETTLED_MILLIS);
        listings.put(directory, known);
      }
      known.usedInRound = round;
      return known;
    } catch (NoSuchFileException | NotDirectoryException e) {
      // Not there yet, or no directory: nothing matches below it.
      return null;
    } catch (IOException e) {
      unreadable.accept(readable, e);
      return null;
    }
  }

  private static Listing read(Path directory, Path readable, long changedMillis, boolean settled)
      throws IOException {
    Listing listing = new Listing(changedMillis, settled);
    try (DirectoryStream<Path> children = Files.newDirectoryStream(readable)) {
      for (Path child : children) {
        Path named = directory.resolve(String.valueOf(child.getFileName()));
        boolean isDirectory = Files.isDirectory(named);
        (isDirectory ? listing.directories : listing.files).add(named);
        if (isDirectory && Files.isSymbolicLink(named) && leadsBack(named)) {
          listing.loops.add(named);
        }
      }
    } catch (DirectoryIteratorException e) {
      throw new IOException(e.getMessage(), e);
    }
    return listing;
  }

  /** Whether a link leads to a directory that its own path goes through. */
  private static boolean leadsBack(Path link) throws IOException {
    Path target = link.toRealPath();
    for (Path above = link.toAbsolutePath().getParent(); above != null; above = above.getParent()) {
      if (above.toRealPath().equals(target)) {
        return true;
      }
    }
    return false;
  }

  private static List<GlobPattern> parse(List<String> patterns) {
    List<GlobPattern> parsed = new ArrayList<>();
    for (String pattern : patterns) {
      parsed.addAll(GlobPattern.parse(pattern));
    }
    return List.copyOf(parsed);
  }

  /** What a directory held when it was read. */
  private static final class Listing {
    private final long changedMillis;
    private final boolean settled;
    private final List<Path> directories = new ArrayList<>();
    private final List<Path> files = new ArrayList<>();
    private final Set<Path> loops = new HashSet<>();
    private long usedInRound;

    Listing(long changedMillis, boolean settled) {
      this.changedMillis = changedMillis;
      this.settled = settled;
    }
  }
}
