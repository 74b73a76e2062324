package io.millrace.receiver.filelog;

import java.util.ArrayList;
import java.util.List;

/**
 * One life of a file: a stream of origins. It ends when the file is truncated or its inode becomes
 * another file. Thread-safe.
 */
final class Life {
  private final FileId id;
  private final String stream;
  private final long generation;
  private final Ledger ledger;
  private final List<Long> boundaries;
  private final FirstReadings readings;
  private Fingerprint prefix;
  private Fingerprint savedPrefix = Fingerprint.EMPTY;
  private long savedPosition = -1;
  private String path;
  private long seenMillis;
  private boolean over;

  Life(FileId id, String agentId, StreamState state) {
    this.id = id;
    this.generation = state.generation();
    this.stream = "file/" + agentId + "/" + id + "/" + generation;
    Fingerprint marker = state.marker();
    this.ledger = new Ledger(state.position(), state.recordNumber(), marker);
    this.boundaries = new ArrayList<>(state.boundaries());
    this.readings = new FirstReadings(state.readings(), state.position());
    this.prefix = state.prefix();
    this.path = state.path();
    this.seenMillis = state.seenMillis();
  }

  FileId id() {
    return id;
  }

  /** The origins' stream id. */
  String stream() {
    return stream;
  }

  long generation() {
    return generation;
  }

  Ledger ledger() {
    return ledger;
  }

  synchronized void seen(String where, long nowMillis) {
    path = where;
    seenMillis = nowMillis;
  }

  synchronized void prefix(Fingerprint first) {
    prefix = first;
  }

  /** Adds an end of a record that the bytes do not tell; it counts once it is saved. */
  synchronized void addBoundary(long boundary) {
    boundaries.add(boundary);
  }

  synchronized void removeBoundary(long boundary) {
    boundaries.remove((Long) boundary);
  }

  synchronized List<Long> boundaries() {
    return List.copyOf(boundaries);
  }

  /** See {@link FirstReadings#limit}. */
  synchronized long readBefore(long fileBytes) {
    return readings.limit(fileBytes);
  }

  /** See {@link FirstReadings#quarterFor}. */
  synchronized long quarterFor(long now) {
    return readings.quarterFor(now);
  }

  /** See {@link FirstReadings#note}. */
  synchronized boolean noteReading(long from, long end, long quarter) {
    return readings.note(from, end, quarter);
  }

  /**
   * Gives back what is stored ahead of reading for another quarter of an hour than this one; it is
   * gone once the life is saved.
   *
   * @return whether there was something
   */
  synchronized boolean giveBackPast(long quarter) {
    boolean past = !over && readings.isPast(quarter);
    if (past) {
      readings.giveBack();
    }
    return past;
  }

  /** Gives back what is stored ahead of reading; it is gone once the life is saved. */
  synchronized void giveBack() {
    readings.giveBack();
  }

  /** Another life of the file has begun; this one is not stored any more. */
  synchronized void end() {
    over = true;
  }

  synchronized boolean isOver() {
    return over;
  }

  /** Whether the storage knows this life. */
  synchronized boolean isStored() {
    return savedPosition >= 0;
  }

  /** Whether the stored form knows the file by all the bytes that are known now. */
  synchronized boolean isSaved() {
    return savedPosition >= 0 && savedPrefix.equals(prefix);
  }

  /** Whether the storage does not know all that it could. */
  synchronized boolean isBehind() {
    return !over && (savedPosition < ledger.position() || !readings.isStored());
  }

  /** What to store; boundaries and readings that have been passed are dropped. */
  synchronized StreamState snapshot() {
    // Marker, number and position change together.
    synchronized (ledger) {
      long position = ledger.position();
      boundaries.removeIf(boundary -> boundary <= position);
      return new StreamState(
          generation,
          position,
          ledger.recordNumber(),
          prefix,
          ledger.marker(),
          boundaries,
          seenMillis,
          path,
          readings.from(position));
    }
  }

  synchronized void saved(StreamState state) {
    savedPosition = state.position();
    savedPrefix = state.prefix();
    readings.saved(state.readings());
  }
}
