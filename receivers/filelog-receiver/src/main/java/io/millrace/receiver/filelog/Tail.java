package io.millrace.receiver.filelog;

import io.millrace.api.pipeline.Deliveries;
import io.millrace.api.pipeline.Delivery;
import io.millrace.api.pipeline.Outcome;
import io.millrace.api.pipeline.Parcel;
import io.millrace.api.pipeline.RequestContext;
import io.millrace.api.telemetry.Logs;
import io.millrace.receiver.filelog.FilelogConfig.OnTruncate;
import io.millrace.toolkit.source.AgeBound;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Reads one file, whatever its name becomes, from where its storage says, and hands over what it
 * finds.
 *
 * <p>{@link #wake} may be called by any thread at any time; {@link #run} is then called by one
 * worker at a time, and what a worker does not guard is its own. Between two runs nothing of the
 * file is kept in memory but the batches that have not arrived: the beginning of a record that is
 * not complete is read again.
 */
final class Tail implements Runnable, AgeBound.Source {
  private static final int BATCH_BYTES = 256 << 10;
  private static final long TURN_BYTES = 4 << 20;
  private static final int MAX_BOUNDARIES = 2_000;
  private static final long FRESH_CHANGE_MILLIS = 2_000;

  private final FileId id;
  private final TailContext context;
  private final Settings settings;
  private final Window window;
  private final AgeBound.Watch ageWatch;
  private final AtomicInteger calls = new AtomicInteger();
  private final AtomicInteger failures = new AtomicInteger();
  private final AtomicBoolean queuedForRoom = new AtomicBoolean();
  private final List<Life> formerLives = new ArrayList<>();
  private final ArrayDeque<Long> boundaries = new ArrayDeque<>();
  private final Cut cut = new Cut();
  private final BatchMaker.Place place = new BatchMaker.Place();

  // A worker's own.
  private @Nullable FileChannel channel;
  private Life life;
  private long recordStart;
  private long textStart;
  private long scanned;
  private long recordNumber;
  private long batchBytes;
  private int knownPrefix;
  private FileAttributes attributes;
  private Path attributesOf;

  // Written by the poller, read by workers.
  private volatile Path path;
  private volatile boolean changed = true;
  private volatile boolean gone;
  private volatile boolean closing;
  private volatile long seenSize;
  private FileTime seenChange = FileTime.fromMillis(0);
  private volatile long ageMark;
  private volatile long ageMarkNanos;

  // Written by workers, read by the poller.
  private volatile long readTo = -1;
  private volatile long grownNanos;
  private volatile boolean open;
  private volatile boolean waiting;
  private volatile boolean resting;
  private volatile boolean finished;
  private volatile boolean partial;
  private volatile long consumedTo;

  // Written by whatever thread ends a Delivery.
  private volatile long retryAtNanos;

  private Tail(FileId id, TailContext context, Path path, FileChannel channel, Window window) {
    this.id = id;
    this.context = context;
    this.settings = context.settings();
    this.path = path;
    this.channel = channel;
    this.open = true;
    this.window = window;
    this.attributes = FileAttributes.of(path, settings.config());
    this.attributesOf = path;
    this.grownNanos = context.nanoTime();
    this.retryAtNanos = grownNanos;
    this.life =
        new Life(id, context.agentId(), state(0, 0, Fingerprint.EMPTY, Fingerprint.EMPTY, path));
    this.ageWatch = context.ageBound().watch(this);
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
    Window window = new Window(context.settings().fingerprintBytes());
    Tail tail = new Tail(id, context, path, channel, window);
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
      tail.ageWatch.close();
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

  @Override
  public String name() {
    return path.toString();
  }

  @Override
  public synchronized OptionalLong oldestNanos() {
    for (Life former : formerLives) {
      OptionalLong oldest = former.ledger().oldestNanos();
      if (oldest.isPresent()) {
        return oldest;
      }
    }
    return life.ledger().oldestNanos();
  }

  /** The life that is read now, and earlier ones whose batches are still on their way. */
  synchronized List<Life> lives() {
    List<Life> all = new ArrayList<>(formerLives);
    all.add(life);
    return all;
  }

  boolean isOpen() {
    return open;
  }

  /** Bytes of the file that have not arrived. */
  long lagBytes() {
    return Math.max(0, Math.max(seenSize, readTo) - arrivedTo());
  }

  /** For how long something that has not arrived has been in the file, nanoseconds; or 0. */
  long lagNanos(long nowNanos) {
    return arrivedTo() >= ageMark ? 0 : nowNanos - ageMarkNanos;
  }

  /** Notes where the file is and how it is; wakes the tail if there may be something to do. */
  void observe(Path where, long size, FileTime change, long nowMillis) {
    path = where;
    gone = false;
    boolean fresh = nowMillis - change.toMillis() < FRESH_CHANGE_MILLIS;
    boolean different = size != seenSize || !change.equals(seenChange);
    seenSize = size;
    seenChange = change;
    currentLife().seen(where.toString(), nowMillis);
    if (arrivedTo() >= ageMark) {
      ageMark = size;
      ageMarkNanos = context.nanoTime();
    }
    if (different || fresh || !resting) {
      changed = true;
      wake();
    } else if (partial && periodIsOver()) {
      wake();
    }
  }

  /** Notes that no pattern matches the file any more; it is read to its end. */
  void observeGone() {
    gone = true;
    changed = true;
    wake();
  }

  boolean isGone() {
    return gone;
  }

  /** How long ago the file has grown last. */
  Duration quietFor() {
    return Duration.ofNanos(context.nanoTime() - grownNanos);
  }

  /** Whether everything has been read and has arrived, so that the tail may be closed. */
  boolean isFinished() {
    if (!finished) {
      return false;
    }
    for (Life each : lives()) {
      if (!each.ledger().settled()) {
        return false;
      }
    }
    return true;
  }

  /** Whether the storage knows the position of everything that has arrived. */
  boolean isStored() {
    return !currentLife().isBehind();
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
    ageWatch.close();
    try {
      close();
    } catch (IOException e) {
      context.unreadable(path, e);
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
      context.unreadable(path, e);
      resting = false;
    } catch (RuntimeException e) {
      context.broken(path, e);
      resting = false;
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
    if (context.isStopping() || !sendAgain()) {
      return false;
    }
    if (!attributesOf.equals(path)) {
      attributesOf = path;
      attributes = FileAttributes.of(attributesOf, settings.config());
    }
    FileChannel file = channel;
    if (file == null) {
      if (!changed || gone || (file = reopen()) == null) {
        return false;
      }
    }
    if (!life.isStored() && !save()) {
      return false;
    }
    long stopAt = recordStart + TURN_BYTES;
    while (!context.isStopping()) {
      if (life.ledger().hasFailed()) {
        return false;
      }
      if (isFull()) {
        // What is behind is not known: the file is not finished, however it was before.
        finished = false;
        changed = true;
        return false;
      }
      if (!pass(file)) {
        return closeIfAsked();
      }
      if (recordStart >= stopAt) {
        return true;
      }
    }
    return false;
  }

  /** Whether too much is on its way, or for too long; the tail is woken when it no longer is. */
  private boolean isFull() {
    if (isBounded(life)) {
      // Whatever arrives wakes this tail.
      waiting = true;
      boolean full = isBounded(life);
      waiting = full;
      return full;
    }
    if (!context.budget().isExhausted()) {
      return false;
    }
    if (queuedForRoom.compareAndSet(false, true)) {
      context.budget().whenRoom(this::roomAgain);
    }
    return true;
  }

  /** Whether what is on its way of a life has reached a bound, or of any life that of age. */
  private boolean isBounded(Life of) {
    boolean old = ageWatch.holdsBack();
    return old || of.ledger().unacknowledgedBytes() >= settings.windowBytes();
  }

  private void roomAgain() {
    queuedForRoom.set(false);
    wake();
  }

  /** Reads a window and hands over its records. Returns whether there may be more to read. */
  private boolean pass(FileChannel file) throws IOException, InterruptedException {
    boolean wasChanged = changed;
    changed = false;
    long size = file.size();
    if (!wasChanged && size == readTo && boundaries.isEmpty() && !flushIsDue()) {
      return false;
    }
    ReadBuffer buffer = context.buffer();
    long base = textStart - window.markerLength();
    buffer.read(file, base);
    if (!window.markerHolds(buffer.bytes(), buffer.length()) || !window.prefixHolds(file)) {
      return startAnew(file);
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
      return true;
    }
    textStart = base + index;
    scanned = Math.max(scanned, textStart);
    window.mark(buffer.bytes(), index);
    if (buffer.isFull()) {
      return true;
    }
    partial = hasPartial(buffer, index);
    finished = !partial;
    consumedTo = partial ? recordStart : end;
    resting = true;
    boolean cut = partial && periodIsOver() && setBoundary(buffer, base, index);
    buffer.shrink();
    return cut;
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
    place.observedUnixNanos = context.unixNanos();
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
    int from = trimmedStart(bytes, cut.from, cut.to);
    int to = trimmedEnd(bytes, from, cut.to);
    if (from == to) {
      return false;
    }
    recordNumber++;
    place.start = recordStart;
    place.end = base + cut.end;
    place.textStart = base + from;
    place.number = recordNumber;
    maker.add(attributes, bytes, from, to, place);
    batchBytes += place.end - recordStart;
    recordStart = place.end;
    return true;
  }

  private int trimmedStart(byte[] bytes, int from, int to) {
    return settings.config().preserveLeadingWhitespaces()
        ? from
        : settings.encoding().trimmedStart(bytes, from, to);
  }

  private int trimmedEnd(byte[] bytes, int from, int to) {
    return settings.config().preserveTrailingWhitespaces()
        ? to
        : settings.encoding().trimmedEnd(bytes, from, to);
  }

  private void send(BatchMaker maker, byte[] bytes, long base)
      throws IOException, InterruptedException {
    if (!life.isSaved()) {
      // No record leaves before the storage knows which bytes its stream stands for.
      saveOrThrow();
    }
    int records = maker.itemCount();
    Logs batch = maker.build();
    int end = (int) (recordStart - base);
    Fingerprint marker = Fingerprint.of(bytes, Math.max(0, end - Window.MARKER_BYTES), end);
    Sent sent = new Sent(batch, recordStart, recordNumber, marker, context.nanoTime());
    context.instruments().readBytes.add(batchBytes);
    context.instruments().readRecords.add(records);
    batchBytes = 0;
    life.ledger().add(sent);
    context.budget().add(sent.bytesHeld);
    if (batch.isEmpty()) {
      ended(life, sent, Outcome.DELIVERED);
      return;
    }
    handOver(life, sent);
  }

  /** Hands a batch over, or puts it aside once it was rejected for ever. */
  private void send(Life of, Sent sent) throws InterruptedException {
    String rejection = sent.rejection;
    if (rejection == null) {
      handOver(of, sent);
      return;
    }
    try {
      context.putAside(sent.batch, rejection);
      ended(of, sent, Outcome.DELIVERED);
    } catch (IOException e) {
      ended(of, sent, new Outcome.Refused("dead letters cannot be written: " + e, null));
    }
  }

  private void handOver(Life of, Sent sent) throws InterruptedException {
    Delivery delivery = Deliveries.replayable(outcome -> ended(of, sent, outcome));
    try {
      context
          .consumer()
          .accept(new Parcel(sent.batch, delivery, RequestContext.local(context.unixNanos())));
    } catch (RuntimeException e) {
      // Against the contract of a consumer; without this the batch would never end.
      context.broken(path, e);
      delivery.refused("A component failed: " + e);
    }
  }

  /** What became of a batch; on any thread. */
  private void ended(Life of, Sent sent, Outcome outcome) {
    boolean arrived = outcome instanceof Outcome.Delivered;
    if (outcome instanceof Outcome.Rejected rejected) {
      sent.rejection = rejected.reason();
    }
    long released = of.ledger().ended(sent, arrived);
    if (arrived) {
      failures.set(0);
      context.budget().release(released);
      context.positionMoved();
      if (waiting && !isBounded(of)) {
        waiting = false;
        wake();
      }
    }
    if (of.ledger().hasFailed() && of.ledger().underWay() == 0) {
      Duration hint = outcome instanceof Outcome.Refused refused ? refused.retryAfter() : null;
      Duration wait = outcome instanceof Outcome.Rejected ? Duration.ZERO : backOff(hint);
      retryAtNanos = context.nanoTime() + wait.toNanos();
      context.wakeLater(this, wait);
    }
  }

  private Duration backOff(@Nullable Duration hint) {
    FilelogConfig.RetryConfig retry = settings.config().retryOnFailure();
    int doublings = Math.min(failures.getAndIncrement(), 20);
    Duration wait = retry.initialInterval().multipliedBy(1L << doublings);
    Duration limited = wait.compareTo(retry.maxInterval()) > 0 ? retry.maxInterval() : wait;
    return hint != null && hint.compareTo(limited) > 0 ? hint : limited;
  }

  /** Sends what was refused once more; returns whether something new may be read. */
  private boolean sendAgain() throws InterruptedException {
    for (Life each : lives()) {
      if (!each.ledger().hasFailed()) {
        continue;
      }
      boolean tooEarly = context.nanoTime() - retryAtNanos < 0;
      List<Sent> failed = tooEarly ? List.of() : each.ledger().takeFailed();
      if (failed.isEmpty()) {
        return false;
      }
      context.instruments().resentBatches.add(failed.size());
      for (Sent sent : failed) {
        send(each, sent);
      }
    }
    synchronized (this) {
      formerLives.removeIf(former -> former.ledger().settled());
    }
    return !life.ledger().hasFailed();
  }

  private boolean flushIsDue() {
    return partial && periodIsOver();
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
    return gone && quietFor().compareTo(context.releaseAfter()) >= 0;
  }

  /** Whether something other than white space is behind the last record of a window. */
  private boolean hasPartial(ReadBuffer buffer, int index) {
    int from = trimmedStart(buffer.bytes(), index, buffer.length());
    return trimmedEnd(buffer.bytes(), from, buffer.length()) > from;
  }

  /**
   * Ends the record that is open at the end of the file, as the next pass will find. The boundary
   * is in the storage before any record ends there: a later reading ends it at the same byte,
   * whatever has been appended since.
   */
  private boolean setBoundary(ReadBuffer buffer, long base, int index) throws IOException {
    int end = settings.encoding().wholeCharacters(buffer.bytes(), index, buffer.length());
    int from = trimmedStart(buffer.bytes(), index, end);
    boolean blank = trimmedEnd(buffer.bytes(), from, end) == from;
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

  /** The file is no longer what it was: truncated, or another one under the same inode. */
  private boolean startAnew(FileChannel file) throws IOException {
    boolean beginsAlike = window.prefixLength() > 0 && window.prefixHolds(file);
    long size = file.size();
    long start = 0;
    if (beginsAlike && settings.onTruncate() == OnTruncate.IGNORE) {
      start = textStart;
    } else if (beginsAlike && settings.onTruncate() == OnTruncate.READ_NEW) {
      start = aligned(size);
    }
    context.instruments().truncations.add(1);
    context
        .log()
        .atInfo()
        .addKeyValue("file", path)
        .addKeyValue("readTo", recordStart)
        .addKeyValue("size", size)
        .log("A file was truncated or replaced; its new content is read as a new stream");
    life.end();
    if (!life.ledger().settled()) {
      synchronized (this) {
        formerLives.add(life);
      }
    }
    begin(file, context.checkpoints().generationAfter(life.generation()), start);
    return save();
  }

  private void begin(FileChannel file, long generation, long start) throws IOException {
    window.reset();
    window.prefixHolds(file);
    window.markAt(file, start);
    enter(
        new Life(
            id,
            context.agentId(),
            state(generation, start, window.prefix(), window.marker(), path)));
    changed = true;
  }

  private void resume(FileChannel file, StreamState state) throws IOException {
    if (!window.resume(file, state)) {
      life = new Life(id, context.agentId(), state);
      recordStart = state.position();
      textStart = state.position();
      startAnew(file);
      return;
    }
    enter(new Life(id, context.agentId(), state));
    life.saved(state);
    boundaries.addAll(state.boundaries());
  }

  private void enter(Life next) {
    synchronized (this) {
      life = next;
    }
    boundaries.clear();
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

  private long arrivedTo() {
    Ledger ledger = currentLife().ledger();
    return ledger.settled() ? Math.max(consumedTo, ledger.position()) : ledger.position();
  }

  private synchronized Life currentLife() {
    return life;
  }

  private boolean save() {
    try {
      saveOrThrow();
      return true;
    } catch (NotStoredException e) {
      context.notStored(e.failure());
      resting = false;
      return false;
    }
  }

  private void saveOrThrow() throws NotStoredException {
    context.checkpoints().save(List.of(life));
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

  private boolean closeIfAsked() throws IOException {
    if (closing && isFinished()) {
      closing = false;
      close();
    }
    return false;
  }

  private long aligned(long size) {
    return size - size % settings.encoding().newlineBytes();
  }

  private StreamState state(
      long generation, long start, Fingerprint prefix, Fingerprint marker, Path where) {
    long nowMillis = context.unixNanos() / 1_000_000;
    return new StreamState(
        generation, start, 0, prefix, marker, List.of(), nowMillis, where.toString());
  }
}
