package io.millrace.core.log;

import io.millrace.api.pipeline.RequestContext;
import io.millrace.api.telemetry.Batch;
import io.millrace.core.log.RecordScanner.Damage;
import io.millrace.core.telemetry.Instruments;
import java.io.IOException;
import java.time.Clock;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A log of batches in one directory: what is appended is on the disk when that is said, stays until
 * every reader has delivered it, and comes back after a crash. Thread-safe.
 *
 * <p>Appends that come while the disk is waited for are written together and share the next wait
 * ({@link GroupCommit}). Files (segments) are only ever appended to, by the process that made them,
 * and deleted as a whole once every reader is past. Each says how far the one before counts.
 *
 * <p>Nothing is dropped. A log that is full, and a disk that is, refuse appends until that has
 * changed. Damage costs the batches that it hit: see {@link RecordScanner} and {@link Damages}.
 */
public final class SegmentLog implements AutoCloseable {
  private static final Logger LOGGER = LoggerFactory.getLogger(SegmentLog.class);

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
   * @param instruments takes the log's metrics
   * @param clock what time it is
   */
  public record Tools(String name, Instruments instruments, Clock clock) {}

  private final LogSettings settings;
  private final Tools tools;
  private final LogEvents events;
  private final Damages damages;
  private final LogLock lock = new LogLock();
  private final LogReaders readers;
  private final Positions positions;
  private final Segments segments;
  private final Admission admission;
  private final GroupCommit commits;
  private boolean closed;
  private @Nullable Thread thread;

  private SegmentLog(LogDisk disk, LogSettings settings, Tools tools) {
    this.settings = settings;
    this.tools = tools;
    this.events = new LogEvents(tools.name(), tools.instruments());
    this.damages = new Damages(disk, events);
    this.readers = new LogReaders(tools.clock());
    this.positions = new Positions(disk, events, lock);
    this.segments = new Segments(disk, events, tools.clock(), lock, settings.segmentSize());
    this.admission = new Admission(tools.name(), settings, segments, readers, lock);
    this.commits = new GroupCommit(segments, admission, positions, events, lock);
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
      log.load(disk, readers);
    } catch (IOException | RuntimeException e) {
      log.positions.close();
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
      refusal = admission.admit(new Append(RecordBody.of(batch, context), whenDone));
    } catch (IOException e) {
      refusal = e;
    }
    if (refusal != null) {
      events.refused(refusal, batch.itemCount());
      whenDone.refused(refusal);
    }
  }

  /** A reader by its name. */
  public LogReader reader(String name) {
    LogReader reader = readers.named(name);
    if (reader == null) {
      throw new IllegalArgumentException(tools.name() + " has no reader " + name);
    }
    return reader;
  }

  /** Bytes on disk. */
  public long sizeBytes() {
    lock.lock();
    try {
      return segments.sizeBytes();
    } finally {
      lock.unlock();
    }
  }

  /** Writes what waits and the positions, and closes the files. */
  @Override
  public void close() throws IOException {
    lock.lock();
    try {
      admission.close();
    } finally {
      lock.unlock();
    }
    joinThread();
    work();
    IOException problem = positions.write(true) ? null : new IOException("Positions were not kept");
    lock.lock();
    try {
      closed = true;
      lock.committed.signalAll();
      segments.close();
      positions.close();
    } finally {
      lock.unlock();
    }
    if (problem != null) {
      throw problem;
    }
  }

  /** Does what there is to do: writes what waits, keeps positions, deletes what all have read. */
  void work() {
    List<Append> group = admission.takeAll();
    if (!group.isEmpty()) {
      commits.commit(group);
    }
    positions.writeWhenDue();
    deletePassed();
  }

  /** Under the lock. */
  boolean closed() {
    return closed;
  }

  long id() {
    return segments.id();
  }

  /** The number of the next append; of the thread that writes. */
  long nextSequence() {
    return commits.nextSequence();
  }

  /** Sequence of the newest batch; under the lock. */
  long lastCommitted() {
    return segments.lastCommitted();
  }

  /** The segment that holds a sequence, or else the next one; under the lock. */
  @Nullable Segment segmentAt(long sequence) {
    return segments.at(sequence);
  }

  /** A reader's position moved. */
  void positionMoved() {
    positions.moved();
  }

  /** Whether appends wait to be written; under the lock. */
  boolean writing() {
    return admission.writing();
  }

  void damaged(Segment segment, Damage damage) throws IOException {
    damages.putAside(segment, damage);
  }

  void missing(Segment segment, long records) {
    events.missing(segment.name + " ends early", records);
  }

  private void load(LogDisk disk, Collection<String> names) throws IOException {
    Map<String, PositionFile.Position> known = positions.load(names);
    Long knownId = null;
    for (PositionFile.Position position : known.values()) {
      knownId = position.logId();
    }
    LogOpening.Opened opened = new LogOpening(disk, events, damages).open(knownId);
    segments.take(opened);
    long lastCommitted = opened.lastCommitted();
    long nextSequence = lastCommitted + 1;
    for (Segment segment : opened.segments()) {
      // Also that of an empty one: no two files may ever have the same name.
      nextSequence = Math.max(nextSequence, segment.first + 1);
    }
    Segment first = segments.oldest();
    long oldest = first == null ? nextSequence : first.committedBefore + 1;
    long missing = 0;
    for (String name : names) {
      PositionFile.Position position = known.get(name);
      long next = oldest;
      if (position != null && position.logId() == opened.logId()) {
        next = position.sequence();
        missing = Math.max(missing, oldest - next);
      } else {
        positions.markIncomplete();
        if (oldest <= lastCommitted) {
          events.positionGone(name, oldest);
        }
      }
      nextSequence = Math.max(nextSequence, next);
      readers.add(new LogReader(this, name, Math.max(next, oldest), lock));
    }
    commits.beginWith(nextSequence);
    positions.keepFor(opened.logId(), readers.all());
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
      while (!admission.closing() && !admission.hasWaiting()) {
        long left = positions.nanosToDue();
        if (left <= 0) {
          return true;
        }
        try {
          long _ = lock.work.awaitNanos(left);
        } catch (InterruptedException e) {
          // Nobody but a stranger interrupts this thread, and the log goes on.
        }
      }
      return !admission.closing();
    } finally {
      lock.unlock();
    }
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

  /** Deletes the segments that every reader has delivered, once their positions are durable. */
  private void deletePassed() {
    List<Segment> passed;
    lock.lock();
    try {
      passed = segments.before(readers.position());
    } finally {
      lock.unlock();
    }
    if (!passed.isEmpty() && positions.write(true)) {
      segments.delete(passed);
    }
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
    for (LogReader reader : readers.all()) {
      events.gauge(
          "waiting_batches",
          "Batches that wait for their delivery, about",
          Map.of("reader", reader.name()),
          () -> waiting(reader));
    }
  }

  private double oldestAgeSeconds() {
    lock.lock();
    try {
      return readers.oldestAgeSeconds();
    } finally {
      lock.unlock();
    }
  }

  private double waiting(LogReader reader) {
    lock.lock();
    try {
      return Math.max(0, lastCommitted() - reader.position() + 1);
    } finally {
      lock.unlock();
    }
  }
}
