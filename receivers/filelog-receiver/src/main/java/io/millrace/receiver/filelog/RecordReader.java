package io.millrace.receiver.filelog;

import io.millrace.api.telemetry.Logs;
import io.millrace.receiver.filelog.operator.QuarterHour;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;

/**
 * Where reading of one file is: finds its records and puts them into the outbox as batches. One
 * worker at a time; what is volatile the poller sees, too.
 *
 * <p>Between two passes nothing of the file is kept in memory: the beginning of a record that is
 * not complete is read again.
 */
final class RecordReader {
  private static final int BATCH_BYTES = 256 << 10;
  private static final int MAX_BOUNDARIES = 2_000;

  private final TailContext context;
  private final Settings settings;
  private final Tail tail;
  private final Outbox outbox;
  private final Window window;
  private final ArrayDeque<Long> boundaries = new ArrayDeque<>();
  private final Cut cut = new Cut();
  private final BatchMaker.Place place = new BatchMaker.Place();
  private final ObservedTimes times = new ObservedTimes();
  private Life life;
  private long recordStart;
  private long textStart;
  private long scanned;
  private long recordNumber;
  private long batchBytes;
  private int knownPrefix;
  private FileAttributes attributes;
  private Path attributesOf;

  // Set by the poller, too.
  private volatile boolean changed = true;

  private volatile long readTo = -1;
  private volatile long grownNanos;
  private volatile boolean resting;
  private volatile boolean finished;
  private volatile boolean partial;
  private volatile long consumedTo;

  /**
   * Makes a reader that first has to {@link #enter} a life.
   *
   * @param window of the same file
   */
  RecordReader(TailContext context, Tail tail, Outbox outbox, Window window) {
    this.context = context;
    this.settings = context.settings();
    this.tail = tail;
    this.outbox = outbox;
    this.window = window;
    this.life = outbox.life();
    this.attributesOf = tail.path();
    this.attributes = FileAttributes.of(attributesOf, settings.config());
    this.grownNanos = context.nanoTime();
  }

  /** What a pass has found. */
  enum Pass {
    /** There may be more to read. */
    MORE,
    /** Everything was read, for now. */
    END,
    /** Truncated, or another file under the same inode. */
    OTHER_CONTENT
  }

  /** Notes that there may be something to read. */
  void mayHaveChanged() {
    changed = true;
  }

  boolean hasChanged() {
    return changed;
  }

  /** Whether another look is only worth it if the file has changed. */
  boolean isResting() {
    return resting;
  }

  /** Something failed: the file is looked at again though it has not changed. */
  void doNotRest() {
    resting = false;
  }

  /** Whether everything was read, so far as is known. */
  boolean isFinished() {
    return finished;
  }

  /** What is behind is not known: the file is not finished, however it was before. */
  void putOff() {
    finished = false;
    changed = true;
  }

  /** Where the record begins that comes next. */
  long recordStart() {
    return recordStart;
  }

  /** Where the text begins that was not put into records; behind blank lines. */
  long textStart() {
    return textStart;
  }

  /** How far the file was read; -1 when it was not. */
  long readTo() {
    return readTo;
  }

  /** Up to where all has arrived, blank lines and all. */
  long arrivedTo() {
    Ledger ledger = outbox.life().ledger();
    return ledger.settled() ? Math.max(consumedTo, ledger.position()) : ledger.position();
  }

  /** How long ago the file has grown last. */
  Duration quietFor() {
    return Duration.ofNanos(context.nanoTime() - grownNanos);
  }

  /** Whether a record is open at the end of the file that has become due. */
  boolean flushIsDue() {
    return partial && periodIsOver();
  }

  /**
   * Goes to where a life's storage says.
   *
   * @param fileBytes how long the file is
   */
  void enter(Life next, StreamState state, long fileBytes) {
    life = next;
    outbox.enter(next);
    boundaries.clear();
    boundaries.addAll(state.boundaries());
    times.enter(state.readings(), next.readBefore(fileBytes));
    recordStart = next.ledger().position();
    textStart = recordStart;
    scanned = recordStart;
    recordNumber = next.ledger().recordNumber();
    knownPrefix = window.prefixLength();
    readTo = -1;
    consumedTo = recordStart;
    partial = false;
    finished = false;
    resting = false;
  }

  /** Stores the life that is read; tells the receiver when it could not be. */
  boolean save() {
    try {
      saveOrThrow();
      return true;
    } catch (NotStoredException e) {
      context.troubles().notStored(e.failure());
      resting = false;
      return false;
    }
  }

  private void saveOrThrow() throws NotStoredException {
    context.checkpoints().save(List.of(life));
  }

  /** Takes over a new name of the file. */
  void follow(Path path) {
    if (!attributesOf.equals(path)) {
      attributesOf = path;
      attributes = FileAttributes.of(attributesOf, settings.config());
    }
  }

  /** Reads a window and hands over its records. */
  Pass pass(FileChannel file) throws IOException, InterruptedException {
    boolean wasChanged = changed;
    changed = false;
    long size = file.size();
    if (!wasChanged && size == readTo && boundaries.isEmpty() && !flushIsDue()) {
      return Pass.END;
    }
    ReadBuffer buffer = context.buffer();
    long base = textStart - window.markerLength();
    buffer.read(file, base);
    if (!window.markerHolds(buffer.bytes(), buffer.length()) || !window.prefixHolds(file)) {
      return Pass.OTHER_CONTENT;
    }
    if (window.prefixLength() != knownPrefix) {
      knownPrefix = window.prefixLength();
      life.prefix(window.prefix());
    }
    long end = base + buffer.length();
    if (end > readTo) {
      grownNanos = context.nanoTime();
    }
    readTo = end;
    int index = splitOrRollBack(buffer, base, window.markerLength());
    if (index == window.markerLength() && buffer.isFull()) {
      buffer.grow();
      changed = true;
      return Pass.MORE;
    }
    textStart = base + index;
    scanned = Math.max(scanned, textStart);
    window.mark(buffer.bytes(), index);
    if (buffer.isFull()) {
      return Pass.MORE;
    }
    partial = hasPartial(buffer, index);
    finished = !partial;
    consumedTo = partial ? recordStart : end;
    resting = true;
    boolean cut = partial && periodIsOver() && setBoundary(buffer, base, index);
    buffer.shrink();
    return cut ? Pass.MORE : Pass.END;
  }

  private int splitOrRollBack(ReadBuffer buffer, long base, int start)
      throws IOException, InterruptedException {
    boolean done = false;
    try {
      int index = split(buffer, base, start);
      done = true;
      return index;
    } finally {
      if (!done) {
        rollBack(buffer, base);
      }
    }
  }

  /** Goes back to the end of what was handed over last. */
  private void rollBack(ReadBuffer buffer, long base) {
    context.discardBatch();
    recordStart = life.ledger().lastEnd();
    recordNumber = life.ledger().lastRecordNumber();
    if (recordStart >= textStart) {
      textStart = recordStart;
      window.mark(buffer.bytes(), (int) (recordStart - base));
    }
    scanned = textStart;
    boundaries.clear();
    for (long boundary : life.boundaries()) {
      if (boundary > recordStart) {
        boundaries.addLast(boundary);
      }
    }
    changed = true;
    resting = false;
  }

  /** Hands over the records of a window from an index on; returns where the next one begins. */
  private int split(ReadBuffer buffer, long base, int start)
      throws IOException, InterruptedException {
    byte[] bytes = buffer.bytes();
    int index = start;
    int search = (int) Math.max(start, scanned - base);
    BatchMaker maker = context.batchMaker();
    place.stream = life.stream();
    long now = context.unixNanos();
    times.set(now, life.quarterFor(QuarterHour.of(now)));
    batchBytes = 0;
    while (true) {
      int visible = buffer.length();
      Long boundary = boundaries.peekFirst();
      if (boundary != null && boundary <= base + index) {
        boundaries.removeFirst();
        continue;
      }
      boolean flush = boundary != null && boundary <= base + visible;
      if (flush && boundary != null) {
        visible = (int) (boundary - base);
      }
      if (search > visible) {
        search = index;
      }
      if (!settings.splitter().next(bytes, index, search, visible, flush, cut)) {
        scanned = base + cut.scanned;
        break;
      }
      search = cut.end;
      if (!take(maker, bytes, base)) {
        if (flush && cut.end == visible) {
          // Nothing but white space before the boundary: it cuts nothing.
          boundaries.removeFirst();
          search = index;
          continue;
        }
        index = cut.end;
        continue;
      }
      index = cut.end;
      if (maker.sizeBytes() >= BATCH_BYTES) {
        send(maker, bytes, base);
      }
    }
    if (batchBytes > 0) {
      send(maker, bytes, base);
    }
    return index;
  }

  /** Adds the record that was found to the batch; returns false if it is nothing but blanks. */
  private boolean take(BatchMaker maker, byte[] bytes, long base) {
    int from = settings.trimmedStart(bytes, cut.from, cut.to);
    int to = settings.trimmedEnd(bytes, from, cut.to);
    if (from == to) {
      return false;
    }
    recordNumber++;
    place.start = recordStart;
    place.end = base + cut.end;
    place.textStart = base + from;
    place.number = recordNumber;
    place.observedUnixNanos = times.at(recordStart);
    maker.add(attributes, bytes, from, to, place);
    batchBytes += place.end - recordStart;
    recordStart = place.end;
    return true;
  }

  private void send(BatchMaker maker, byte[] bytes, long base)
      throws IOException, InterruptedException {
    int records = maker.itemCount();
    boolean dated = records == 0 || isDated();
    if (!dated || !life.isSaved()) {
      // No record leaves before the storage knows which bytes its stream stands for, and when they
      // were read.
      saveOrThrow();
    }
    Logs batch = maker.build();
    int end = (int) (recordStart - base);
    Fingerprint marker = Fingerprint.of(bytes, Math.max(0, end - Window.MARKER_BYTES), end);
    context.instruments().readBytes.add(batchBytes);
    context.instruments().readRecords.add(records);
    batchBytes = 0;
    outbox.send(new Sent(batch, recordStart, recordNumber, marker, context.nanoTime()));
  }

  /** Whether the storage knows when the batch was read, which ends where the next record begins. */
  private boolean isDated() {
    long from = Math.max(recordStart - batchBytes, times.knownTo());
    return from >= recordStart || life.noteReading(from, recordStart, times.quarter());
  }

  /** Whether the end of the file has not grown for so long that it counts as a record. */
  private boolean periodIsOver() {
    Duration period = settings.forceFlushPeriod();
    if (settings.encoding().raw()) {
      return true;
    }
    if (!period.isZero()) {
      return quietFor().compareTo(period) >= 0;
    }
    return tail.isGone() && quietFor().compareTo(context.releaseAfter()) >= 0;
  }

  /** Whether something other than white space is behind the last record of a window. */
  private boolean hasPartial(ReadBuffer buffer, int index) {
    int from = settings.trimmedStart(buffer.bytes(), index, buffer.length());
    return settings.trimmedEnd(buffer.bytes(), from, buffer.length()) > from;
  }

  /**
   * Ends the record that is open at the end of the file, as the next pass will find. The boundary
   * is in the storage before any record ends there: a later reading ends it at the same byte,
   * whatever has been appended since.
   */
  private boolean setBoundary(ReadBuffer buffer, long base, int index) {
    int end = settings.encoding().wholeCharacters(buffer.bytes(), index, buffer.length());
    int from = settings.trimmedStart(buffer.bytes(), index, end);
    boolean blank = settings.trimmedEnd(buffer.bytes(), from, end) == from;
    if (blank || life.boundaries().size() >= MAX_BOUNDARIES) {
      return false;
    }
    long boundary = base + end;
    life.addBoundary(boundary);
    if (!save()) {
      life.removeBoundary(boundary);
      return false;
    }
    boundaries.addLast(boundary);
    return true;
  }
}
