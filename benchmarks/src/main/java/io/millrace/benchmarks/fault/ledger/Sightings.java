package io.millrace.benchmarks.fault.ledger;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What was found at one destination. Thread-safe. */
public final class Sightings {
  private static final int KEPT = 100;
  private static final int SHOWN = 200;

  private final Map<String, BitSet> seen = new TreeMap<>();
  private final List<Repeat> repeats = new ArrayList<>();
  private final List<String> altered = new ArrayList<>();
  private long alteredCount;
  private long records;

  /**
   * A piece that was seen before.
   *
   * @param where what the destination calls the record
   */
  public record Repeat(String source, int number, String where) {
    /** The name of the piece. */
    public String id() {
      return source + "-" + number;
    }
  }

  /**
   * Takes a record's body.
   *
   * @param where what the destination calls the record
   */
  public synchronized void add(String body, String where) {
    records++;
    Optional<List<Piece>> pieces = Piece.parse(body);
    if (pieces.isEmpty()) {
      alteredCount++;
      if (altered.size() < KEPT) {
        String shown = body.length() > SHOWN ? body.substring(0, SHOWN) + "..." : body;
        altered.add(where + ": \"" + shown + "\"");
      }
      return;
    }
    for (Piece piece : pieces.get()) {
      BitSet numbers = seen.computeIfAbsent(piece.source(), absent -> new BitSet());
      if (numbers.get(piece.number())) {
        repeats.add(new Repeat(piece.source(), piece.number(), where));
      } else {
        numbers.set(piece.number());
      }
    }
  }

  /** The pieces of a source that were seen; a copy. */
  public synchronized BitSet of(String source) {
    BitSet numbers = seen.get(source);
    return numbers == null ? new BitSet() : (BitSet) numbers.clone();
  }

  /** All pieces that were seen, by source; a copy. */
  public synchronized Map<String, BitSet> all() {
    Map<String, BitSet> copy = new TreeMap<>();
    seen.forEach((source, numbers) -> copy.put(source, (BitSet) numbers.clone()));
    return copy;
  }

  /** Every sighting beyond a piece's first. */
  public synchronized List<Repeat> repeats() {
    return List.copyOf(repeats);
  }

  /** Records that are not made of sound pieces, the first few. */
  public synchronized List<String> altered() {
    return List.copyOf(altered);
  }

  /** Number of records that are not made of sound pieces. */
  public synchronized long alteredCount() {
    return alteredCount;
  }

  /** Number of records. */
  public synchronized long records() {
    return records;
  }
}
