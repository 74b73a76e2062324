package io.millrace.core.log;

import io.millrace.api.config.DataSize;
import io.millrace.api.pipeline.RequestContext;
import io.millrace.api.telemetry.Batch;
import io.millrace.core.fakes.Telemetry;
import io.millrace.core.log.RecordScanner.Found;
import io.millrace.core.log.RecordScanner.Whole;
import io.millrace.core.telemetry.Instruments;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A log without a thread of its own: it does what it has to when the test says so. */
final class Logs {
  static final String READER = "pipeline/main";
  static final LogSettings SMALL = settings(DataSize.ofBytes(64 << 10));

  private final Instruments instruments = new Instruments(Map.of());
  private final SegmentLog log;

  /** Remembers what became of an append. */
  static final class Ticket implements SegmentLog.Appended {
    private long sequence;
    private @Nullable IOException refusal;

    @Override
    public void committed(long number) {
      sequence = number;
    }

    @Override
    public void refused(IOException why) {
      refusal = why;
    }

    boolean isCommitted() {
      return sequence > 0;
    }

    long sequence() {
      return sequence;
    }

    @Nullable IOException refusal() {
      return refusal;
    }

    String refusalText() {
      IOException why = refusal;
      return why == null ? "" : String.valueOf(why.getMessage());
    }
  }

  private Logs(LogDisk disk, LogSettings settings, Set<String> readers) throws IOException {
    log =
        SegmentLog.open(
            disk,
            settings,
            readers,
            new SegmentLog.Tools("receiver:otlp logs", instruments, Clock.systemUTC()));
  }

  static Logs open(LogDisk disk) throws IOException {
    return open(disk, settings(DataSize.ofMebibytes(1)), Set.of(READER));
  }

  static Logs open(LogDisk disk, LogSettings settings) throws IOException {
    return open(disk, settings, Set.of(READER));
  }

  static Logs open(LogDisk disk, LogSettings settings, Set<String> readers) throws IOException {
    return new Logs(disk, settings, readers);
  }

  static LogSettings settings(DataSize maxSize) {
    return LogSettings.of(maxSize).withAfterFailure(Duration.ZERO);
  }

  SegmentLog log() {
    return log;
  }

  /** The number that the next batch gets. */
  long nextSequence() {
    return log.nextSequence();
  }

  LogReader reader() {
    return log.reader(READER);
  }

  String metric(String name) {
    return Metrics.line(instruments, name);
  }

  long value(String name) {
    return Metrics.value(instruments, name);
  }

  /** Appends and writes at once. */
  Ticket append(Batch batch) throws InterruptedException {
    Ticket ticket = offer(batch);
    log.work();
    return ticket;
  }

  /** Appends texts and writes at once. */
  Ticket append(String... texts) throws InterruptedException {
    return append(Telemetry.logs("s", 0, texts));
  }

  /** Appends without writing. */
  Ticket offer(Batch batch) throws InterruptedException {
    Ticket ticket = new Ticket();
    log.append(batch, RequestContext.local(1), ticket);
    return ticket;
  }

  /** The texts of everything that the reader can take now. */
  List<String> takeAll() throws IOException, InterruptedException {
    return texts(takeAll(reader()));
  }

  static List<LogEntry> takeAll(LogReader reader) throws IOException, InterruptedException {
    List<LogEntry> taken = new ArrayList<>();
    while (!reader.caughtUp()) {
      LogEntry entry = reader.poll();
      if (entry != null) {
        taken.add(entry);
      }
    }
    return taken;
  }

  static List<String> texts(List<LogEntry> entries) {
    List<String> texts = new ArrayList<>();
    entries.forEach(entry -> texts.addAll(Telemetry.texts(entry.batch())));
    return texts;
  }

  /** A batch of more than a kilobyte. */
  static Batch large(String text) {
    return Telemetry.logs("s", 0, text + " " + "x".repeat(1200));
  }

  /** The names of the segments, oldest first. */
  static List<String> segments(LogDisk disk) throws IOException {
    return disk.list().stream().filter(name -> LogFormat.first(name) > 0).sorted().toList();
  }

  /** The sound records of a segment. */
  static List<Whole> records(FailingDisk disk, String segment, long id) throws IOException {
    List<Whole> records = new ArrayList<>();
    LogDisk.File file = disk.open(segment, false);
    RecordScanner scanner =
        new RecordScanner(file, id, LogFormat.FILE_HEADER_BYTES, LogFormat.first(segment) - 1);
    for (Found found = scanner.next(file.size(), Long.MAX_VALUE);
        found != null;
        found = scanner.next(file.size(), Long.MAX_VALUE)) {
      if (found instanceof Whole whole) {
        records.add(whole);
      }
    }
    return records;
  }
}
