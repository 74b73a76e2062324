package io.millrace.receiver.filelog;

import io.millrace.receiver.filelog.FilelogConfig.StartAt;
import io.millrace.receiver.filelog.operator.QuarterHour;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Looks for files and for changes in them, and gives every file one tail. {@link #poll} is called
 * by one thread at a time; {@link #tails} by any.
 *
 * <p>A file is its device and inode: under another name, or reached by two names, it stays one. A
 * tail that no pattern reaches any more (renamed, deleted, a link set elsewhere) reads on until its
 * file has been quiet and everything has arrived.
 */
final class Poller {
  private static final Duration KEEP_POSITIONS = Duration.ofDays(30);
  private static final long HOUSEKEEPING_NANOS = Duration.ofHours(1).toNanos();

  private final TailContext context;
  private final FileFinder finder;
  private final int maxOpen;
  private final boolean startAtEnd;
  private final Map<Object, Tail> tails = new ConcurrentHashMap<>();
  private boolean first = true;
  private long housekeepingNanos;

  Poller(TailContext context, FileFinder finder) {
    FilelogConfig config = context.settings().config();
    this.context = context;
    this.finder = finder;
    this.maxOpen = config.maxConcurrentFiles();
    this.startAtEnd = config.startAt() == StartAt.END && context.checkpoints().fresh();
    this.housekeepingNanos = context.nanoTime();
  }

  /** The tails there are now. */
  Collection<Tail> tails() {
    return tails.values();
  }

  /** Looks once. */
  void poll() {
    long nowMillis = context.unixNanos() / 1_000_000;
    Map<Path, BasicFileAttributes> found = finder.find(nowMillis);
    Set<Object> reached = new HashSet<>();
    Map<Object, Path> unknown = new HashMap<>();
    for (Map.Entry<Path, BasicFileAttributes> entry : found.entrySet()) {
      BasicFileAttributes attributes = entry.getValue();
      Object key = attributes.fileKey() == null ? entry.getKey() : attributes.fileKey();
      if (!reached.add(key)) {
        continue;
      }
      Tail tail = tails.get(key);
      if (tail == null) {
        unknown.put(key, entry.getKey());
      } else {
        tail.observe(entry.getKey(), attributes.size(), attributes.lastModifiedTime(), nowMillis);
      }
    }
    List<Tail> opened = open(unknown, found, nowMillis);
    if (first) {
      opened.addAll(openMoved(reached));
      first = false;
    }
    begin(opened);
    letGo(reached);
    long quarter = QuarterHour.of(context.unixNanos());
    tails.values().forEach(tail -> tail.giveBackPast(quarter));
    housekeep(nowMillis);
  }

  private List<Tail> open(
      Map<Object, Path> unknown, Map<Path, BasicFileAttributes> found, long nowMillis) {
    List<Tail> opened = new ArrayList<>();
    int room = room(unknown.size());
    List<Map.Entry<Object, Path>> inOrder = new ArrayList<>(unknown.entrySet());
    inOrder.sort(Map.Entry.comparingByValue());
    for (Map.Entry<Object, Path> entry : inOrder) {
      if (room-- <= 0) {
        break;
      }
      Path path = entry.getValue();
      try {
        Tail tail = Tail.open(context, FileId.of(path), path, first && startAtEnd);
        tails.put(entry.getKey(), tail);
        BasicFileAttributes attributes = found.get(path);
        if (attributes != null) {
          tail.observe(path, attributes.size(), attributes.lastModifiedTime(), nowMillis);
        }
        opened.add(tail);
      } catch (IOException e) {
        context.troubles().unreadable(path, e);
      }
    }
    return opened;
  }

  /**
   * Files that were renamed while the agent was down so that no pattern reaches them: they are
   * looked for by inode beside the place where they were, and read to their end.
   */
  private List<Tail> openMoved(Set<Object> reached) {
    Map<Path, Map<FileId, StreamState>> missing = new HashMap<>();
    Set<FileId> known = new HashSet<>();
    tails.values().forEach(tail -> known.add(tail.id()));
    context
        .checkpoints()
        .all()
        .forEach(
            (id, state) -> {
              Path directory = state.path().isEmpty() ? null : Path.of(state.path()).getParent();
              if (!known.contains(id) && directory != null) {
                missing.computeIfAbsent(directory, key -> new HashMap<>()).put(id, state);
              }
            });
    List<Tail> opened = new ArrayList<>();
    missing.forEach((directory, lost) -> openMoved(directory, lost, reached, opened));
    return opened;
  }

  private void openMoved(
      Path directory, Map<FileId, StreamState> lost, Set<Object> reached, List<Tail> opened) {
    try (DirectoryStream<Path> children = Files.newDirectoryStream(directory)) {
      for (Path child : children) {
        if (!Files.isRegularFile(child)) {
          continue;
        }
        FileId id = FileId.of(child);
        StreamState state = lost.get(id);
        BasicFileAttributes attributes = Files.readAttributes(child, BasicFileAttributes.class);
        Object key = attributes.fileKey();
        if (state == null
            || key == null
            || reached.contains(key)
            || attributes.size() <= state.position()
            || !isStill(child, state)) {
          continue;
        }
        Tail tail = Tail.open(context, id, child, false);
        tails.put(key, tail);
        opened.add(tail);
      }
    } catch (DirectoryIteratorException e) {
      context.troubles().unreadable(directory, new IOException(e.getMessage(), e));
    } catch (IOException e) {
      // The directory has gone with the file.
      context.log().atDebug().setCause(e).addKeyValue("directory", directory).log("Not listed");
    }
  }

  private boolean isStill(Path path, StreamState state) throws IOException {
    try (FileChannel channel = FileChannel.open(path)) {
      return new Window(context.settings().fingerprintBytes()).resume(channel, state);
    }
  }

  /** Stores the new lives, all at once, before anything of them is read. */
  private void begin(List<Tail> opened) {
    List<Life> lives = new ArrayList<>();
    for (Tail tail : opened) {
      for (Life life : tail.lives()) {
        if (!life.isStored()) {
          lives.add(life);
        }
      }
    }
    try {
      context.checkpoints().save(lives);
    } catch (IOException e) {
      // Every tail tries again before it hands anything over.
      context.troubles().notStored(e);
    }
    opened.forEach(Tail::wake);
  }

  private void letGo(Set<Object> reached) {
    for (Iterator<Map.Entry<Object, Tail>> each = tails.entrySet().iterator(); each.hasNext(); ) {
      Map.Entry<Object, Tail> entry = each.next();
      Tail tail = entry.getValue();
      if (reached.contains(entry.getKey())) {
        continue;
      }
      boolean quiet = tail.isGone() && tail.quietFor().compareTo(context.releaseAfter()) >= 0;
      boolean over = !tail.isOpen() || (quiet && tail.isFinished());
      if (over && tail.isStored() && tail.retire()) {
        each.remove();
      } else {
        tail.observeGone();
      }
    }
  }

  /**
   * How many files may be opened; asks the quietest open ones to close where there are too many.
   */
  private int room(int wanted) {
    if (wanted == 0) {
      return 0;
    }
    List<Tail> open = new ArrayList<>();
    for (Tail tail : tails.values()) {
      if (tail.isOpen()) {
        open.add(tail);
      }
    }
    int missing = open.size() + wanted - maxOpen;
    if (missing > 0) {
      open.sort(Comparator.comparing(Tail::quietFor).reversed());
      open.stream().limit(missing).forEach(Tail::release);
    }
    return Math.max(0, maxOpen - open.size());
  }

  private void housekeep(long nowMillis) {
    long now = context.nanoTime();
    if (now - housekeepingNanos < HOUSEKEEPING_NANOS) {
      return;
    }
    housekeepingNanos = now;
    List<Life> lives = new ArrayList<>();
    Set<FileId> inUse = new HashSet<>();
    for (Tail tail : tails.values()) {
      inUse.add(tail.id());
      lives.addAll(tail.lives());
    }
    try {
      context.checkpoints().save(lives);
      context.checkpoints().forget(nowMillis - KEEP_POSITIONS.toMillis(), inUse);
    } catch (IOException e) {
      context.troubles().notStored(e);
    }
  }
}
