package io.millrace.core.state;

import io.millrace.api.component.ComponentId;
import io.millrace.api.config.DataSize;
import io.millrace.api.telemetry.Batch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What can never be delivered, as JSON lines in the state directory, one file for each component;
 * see {@code docs/dead-letters.md}. Thread-safe.
 *
 * <p>A line holds {@code state}, {@code time}, {@code component} and {@code reason}; for telemetry
 * {@code signal}, {@code items}, {@code origins} (a list of stream, start, end, sub; one for each
 * item, or none) and {@code otlp}, the request in base64; for other bytes {@code origin} and {@code
 * raw}.
 *
 * <p>All files together are bounded. When they are full, nothing is put aside until there is room
 * again: what cannot be put aside does not count as delivered. Letters on their way back take no
 * room, so that they can be put aside again.
 */
public final class DeadLetterStore implements AutoCloseable {

  /** How much the dead letters of an agent may hold. */
  public static final DataSize STANDARD_CAPACITY = DeadLetterSettings.STANDARD_CAPACITY;

  /** Dropping makes more room than is asked for, as it reads and writes whole files. */
  private static final int DROPPED_SHARE = 8;

  /**
   * Telemetry to put aside.
   *
   * @param batch the telemetry
   * @param reason one sentence
   */
  public record Letter(Batch batch, String reason) {}

  /** Is told what becomes of letters. Called with the store locked; does not block. */
  public interface Observer {

    /** Letters were put aside. */
    void kept(String component, long letters, long items);

    /** Letters were lost, since the user wants the oldest ones dropped. */
    void dropped(String component, long letters, long items);

    /** Letters could not be put aside, and will be tried again. */
    void failed(String component, IOException cause);
  }

  /** Listens to nothing. */
  static final Observer NOBODY =
      new Observer() {
        @Override
        public void kept(String component, long letters, long items) {}

        @Override
        public void dropped(String component, long letters, long items) {}

        @Override
        public void failed(String component, IOException cause) {}
      };

  private final Path directory;
  private final DeadLetterSettings settings;
  private final Clock clock;
  private final Observer observer;
  private final LetterSamples samples;
  private final ReplayRequests requests;
  private final Map<String, LetterFile> files = new HashMap<>();
  private long keptBytes = -1;

  /** Keeps letters in {@code dead-letters/} of a state directory. */
  public DeadLetterStore(
      StateDirectory state, DeadLetterSettings settings, Clock clock, Observer observer) {
    this.directory = LetterFiles.directory(state.root());
    this.settings = settings;
    this.clock = clock;
    this.observer = observer;
    this.samples = new LetterSamples(LetterFiles.samples(state.root()));
    this.requests = ReplayRequests.of(state.root());
  }

  /** The same, of which nobody is told. */
  public DeadLetterStore(StateDirectory state, DataSize capacity, Clock clock) {
    this(state, DeadLetterSettings.of(capacity), clock, NOBODY);
  }

  /**
   * Puts telemetry aside durably, all or nothing.
   *
   * @param kind the component's kind, such as {@code exporter}
   * @throws IOException when nothing was put aside; the message says why
   */
  public void put(String kind, ComponentId id, List<Letter> letters) throws IOException {
    put(LetterOwner.of(kind, id), letters);
  }

  /**
   * Puts telemetry aside durably, all or nothing.
   *
   * @throws IOException when nothing was put aside; the message says why
   */
  public void put(LetterOwner owner, List<Letter> letters) throws IOException {
    Instant now = clock.instant();
    List<LetterLine> lines = new ArrayList<>(letters.size());
    long items = 0;
    for (Letter letter : letters) {
      lines.add(LetterLine.of(now, owner, letter));
      items += letter.batch().itemCount();
    }
    append(owner, lines, items);
  }

  /**
   * Puts bytes aside durably that are no telemetry.
   *
   * @throws IOException as {@link #put}
   */
  public void putRaw(LetterOwner owner, byte[] bytes, String origin, String reason)
      throws IOException {
    append(owner, List.of(LetterLine.raw(clock.instant(), owner, bytes, origin, reason)), 1);
  }

  /**
   * Keeps a sample of bytes that somebody else is told not to have arrived: neither durable nor for
   * certain, and never in the way of the letters.
   *
   * @return whether it was kept
   */
  public boolean sample(LetterOwner owner, byte[] bytes, String origin, String reason) {
    return samples.offer(owner, clock.instant(), bytes, origin, reason);
  }

  /** What was asked to be replayed. */
  public ReplayRequests requests() {
    return requests;
  }

  /** What all letters may take. */
  public long capacityBytes() {
    return settings.capacity().bytes();
  }

  /** What the letters take now; reads the directory. */
  public synchronized long keptBytes() throws IOException {
    keptBytes = measure();
    return keptBytes;
  }

  /**
   * Marks what a request asks for as on its way back.
   *
   * @return how many letters there are now
   */
  public synchronized long mark(ReplayRequest request) throws IOException {
    long count = 0;
    for (Path path : LetterFiles.in(directory)) {
      LetterFile file = file(path);
      List<StoredLetter> chosen = new ArrayList<>();
      LetterScan.<IOException>read(
          path,
          (letter, content) -> {
            if (letter.state() == LetterState.DEAD && !letter.isRaw() && request.asksFor(letter)) {
              chosen.add(letter);
            }
          });
      for (StoredLetter letter : chosen) {
        file.mark(letter, LetterState.BACK);
      }
      file.force();
      count += chosen.size();
    }
    keptBytes = -1;
    return count;
  }

  /** The files that hold letters, by name. */
  public synchronized List<String> files() throws IOException {
    return LetterFiles.in(directory).stream()
        .map(path -> String.valueOf(path.getFileName()))
        .toList();
  }

  /**
   * Opens a file for handing on what is on its way back; its lines stay where they are until it is
   * closed.
   *
   * @return empty when nothing in the file is
   */
  public synchronized Optional<ReturningLetters> returning(String name) throws IOException {
    Path path = directory.resolve(name);
    long[] returning = new long[1];
    LetterScan.<IOException>read(
        path,
        (letter, content) ->
            returning[0] += letter.state() == LetterState.BACK ? letter.length() : 0);
    if (returning[0] == 0) {
      return Optional.empty();
    }
    LetterFile file = file(path);
    file.leavingBytes(returning[0]);
    file.pin();
    keptBytes = -1;
    return Optional.of(new ReturningLetters(this, file));
  }

  @Override
  public synchronized void close() throws IOException {
    for (LetterFile file : files.values()) {
      file.close();
    }
    files.clear();
    samples.close();
  }

  synchronized void mark(LetterFile file, StoredLetter letter, LetterState state)
      throws IOException {
    file.mark(letter, state);
    keptBytes = -1;
  }

  synchronized void release(LetterFile file) throws IOException {
    file.unpin();
    tidy(file);
  }

  private synchronized void append(LetterOwner owner, List<LetterLine> lines, long items)
      throws IOException {
    if (lines.isEmpty()) {
      return;
    }
    long bytes = lines.stream().mapToLong(LetterLine::sizeBytes).sum();
    try {
      Files.createDirectories(directory);
      makeRoom(bytes);
      file(directory.resolve(owner.fileName())).append(lines);
    } catch (IOException e) {
      observer.failed(owner.name(), e);
      throw e;
    }
    keptBytes += bytes;
    observer.kept(owner.name(), lines.size(), items);
  }

  private void makeRoom(long bytes) throws IOException {
    if (keptBytes >= 0 && bytes <= capacityBytes() - keptBytes) {
      return;
    }
    keptBytes = measure(); // Somebody may have moved files away.
    if (bytes <= capacityBytes() - keptBytes) {
      return;
    }
    if (settings.whenFull() == DeadLetterSettings.WhenFull.DROP_OLDEST
        && bytes <= capacityBytes()) {
      drop(Math.max(bytes - (capacityBytes() - keptBytes), capacityBytes() / DROPPED_SHARE));
      keptBytes = measure();
    }
    if (bytes > capacityBytes() - keptBytes) {
      throw new IOException(
          "Dead letters are full: "
              + directory
              + " holds "
              + keptBytes
              + " bytes (expected: at most "
              + settings.capacity()
              + "; replay them with millrace dlq replay, or look at the files and move them away)");
    }
  }

  private long measure() throws IOException {
    long bytes = 0;
    for (Path path : LetterFiles.in(directory)) {
      LetterFile open = files.get(String.valueOf(path.getFileName()));
      bytes += LetterFiles.size(path) - (open == null ? 0 : open.leavingBytes());
    }
    return bytes;
  }

  /** A letter that may be dropped. */
  private record Droppable(LetterFile file, StoredLetter letter) {}

  /** Drops the oldest letters, whosever they are, until so many bytes are free. */
  private void drop(long bytes) throws IOException {
    List<Droppable> candidates = new ArrayList<>();
    for (Path path : LetterFiles.in(directory)) {
      LetterFile file = file(path);
      LetterScan.<IOException>read(
          path,
          (letter, content) -> {
            if (letter.state() == LetterState.DEAD) {
              candidates.add(new Droppable(file, letter));
            }
          });
    }
    candidates.sort(Comparator.comparing(each -> each.letter.time()));
    Map<String, long[]> lost = new TreeMap<>();
    Map<Path, LetterFile> touched = new TreeMap<>();
    long freed = 0;
    for (Droppable each : candidates) {
      if (freed >= bytes) {
        break;
      }
      each.file.mark(each.letter, LetterState.DONE);
      touched.put(each.file.path(), each.file);
      freed += each.letter.length();
      long[] counts = lost.computeIfAbsent(each.letter.component(), key -> new long[2]);
      counts[0]++;
      counts[1] += each.letter.items();
    }
    for (LetterFile file : touched.values()) {
      tidy(file);
    }
    lost.forEach((component, counts) -> observer.dropped(component, counts[0], counts[1]));
  }

  private void tidy(LetterFile file) throws IOException {
    if (file.tidy()) {
      files.remove(String.valueOf(file.path().getFileName()), file);
    }
    keptBytes = -1;
  }

  private LetterFile file(Path path) throws IOException {
    String name = String.valueOf(path.getFileName());
    LetterFile known = files.get(name);
    if (known != null && known.isThere()) {
      return known;
    }
    if (known != null) {
      known.detach();
    }
    LetterFile opened = LetterFile.open(path);
    files.put(name, opened);
    return opened;
  }
}
