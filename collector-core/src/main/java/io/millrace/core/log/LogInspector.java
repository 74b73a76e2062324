package io.millrace.core.log;

import io.millrace.api.telemetry.MalformedTelemetryException;
import io.millrace.core.log.LogFormat.FileHeader;
import io.millrace.core.log.RecordScanner.Damage;
import io.millrace.core.log.RecordScanner.Found;
import io.millrace.core.log.RecordScanner.Whole;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads a log from outside, whether an agent writes to it or not: changes nothing, locks nothing,
 * and takes files that vanish meanwhile for delivered. One thread at a time.
 */
public final class LogInspector {

  /** Is shown every batch, in order. */
  @FunctionalInterface
  public interface Visitor {
    void visit(LogEntry entry) throws IOException;
  }

  /**
   * What is in a log. Immutable.
   *
   * @param segments number of files
   * @param bytes their size
   * @param batches batches that are there, delivered or not
   * @param items their items
   * @param readers the readers that have a position
   * @param damage what is damaged
   * @param putAside files of damaged bytes that an agent put aside
   */
  public record Summary(
      int segments,
      long bytes,
      long batches,
      long items,
      List<Reader> readers,
      DamageReport damage,
      List<String> putAside) {

    /** The batches that some reader has not delivered; all of them when there is no reader. */
    public long waitingBatches() {
      return readers.isEmpty()
          ? batches
          : readers.stream().mapToLong(Reader::waitingBatches).max().orElse(0);
    }
  }

  /**
   * A reader. Immutable.
   *
   * @param name its name: a pipeline's id, or {@code exporter}
   * @param position sequence of the first batch that is not delivered
   * @param waitingBatches batches from there on
   * @param waitingItems their items
   */
  public record Reader(String name, long position, long waitingBatches, long waitingItems) {}

  /**
   * What is damaged. Immutable.
   *
   * @param bytes in damaged ranges
   * @param batches that are missing, as far as their numbers tell
   * @param unfinishedBytes at the end: a batch that is being written, or that a crash cut short
   */
  public record DamageReport(long bytes, long batches, long unfinishedBytes) {}

  private final LogDisk disk;
  private final Visitor visitor;
  private final Map<String, long[]> waiting = new LinkedHashMap<>();
  private final Map<String, Long> positions = new LinkedHashMap<>();
  private final List<String> putAside = new ArrayList<>();
  private int segments;
  private long bytes;
  private long batches;
  private long items;
  private long damagedBytes;
  private long missingBatches;
  private long unfinishedBytes;

  private LogInspector(LogDisk disk, Visitor visitor) {
    this.disk = disk;
    this.visitor = visitor;
  }

  /**
   * Reads a log.
   *
   * @param directory the log's
   * @param visitor is shown every batch
   * @throws IOException when there is no such log, or it cannot be read
   */
  public static Summary inspect(Path directory, Visitor visitor) throws IOException {
    return inspect(DirectoryDisk.readOnly(directory), visitor);
  }

  static Summary inspect(LogDisk disk, Visitor visitor) throws IOException {
    return new LogInspector(disk, visitor).read();
  }

  /** The names of the readers that have a position in a log. */
  public static List<String> readers(Path directory) throws IOException {
    List<String> names = new ArrayList<>();
    for (String file : DirectoryDisk.readOnly(directory).list()) {
      String reader = PositionFile.reader(file);
      if (reader != null) {
        names.add(reader);
      }
    }
    return names;
  }

  /** Forgets a reader of a log that nobody has open: nothing waits for it any more. */
  public static void forget(Path directory, String reader) throws IOException {
    DirectoryDisk.of(directory).delete(PositionFile.fileName(reader));
  }

  private Summary read() throws IOException {
    List<String> names = disk.list().stream().sorted().toList();
    for (String name : names) {
      String reader = PositionFile.reader(name);
      PositionFile.Position position = reader == null ? null : PositionFile.read(disk, name);
      if (reader != null && position != null) {
        positions.put(reader, position.sequence());
        waiting.put(reader, new long[2]);
      }
      if (name.endsWith(Damages.SUFFIX)) {
        putAside.add(name);
      }
    }
    List<String> files = names.stream().filter(name -> LogFormat.first(name) > 0).toList();
    long logId = 0;
    FileHeader[] headers = new FileHeader[files.size()];
    for (int i = 0; i < headers.length; i++) {
      FileHeader header = header(files.get(i));
      if (header != null) {
        headers[i] = header;
        logId = header.logId();
      }
    }
    for (int i = 0; i < headers.length; i++) {
      FileHeader next = i + 1 < headers.length ? headers[i + 1] : null;
      boolean newest = i + 1 == headers.length;
      long last = next == null ? Long.MAX_VALUE : next.committedBefore();
      readSegment(files.get(i), logId, last, newest);
    }
    List<Reader> readers = new ArrayList<>();
    positions.forEach(
        (name, position) -> {
          long[] counts = waiting.getOrDefault(name, new long[2]);
          readers.add(new Reader(name, position, counts[0], counts[1]));
        });
    return new Summary(
        segments,
        bytes,
        batches,
        items,
        List.copyOf(readers),
        new DamageReport(damagedBytes, missingBatches, unfinishedBytes),
        List.copyOf(putAside));
  }

  private @Nullable FileHeader header(String name) throws IOException {
    try (LogDisk.File file = disk.open(name, false)) {
      byte[] header = new byte[LogFormat.FILE_HEADER_BYTES];
      return LogFormat.fileHeader(header, RecordScanner.read(file, ByteBuffer.wrap(header), 0));
    } catch (NoSuchFileException e) {
      return null;
    }
  }

  private void readSegment(String name, long logId, long last, boolean newest) throws IOException {
    try (LogDisk.File file = disk.open(name, false)) {
      long end = file.size();
      segments++;
      bytes += end;
      RecordScanner scanner =
          new RecordScanner(file, logId, LogFormat.FILE_HEADER_BYTES, LogFormat.first(name) - 1);
      for (Found found = scanner.next(end, last); found != null; found = scanner.next(end, last)) {
        switch (found) {
          case Whole whole -> whole(whole);
          case Damage damage -> {
            if (newest && damage.to() == end && damage.cutShort()) {
              unfinishedBytes += end - damage.from();
            } else {
              damagedBytes += damage.to() - damage.from();
              missingBatches += damage.records();
            }
          }
        }
      }
    } catch (NoSuchFileException e) {
      // Delivered and deleted meanwhile.
      return;
    }
  }

  private void whole(Whole whole) throws IOException {
    try {
      LogEntry entry = RecordBody.decode(whole.sequence(), whole.body());
      int count = entry.batch().itemCount();
      batches++;
      items += count;
      positions.forEach(
          (reader, position) -> {
            long[] counts = waiting.get(reader);
            if (counts != null && whole.sequence() >= position) {
              counts[0]++;
              counts[1] += count;
            }
          });
      visitor.visit(entry);
    } catch (MalformedTelemetryException e) {
      damagedBytes += whole.end() - whole.begin();
      missingBatches++;
    }
  }
}
