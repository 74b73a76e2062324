package io.millrace.receiver.filelog;

import io.millrace.receiver.filelog.FilelogConfig.OnTruncate;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Reads one file, whatever its name becomes, from where its storage says, and hands over what it
 * finds: a {@link RecordReader} finds the records, an {@link Outbox} has what is under way.
 *
 * <p>{@link #wake} may be called by any thread at any time; {@link #run} is then called by one
 * worker at a time, and what a worker does not guard is its own.
 */
final class Tail implements Runnable {
  private static final long TURN_BYTES = 4 << 20;
  private static final long FRESH_CHANGE_MILLIS = 2_000;

  private final FileId id;
  private final TailContext context;
  private final Settings settings;
  private final Window window;
  private final Outbox outbox;
  private final RecordReader reader;
  private final AtomicInteger calls = new AtomicInteger();

  // A worker's own.
  private @Nullable FileChannel channel;

  // Written by the poller, read by workers.
  private volatile Path path;
  private volatile boolean gone;
  private volatile boolean closing;
  private volatile long seenSize;
  private FileTime seenChange = FileTime.fromMillis(0);
  private volatile long ageMark;
  private volatile long ageMarkNanos;

  // Written by workers, read by the poller.
  private volatile boolean open;

  private Tail(FileId id, TailContext context, Path path, FileChannel channel) {
    this.id = id;
    this.context = context;
    this.settings = context.settings();
    this.path = path;
    this.channel = channel;
    this.open = true;
    this.window = new Window(settings.fingerprintBytes());
    this.outbox =
        new Outbox(context, this, life(state(0, 0, Fingerprint.EMPTY, Fingerprint.EMPTY)));
    this.reader = new RecordReader(context, this, outbox, window);
  }

  /**
   * Opens a file.
   *
   * @param startAtEnd where to begin if nothing is stored about the file
   * @throws IOException when it cannot be opened or read, or is no longer the file of that id
   */
  static Tail open(TailContext context, FileId id, Path path, boolean startAtEnd)
      throws IOException {
    FileChannel channel = FileChannel.open(path, StandardOpenOption.READ);
    Tail tail = new Tail(id, context, path, channel);
    try {
      if (!FileId.of(path).equals(id)) {
        throw new IOException(path + " was replaced while it was opened");
      }
      StreamState state = context.checkpoints().find(id).orElse(null);
      if (state == null) {
        long start = startAtEnd ? tail.aligned(channel.size()) : 0;
        tail.begin(channel, context.checkpoints().nextGeneration(id), start);
      } else {
        tail.resume(channel, state);
      }
      return tail;
    } catch (IOException e) {
      tail.outbox.close();
      channel.close();
      throw e;
    }
  }

  FileId id() {
    return id;
  }

  Path path() {
    return path;
  }

  /** The life that is read now, and earlier ones whose batches are still on their way. */
  List<Life> lives() {
    return outbox.lives();
  }

  boolean isOpen() {
    return open;
  }

  /** Bytes of the file that have not arrived. */
  long lagBytes() {
    return Math.max(0, Math.max(seenSize, reader.readTo()) - reader.arrivedTo());
  }

  /** For how long something that has not arrived has been in the file, nanoseconds; or 0. */
  long lagNanos(long nowNanos) {
    return reader.arrivedTo() >= ageMark ? 0 : nowNanos - ageMarkNanos;
  }

  /** Notes where the file is and how it is; wakes the tail if there may be something to do. */
  void observe(Path where, long size, FileTime change, long nowMillis) {
    path = where;
    gone = false;
    boolean fresh = nowMillis - change.toMillis() < FRESH_CHANGE_MILLIS;
    boolean different = size != seenSize || !change.equals(seenChange);
    seenSize = size;
    seenChange = change;
    outbox.life().seen(where.toString(), nowMillis);
    if (reader.arrivedTo() >= ageMark) {
      ageMark = size;
      ageMarkNanos = context.nanoTime();
    }
    if (different || fresh || !reader.isResting()) {
      reader.mayHaveChanged();
      wake();
    } else if (reader.flushIsDue()) {
      wake();
    }
  }

  /** Gives back what is stored ahead of reading for another quarter of an hour than this one. */
  void giveBackPast(long quarter) {
    if (outbox.life().giveBackPast(quarter)) {
      context.positionMoved();
    }
  }

  /** Notes that no pattern matches the file any more; it is read to its end. */
  void observeGone() {
    gone = true;
    reader.mayHaveChanged();
    wake();
  }

  boolean isGone() {
    return gone;
  }

  /** How long ago the file has grown last. */
  Duration quietFor() {
    return reader.quietFor();
  }

  /** Whether everything has been read and has arrived, so that the tail may be closed. */
  boolean isFinished() {
    return reader.isFinished() && outbox.isEmpty();
  }

  /**
   * Whether the storage knows everything about the file that it has to know when nobody reads it
   * any more; has it stored soon if not.
   */
  boolean isStored() {
    Life life = outbox.life();
    life.giveBack();
    boolean behind = life.isBehind();
    if (behind) {
      context.positionMoved();
    }
    return !behind;
  }

  /** Asks for the file to be closed if everything has been read; it is opened again on a change. */
  void release() {
    closing = true;
    wake();
  }

  /**
   * Ends the tail, unless a worker is at it or about to be; then it may have found something.
   *
   * @return whether it ended; its file is closed then
   */
  boolean retire() {
    if (!calls.compareAndSet(0, 1)) {
      return false;
    }
    outbox.close();
    try {
      close();
    } catch (IOException e) {
      context.troubles().unreadable(path, e);
    }
    return true;
  }

  /** Has a worker run this tail, soon. */
  void wake() {
    if (calls.getAndIncrement() == 0) {
      context.execute(this);
    }
  }

  @Override
  public void run() {
    int seen = calls.get();
    boolean again = false;
    try {
      again = work();
    } catch (IOException e) {
      context.troubles().unreadable(path, e);
      reader.doNotRest();
    } catch (RuntimeException e) {
      context.troubles().broken(path, e);
      reader.doNotRest();
    } catch (InterruptedException e) {
      // The receiver stops; what was under way has ended as failed.
      Thread.currentThread().interrupt();
    }
    if (again) {
      calls.incrementAndGet();
    }
    if (calls.addAndGet(-seen) != 0) {
      context.execute(this);
    }
  }

  /** Closes the file; no worker runs any more. */
  void close() throws IOException {
    FileChannel file = channel;
    channel = null;
    open = false;
    if (file != null) {
      file.close();
    }
  }

  /** Reads what there is. Returns whether it stopped only to let others have their turn. */
  private boolean work() throws IOException, InterruptedException {
    if (context.isStopping() || !outbox.sendAgain()) {
      return false;
    }
    reader.follow(path);
    FileChannel file = channel;
    if (file == null) {
      if (!reader.hasChanged() || gone || (file = reopen()) == null) {
        return false;
      }
    }
    if (!outbox.life().isStored() && !reader.save()) {
      return false;
    }
    long stopAt = reader.recordStart() + TURN_BYTES;
    while (!context.isStopping()) {
      if (outbox.life().ledger().hasFailed()) {
        return false;
      }
      if (outbox.isFull()) {
        reader.putOff();
        return false;
      }
      boolean more =
          switch (reader.pass(file)) {
            case MORE -> true;
            case END -> false;
            case OTHER_CONTENT -> startAnew(file);
          };
      if (!more) {
        closeIfAsked();
        return false;
      }
      if (reader.recordStart() >= stopAt) {
        return true;
      }
    }
    return false;
  }

  /** The file is no longer what it was: truncated, or another one under the same inode. */
  private boolean startAnew(FileChannel file) throws IOException {
    boolean beginsAlike = window.prefixLength() > 0 && window.prefixHolds(file);
    long size = file.size();
    long start = 0;
    if (beginsAlike && settings.onTruncate() == OnTruncate.IGNORE) {
      start = reader.textStart();
    } else if (beginsAlike && settings.onTruncate() == OnTruncate.READ_NEW) {
      start = aligned(size);
    }
    context.instruments().truncations.add(1);
    context
        .log()
        .atInfo()
        .addKeyValue("file", path)
        .addKeyValue("readTo", reader.recordStart())
        .addKeyValue("size", size)
        .log("A file was truncated or replaced; its new content is read as a new stream");
    Life before = outbox.life();
    before.end();
    begin(file, context.checkpoints().generationAfter(before.generation()), start);
    return reader.save();
  }

  private void begin(FileChannel file, long generation, long start) throws IOException {
    window.reset();
    window.prefixHolds(file);
    window.markAt(file, start);
    StreamState state = state(generation, start, window.prefix(), window.marker());
    reader.enter(life(state), state, start);
    reader.mayHaveChanged();
  }

  private void resume(FileChannel file, StreamState state) throws IOException {
    boolean same = window.resume(file, state);
    Life life = life(state);
    reader.enter(life, state, file.size());
    if (same) {
      life.saved(state);
    } else {
      startAnew(file);
    }
  }

  private @Nullable FileChannel reopen() throws IOException {
    Path where = path;
    FileChannel file = FileChannel.open(where, StandardOpenOption.READ);
    if (!FileId.of(where).equals(id)) {
      // Another file has this name now; the poller finds out.
      file.close();
      return null;
    }
    channel = file;
    open = true;
    return file;
  }

  private void closeIfAsked() throws IOException {
    if (closing && isFinished()) {
      closing = false;
      close();
    }
  }

  private long aligned(long size) {
    return size - size % settings.encoding().newlineBytes();
  }

  private Life life(StreamState state) {
    return new Life(id, context.agentId(), state);
  }

  private StreamState state(long generation, long start, Fingerprint prefix, Fingerprint marker) {
    long nowMillis = context.unixNanos() / 1_000_000;
    return new StreamState(
        generation, start, 0, prefix, marker, List.of(), nowMillis, path.toString(), List.of());
  }
}
