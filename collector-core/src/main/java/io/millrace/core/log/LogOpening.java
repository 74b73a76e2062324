package io.millrace.core.log;

import io.millrace.core.log.LogFormat.FileHeader;
import io.millrace.core.log.RecordScanner.Damage;
import io.millrace.core.log.RecordScanner.Found;
import io.millrace.core.log.RecordScanner.Whole;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds the segments of a log and repairs the end of the last one. One thread at a time.
 *
 * <p>Only the last segment is read through. What is damaged in the middle is found, and put aside,
 * when a reader comes to it.
 */
final class LogOpening {
  private final LogDisk disk;
  private final LogEvents events;
  private final Damages damages;
  private final List<Candidate> files = new ArrayList<>();

  /** A file and what its header says, if it does. */
  private record Candidate(
      String name, long first, LogDisk.File file, @Nullable FileHeader header) {
    long committedBefore() {
      return header == null ? first - 1 : header.committedBefore();
    }
  }

  /**
   * What was found.
   *
   * @param logId the log's id
   * @param segments in order
   * @param lastCommitted sequence of the last record
   */
  record Opened(long logId, List<Segment> segments, long lastCommitted) {}

  LogOpening(LogDisk disk, LogEvents events, Damages damages) {
    this.disk = disk;
    this.events = events;
    this.damages = damages;
  }

  /**
   * Opens the segments.
   *
   * @param knownId the log's id as its readers know it; null when they do not
   */
  Opened open(@Nullable Long knownId) throws IOException {
    try {
      findFiles();
      long logId = logId(knownId);
      return assemble(logId);
    } catch (IOException | RuntimeException e) {
      for (Candidate found : files) {
        found.file.close();
      }
      throw e;
    }
  }

  private void findFiles() throws IOException {
    List<String> names =
        disk.list().stream()
            .filter(name -> LogFormat.first(name) >= 1)
            .sorted(Comparator.naturalOrder())
            .toList();
    for (String name : names) {
      LogDisk.File file = disk.open(name, false);
      byte[] bytes = new byte[LogFormat.FILE_HEADER_BYTES];
      FileHeader header =
          LogFormat.fileHeader(bytes, RecordScanner.read(file, ByteBuffer.wrap(bytes), 0));
      files.add(new Candidate(name, LogFormat.first(name), file, header));
      if (header != null && header.version() != 1) {
        throw new IOException(
            disk
                + "/"
                + name
                + " has version "
                + header.version()
                + " (expected: 1; a newer Millrace wrote it)");
      }
    }
  }

  private long logId(@Nullable Long known) {
    for (Candidate found : files) {
      if (found.header != null) {
        return found.header.logId();
      }
    }
    return known == null ? new SecureRandom().nextLong() : known;
  }

  private Opened assemble(long logId) throws IOException {
    List<Segment> segments = new ArrayList<>();
    long lastCommitted = 0;
    Candidate next = null;
    for (int i = files.size() - 1; i >= 0; i--) {
      Candidate found = files.get(i);
      Segment segment = new Segment(found.name, found.first, found.committedBefore(), found.file);
      segment.end = Math.max(LogFormat.FILE_HEADER_BYTES, found.file.size());
      if (next == null) {
        repairEnd(segment, logId);
      } else {
        segment.last = next.committedBefore();
      }
      if (found.header == null && segment.last < segment.first) {
        // A crash came between the file and its header.
        found.file.close();
        disk.delete(found.name);
        events.repaired("removed " + found.name + ", in which nothing was logged");
        continue;
      }
      if (found.header == null) {
        events.repaired(found.name + " has a damaged header");
      }
      segments.addFirst(segment);
      lastCommitted =
          Math.max(
              lastCommitted,
              segment.last >= segment.first ? segment.last : segment.committedBefore);
      next = found;
    }
    return new Opened(logId, segments, lastCommitted);
  }

  /** Finds the last whole record, and cuts off what a crash left behind it. */
  private void repairEnd(Segment segment, long logId) throws IOException {
    RecordScanner scanner =
        new RecordScanner(segment.file, logId, LogFormat.FILE_HEADER_BYTES, segment.first - 1);
    long size = segment.file.size();
    long good = LogFormat.FILE_HEADER_BYTES;
    Damage tail = null;
    for (Found found = scanner.next(size, Long.MAX_VALUE);
        found != null;
        found = scanner.next(size, Long.MAX_VALUE)) {
      switch (found) {
        case Whole whole -> {
          good = whole.end();
          segment.last = whole.sequence();
          tail = null;
        }
        case Damage damage ->
            tail =
                tail == null
                    ? damage
                    : new Damage(
                        tail.from(), damage.to(), tail.records() + damage.records(), false);
      }
    }
    segment.end = good;
    if (tail == null || tail.to() == tail.from()) {
      return;
    }
    try {
      if (tail.cutShort() || isBlank(segment.file, tail)) {
        events.tailCut(segment.name, tail.to() - good);
      } else {
        damages.putAside(segment, tail);
      }
      segment.file.truncate(good);
    } catch (IOException e) {
      // Whoever opens the log again finds the same end; until then what lies there does not count.
      events.writeFailed(segment.name, e);
    }
  }

  /** Whether there is nothing but zeros, as where a file was lengthened but not yet written. */
  private static boolean isBlank(LogDisk.File file, Damage tail) throws IOException {
    byte[] window = new byte[8192];
    for (long at = tail.from(); at < tail.to(); ) {
      int wanted = (int) Math.min(window.length, tail.to() - at);
      int read = RecordScanner.read(file, ByteBuffer.wrap(window, 0, wanted), at);
      for (int i = 0; i < read; i++) {
        if (window[i] != 0) {
          return false;
        }
      }
      if (read < wanted) {
        return true;
      }
      at += read;
    }
    return true;
  }
}
