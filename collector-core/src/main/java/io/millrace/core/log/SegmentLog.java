package io.millrace.core.log;

import io.millrace.api.pipeline.RequestContext;
import io.millrace.api.telemetry.Batch;
import io.millrace.core.log.LogFormat.RecordHeader;
import io.millrace.core.log.RecentEntries.Recent;
import io.millrace.core.log.RecordScanner.Damage;
import io.millrace.core.telemetry.Instruments;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A log of batches in one directory: what is appended is on the disk when that is said, stays until
 * every reader has delivered it, and comes back after a crash. Thread-safe.
 *
 * <p>Appends that come while the disk is waited for are written together and share the next wait.
 * Files (segments) are only ever appended to, by the process that made them, and deleted as a whole
 * once every reader is past. After a write or a wait that failed the segment is left as it was
 * before and a new one is begun: what the operating system says of it afterwards is not believed.
 * The next segment says how far the one before counts.
 *
 * <p>Nothing is dropped. A log that is full, and a disk that is, refuse appends until that has
 * changed. Damage costs the batches that it hit: see {@link RecordScanner} and {@link Damages}.
 */
public final class SegmentLog implements AutoCloseable {
  private static final Logger LOGGER = LoggerFactory.getLogger(SegmentLog.class);
  private static final long POSITION_INTERVAL_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
  private static final long FORCE_INTERVAL_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** Is told what became of an append, once; must not block. */
  public interface Appended {

    /** The batch is durable. */
    void committed(long sequence);

    /**
     * The batch was not logged; the same may be taken later.
     *
     * @param why {@link LogFullException} when readers must deliver first, else the disk's failure
     */
    void refused(IOException why);
  }

  /**
   * What a log shares with the agent. Immutable; the parts are thread-safe.
   *
   * @param name for messages and metrics
   * @param memory for the newest batches
   * @param instruments takes the log's metrics
   * @param clock what time it is
   */
  public record Tools(String name, LogMemory memory, Instruments instruments, Clock clock) {}

  private final LogDisk disk;
  private final LogSettings settings;
  private final Tools tools;
  private final LogEvents events;
  private final Damages damages;
  private final Map<String, LogReader> readers = new LinkedHashMap<>();
  private final Map<String, PositionFile> positions = new LinkedHashMap<>();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition work = lock.newCondition();
  private final Condition room = lock.newCondition();
  private final Condition committed = lock.newCondition();
  private final Deque<Pending> pending = new ArrayDeque<>();
  private final List<Segment> segments = new ArrayList<>();
  private final RecentEntries recent;
  private final ByteBuffer header = ByteBuffer.allocate(LogFormat.RECORD_HEADER_BYTES);
  private long id;
  private long sizeBytes;
  private long pendingBytes;
  private long lastCommitted;
  private @Nullable Segment active;
  private @Nullable IOException failure;
  private long failedAtNanos;
  private boolean closing;
  private boolean closed;
  private boolean positionsMoved;

  /** Some reader has no position on disk yet; of the thread that writes. */
  private boolean positionsUnknown;

  private boolean positionsForced = true;
  private long positionsWrittenNanos = System.nanoTime() - POSITION_INTERVAL_NANOS;
  private long positionsForcedNanos = System.nanoTime() - FORCE_INTERVAL_NANOS;

  /** Of the thread that writes. */
  private @Nullable SegmentWriter writer;

  private long nextSequence;
  private @Nullable Thread thread;

  /** An append that waits to be written. */
  private static final class Pending {
    final RecordBody body;
    final RequestContext context;
    final Appended whenDone;
    long sequence;
    long end;

    Pending(RecordBody body, RequestContext context, Appended whenDone) {
      this.body = body;
      this.context = context;
      this.whenDone = whenDone;
    }

    long sizeBytes() {
      return (long) LogFormat.RECORD_HEADER_BYTES + body.sizeBytes();
    }
  }

  private SegmentLog(LogDisk disk, LogSettings settings, Tools tools) {
    this.disk = disk;
    this.settings = settings;
    this.tools = tools;
    this.events = new LogEvents(tools.name(), tools.instruments());
    this.damages = new Damages(disk, events);
    this.recent = new RecentEntries(tools.memory());
  }

  /**
   * Opens a log: takes what is there, cuts off what a crash left half written. Nothing is written
   * before the first append. {@link #start} must follow.
   *
   * @param readers the names of all readers, at least one; nobody else keeps batches in the log. A
   *     reader without a position begins with the oldest batch
   * @throws IOException when the disk cannot be read, or a newer version wrote it
   */
  public static SegmentLog open(
      LogDisk disk, LogSettings settings, Collection<String> readers, Tools tools)
      throws IOException {
    SegmentLog log = new SegmentLog(disk, settings, tools);
    try {
      log.load(readers);
    } catch (IOException | RuntimeException e) {
      for (PositionFile file : log.positions.values()) {
        file.close();
      }
      throw e;
    }
    log.registerGauges();
    return log;
  }

  /** Starts the thread that writes. */
  public void start() {
    Thread started =
        Thread.ofPlatform().daemon().name("log " + tools.name()).unstarted(this::writeUntilClosed);
    thread = started;
    started.start();
  }

  /**
   * Appends a batch. Returns when it waits to be written; blocks while too much does.
   *
   * @throws InterruptedException when the thread was interrupted while waiting; the batch is not
   *     appended and nobody is told
   */
  public void append(Batch batch, RequestContext context, Appended whenDone)
      throws InterruptedException {
    IOException refusal;
    try {
      refusal = admit(new Pending(RecordBody.of(batch, context), context, whenDone));
    } catch (IOException e) {
      refusal = e;
    }
    if (refusal != null) {
      refuse(refusal, batch.itemCount(), whenDone);
    }
  }

  /** A reader by its name. */
  public LogReader reader(String name) {
    LogReader reader = readers.get(name);
    if (reader == null) {
      throw new IllegalArgumentException(tools.name() + " has no reader " + name);
    }
    return reader;
  }

  /** Bytes on disk. */
  public long sizeBytes() {
    lock.lock();
    try {
      return sizeBytes;
    } finally {
      lock.unlock();
    }
  }

  /** Writes what waits and the positions, and closes the files. */
  @Override
  public void close() throws IOException {
    lock.lock();
    try {
      closing = true;
      work.signalAll();
      room.signalAll();
    } finally {
      lock.unlock();
    }
    joinThread();
    work();
    IOException problem = writePositions(true) ? null : new IOException("Positions were not kept");
    lock.lock();
    try {
      closed = true;
      committed.signalAll();
      recent.clear();
      for (Segment segment : segments) {
        segment.close();
      }
      for (PositionFile file : positions.values()) {
        file.close();
      }
    } finally {
      lock.unlock();
    }
    if (problem != null) {
      throw problem;
    }
  }

  /** Does what there is to do: writes what waits, keeps positions, deletes what all have read. */
  void work() {
    List<Pending> group = takePending();
    if (!group.isEmpty()) {
      commit(group);
    }
    if (positionsDue()) {
      writePositions(false);
    }
    deletePassed();
  }

  boolean closed() {
    return closed;
  }

  long id() {
    return id;
  }

  /** The number of the next append; of the thread that writes. */
  long nextSequence() {
    return nextSequence;
  }

  /** Sequence of the newest batch; under the lock. */
  long lastCommitted() {
    return lastCommitted;
  }

  /** The newest batches; under the lock. */
  @Nullable Recent recent(long sequence) {
    return recent.at(sequence);
  }

  /** A reader took a batch; under the lock. */
  void taken() {
    recent.trim(readers.values());
  }

  /** The segment that holds a sequence, or else the next one; under the lock. */
  @Nullable Segment segmentAt(long sequence) {
    for (Segment segment : segments) {
      if (segment.last >= sequence) {
        return segment;
      }
    }
    return null;
  }

  /** A reader's position moved. */
  void positionMoved() {
    lock.lock();
    try {
      positionsForced = false;
      if (!positionsMoved) {
        positionsMoved = true;
        work.signal();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Whether appends wait to be written; under the lock. */
  boolean writing() {
    return pendingBytes > 0;
  }

  void damaged(Segment segment, Damage damage) throws IOException {
    damages.putAside(segment, damage);
  }

  void missing(Segment segment, long records) {
    events.missing(segment.name + " ends early", records);
  }

  void readFromDisk() {
    events.readBatches.add(1);
  }

  private void load(Collection<String> names) throws IOException {
    Long knownId = null;
    Map<String, PositionFile.Position> known = new LinkedHashMap<>();
    for (String name : names) {
      PositionFile file = PositionFile.of(disk, name);
      positions.put(name, file);
      PositionFile.Position position = file.load();
      if (position != null) {
        known.put(name, position);
        knownId = position.logId();
      }
    }
    LogOpening.Opened opened = new LogOpening(disk, events, damages).open(knownId);
    id = opened.logId();
    segments.addAll(opened.segments());
    lastCommitted = opened.lastCommitted();
    nextSequence = lastCommitted + 1;
    for (Segment segment : segments) {
      sizeBytes += segment.end;
      // Also that of an empty one: no two files may ever have the same name.
      nextSequence = Math.max(nextSequence, segment.first + 1);
    }
    long oldest = segments.isEmpty() ? nextSequence : segments.get(0).committedBefore + 1;
    long missing = 0;
    for (String name : names) {
      PositionFile.Position position = known.get(name);
      long next = oldest;
      if (position != null && position.logId() == id) {
        next = position.sequence();
        missing = Math.max(missing, oldest - next);
      } else {
        positionsUnknown = true;
      }
      nextSequence = Math.max(nextSequence, next);
      readers.put(name, new LogReader(this, name, Math.max(next, oldest), lock, committed));
    }
    if (missing > 0) {
      events.missing("files before " + oldest + " are gone", missing);
    }
  }

  private void writeUntilClosed() {
    while (awaitWork()) {
      try {
        work();
      } catch (RuntimeException | Error e) {
        LOGGER.atError().addKeyValue("log", tools.name()).setCause(e).log("Log failed");
      }
    }
  }

  /** Waits until there is something to do; false when the log closes. */
  private boolean awaitWork() {
    lock.lock();
    try {
      while (!closing && pending.isEmpty()) {
        long left = nanosToPositions();
        if (left <= 0) {
          return true;
        }
        try {
          long _ = work.awaitNanos(left);
        } catch (InterruptedException e) {
          // Nobody but a stranger interrupts this thread, and the log goes on.
        }
      }
      return !closing;
    } finally {
      lock.unlock();
    }
  }

  /** How long until positions are to be written or forced. */
  private long nanosToPositions() {
    if (!positionsMoved && positionsForced) {
      return Long.MAX_VALUE;
    }
    long last = positionsMoved ? positionsWrittenNanos : positionsForcedNanos;
    long interval = positionsMoved ? POSITION_INTERVAL_NANOS : FORCE_INTERVAL_NANOS;
    return last + interval - System.nanoTime();
  }

  private void joinThread() {
    Thread started = thread;
    boolean interrupted = false;
    while (started != null && started.isAlive()) {
      try {
        started.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Lets an append wait to be written; returns why not, or null. */
  private @Nullable IOException admit(Pending append) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (true) {
        IOException refusal = refusal(append.sizeBytes());
        if (refusal != null) {
          return refusal;
        }
        if (pendingBytes == 0
            || pendingBytes + append.sizeBytes() <= settings.pendingSize().bytes()) {
          pending.addLast(append);
          pendingBytes += append.sizeBytes();
          work.signal();
          return null;
        }
        room.await();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Why nothing of a size can be appended now; null when it can. Under the lock. */
  private @Nullable IOException refusal(long bytes) {
    if (closing) {
      return new IOException(tools.name() + ": the agent stops");
    }
    if (failure != null && System.nanoTime() - failedAtNanos < settings.afterFailure().toNanos()) {
      return failure;
    }
    boolean full = sizeBytes + pendingBytes + bytes > settings.maxSize().bytes();
    if (full && !(allDelivered() && pendingBytes == 0)) {
      return new LogFullException(
          tools.name()
              + ": the log is full: "
              + sizeBytes
              + " bytes wait for their delivery (expected: at most "
              + settings.maxSize()
              + ")");
    }
    if (!settings.maxAge().isZero()) {
      double age = oldestAgeSeconds();
      if (age > settings.maxAge().toMillis() / 1000.0) {
        return new LogFullException(
            tools.name()
                + ": the log is full: its oldest batch waits for its delivery since "
                + Math.round(age)
                + " s (expected: at most "
                + settings.maxAge().toSeconds()
                + " s)");
      }
    }
    return null;
  }

  private boolean allDelivered() {
    return minPosition() > lastCommitted;
  }

  private long minPosition() {
    long min = Long.MAX_VALUE;
    for (LogReader reader : readers.values()) {
      min = Math.min(min, reader.position());
    }
    return min;
  }

  private void refuse(IOException why, int items, Appended whenDone) {
    String message = why.getMessage();
    events.refused(
        why instanceof LogFullException, items, message == null ? why.toString() : message);
    whenDone.refused(why);
  }

  private List<Pending> takePending() {
    lock.lock();
    try {
      List<Pending> group = new ArrayList<>(pending);
      pending.clear();
      return group;
    } finally {
      lock.unlock();
    }
  }

  private void commit(List<Pending> group) {
    Segment segment = null;
    try {
      segment = segmentFor(group);
      SegmentWriter to = writer(segment);
      to.begin(segment.file, segment.end);
      for (Pending append : group) {
        append.sequence = nextSequence++;
        header.clear();
        LogFormat.recordHeader(
            header,
            id,
            new RecordHeader(append.body.sizeBytes(), append.sequence, append.body.checksum()));
        to.write(header.array(), 0, LogFormat.RECORD_HEADER_BYTES);
        append.body.writeTo(to);
        append.end = to.position();
      }
      to.flush();
      segment.file.force();
    } catch (IOException | RuntimeException e) {
      abandon(segment, group, e);
      return;
    }
    publish(segment, group);
  }

  private SegmentWriter writer(Segment segment) {
    SegmentWriter known = writer;
    if (known == null) {
      known = new SegmentWriter(segment.file);
      writer = known;
    }
    return known;
  }

  private void publish(Segment segment, List<Pending> group) {
    long items = 0;
    lock.lock();
    try {
      for (Pending append : group) {
        Batch batch = append.body.batch();
        LogEntry entry =
            new LogEntry(append.sequence, batch, append.context, append.body.sizeBytes());
        recent.add(entry, lastCommitted, segment, append.end, readers.values());
        segment.last = append.sequence;
        lastCommitted = append.sequence;
        pendingBytes -= append.sizeBytes();
        items += batch.itemCount();
        sizeBytes += append.end - segment.end;
        segment.end = append.end;
      }
      failure = null;
      committed.signalAll();
      room.signalAll();
    } finally {
      lock.unlock();
    }
    events.appended(group.size(), items);
    for (Pending append : group) {
      try {
        append.whenDone.committed(append.sequence);
      } catch (RuntimeException e) {
        LOGGER.atWarn().addKeyValue("log", tools.name()).setCause(e).log("A sender failed");
      }
    }
  }

  /** Leaves a segment as it was before a group that failed. */
  private void abandon(@Nullable Segment segment, List<Pending> group, Exception cause) {
    events.writeFailed(segment == null ? "(new)" : segment.name, cause);
    IOException why =
        new IOException(tools.name() + ": the log cannot be written: " + cause, cause);
    lock.lock();
    try {
      active = null;
      failure = why;
      failedAtNanos = System.nanoTime();
      for (Pending append : group) {
        pendingBytes -= append.sizeBytes();
      }
      room.signalAll();
    } finally {
      lock.unlock();
    }
    if (segment != null) {
      takeBack(segment, cause);
    }
    for (Pending append : group) {
      refuse(why, append.body.batch().itemCount(), append.whenDone);
    }
  }

  /** Cuts off what was written in vain; what cannot be cut does not count, the next header says. */
  private void takeBack(Segment segment, Exception cause) {
    boolean empty = segment.last < segment.first;
    if (empty) {
      lock.lock();
      try {
        segments.remove(segment);
        sizeBytes -= segment.end;
      } finally {
        lock.unlock();
      }
      discard(segment.name, segment.file, cause);
      return;
    }
    try {
      segment.file.truncate(segment.end);
    } catch (IOException e) {
      cause.addSuppressed(e);
    }
  }

  private Segment segmentFor(List<Pending> group) throws IOException {
    long bytes = 0;
    for (Pending append : group) {
      bytes += append.sizeBytes();
    }
    Segment now = active;
    boolean full;
    lock.lock();
    try {
      full = sizeBytes + bytes > settings.maxSize().bytes() && allDelivered();
    } finally {
      lock.unlock();
    }
    return now != null && now.end < settings.segmentSize().bytes() && !full ? now : begin();
  }

  private Segment begin() throws IOException {
    if (positionsUnknown) {
      // From here on they are only overwritten, for which even a full disk has room.
      positionMoved();
      keepPositions(true);
      positionsUnknown = false;
    }
    long first = nextSequence;
    String name = LogFormat.fileName(first);
    LogDisk.File file = disk.open(name, true);
    try {
      ByteBuffer bytes = LogFormat.fileHeader(id, first, lastCommitted, tools.clock().millis());
      long at = 0;
      while (bytes.hasRemaining()) {
        at += file.write(bytes, at);
      }
      file.force();
      disk.force();
    } catch (IOException | RuntimeException e) {
      discard(name, file, e);
      throw e;
    }
    Segment segment = new Segment(name, first, lastCommitted, file);
    lock.lock();
    try {
      segments.add(segment);
      sizeBytes += segment.end;
      active = segment;
    } finally {
      lock.unlock();
    }
    return segment;
  }

  private void discard(String name, LogDisk.File file, Exception cause) {
    try {
      file.close();
      disk.delete(name);
    } catch (IOException e) {
      cause.addSuppressed(e);
    }
  }

  private boolean positionsDue() {
    lock.lock();
    try {
      return nanosToPositions() <= 0;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Writes the positions that moved.
   *
   * @param force whether they must survive a power failure when this returns
   * @return whether they were written
   */
  private boolean writePositions(boolean force) {
    try {
      keepPositions(force);
      return true;
    } catch (IOException e) {
      events.positionFailed(e);
      return false;
    }
  }

  private void keepPositions(boolean force) throws IOException {
    Map<String, Long> now = new LinkedHashMap<>();
    boolean moved;
    boolean due;
    lock.lock();
    try {
      moved = positionsMoved;
      due = !positionsForced && (force || forceIsDue());
      positionsMoved = false;
      positionsWrittenNanos = System.nanoTime();
      if (due) {
        positionsForced = true;
        positionsForcedNanos = System.nanoTime();
      }
      readers.forEach((name, reader) -> now.put(name, reader.position()));
    } finally {
      lock.unlock();
    }
    boolean kept = false;
    try {
      for (Map.Entry<String, PositionFile> entry : positions.entrySet()) {
        Long position = now.get(entry.getKey());
        if (moved && position != null) {
          entry.getValue().write(id, position);
        }
        if (due) {
          entry.getValue().force();
        }
      }
      if (due) {
        disk.force();
      }
      kept = true;
    } finally {
      if (!kept) {
        lock.lock();
        try {
          positionsMoved = true;
          positionsForced = false;
        } finally {
          lock.unlock();
        }
      }
    }
  }

  private boolean forceIsDue() {
    return System.nanoTime() - positionsForcedNanos >= FORCE_INTERVAL_NANOS;
  }

  /** Deletes the segments that every reader has delivered, once their positions are durable. */
  private void deletePassed() {
    List<Segment> passed = new ArrayList<>();
    lock.lock();
    try {
      long min = minPosition();
      for (Segment segment : segments) {
        if (segment == active || segment.last >= min) {
          break;
        }
        passed.add(segment);
      }
    } finally {
      lock.unlock();
    }
    if (passed.isEmpty() || !writePositions(true)) {
      return;
    }
    for (Segment segment : passed) {
      try {
        disk.delete(segment.name);
        segment.close();
      } catch (IOException e) {
        events.writeFailed(segment.name, e);
        return;
      }
      lock.lock();
      try {
        segments.remove(segment);
        sizeBytes -= segment.end;
        room.signalAll();
      } finally {
        lock.unlock();
      }
    }
  }

  private double oldestAgeSeconds() {
    long oldest = Long.MAX_VALUE;
    for (LogReader reader : readers.values()) {
      long since = reader.oldestUnixNanos();
      oldest = since == 0 ? oldest : Math.min(oldest, since);
    }
    return oldest == Long.MAX_VALUE
        ? 0
        : Math.max(0, tools.clock().millis() - TimeUnit.NANOSECONDS.toMillis(oldest)) / 1000.0;
  }

  private void registerGauges() {
    events.gauge("size_bytes", "Bytes of the log on disk", Map.of(), this::sizeBytes);
    events.gauge(
        "capacity_bytes",
        "Bytes of the log above which appends are refused",
        Map.of(),
        () -> settings.maxSize().bytes());
    events.gauge(
        "oldest_unacknowledged_age_seconds",
        "Age of the oldest batch that was taken from the log and is not delivered",
        Map.of(),
        this::oldestAgeSeconds);
    readers.forEach(
        (name, reader) ->
            events.gauge(
                "waiting_batches",
                "Batches that wait for their delivery, about",
                Map.of("reader", name),
                () -> waiting(reader)));
  }

  private double waiting(LogReader reader) {
    lock.lock();
    try {
      return Math.max(0, lastCommitted - reader.position() + 1);
    } finally {
      lock.unlock();
    }
  }
}
