package io.millrace.benchmarks.fault.ledger;

import com.google.protobuf.InvalidProtocolBufferException;
import io.millrace.benchmarks.fault.ledger.Sightings.Repeat;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What came in at an OTLP sink, and when. Thread-safe. */
public final class Arrivals {
  /** Times are kept for stretches of numbers: most of what is offered may never come in. */
  private static final int STRETCH = 256;

  private final long begin = System.nanoTime();
  private final Map<String, long[]> firstNanos = new HashMap<>();
  private final Map<String, Long> again = new HashMap<>();
  private Sightings sightings = new Sightings();

  /** Takes an OTLP logs request. */
  public synchronized void add(byte[] request) throws InvalidProtocolBufferException {
    long now = System.nanoTime() - begin;
    for (String body : KafkaBooks.bodies(request)) {
      Optional<List<Piece>> pieces = Piece.parse(body);
      pieces.orElse(List.of()).forEach(piece -> note(piece, now));
      sightings.add(body, "the sink, at " + now / 1_000_000 + " ms");
    }
  }

  /** Notes a request that is no OTLP. */
  public synchronized void addBroken(String reason) {
    sightings.add("no OTLP", reason);
  }

  /** What has come in so far. */
  public synchronized Sightings sightings() {
    return sightings;
  }

  /**
   * Whether every further arrival of a piece lies in a time that is excused.
   *
   * @param excuses times by {@link System#nanoTime}
   */
  public synchronized boolean isExcused(Repeat repeat, Excuses excuses) {
    long first = first(repeat.source(), repeat.number());
    Long last = again.get(repeat.id());
    return last != null && excuses.cover(begin + first, begin + last);
  }

  /** Does records wrong, one in each way. */
  public synchronized void spoil(Set<Spoil> ways, Obligations obligations) {
    Iterator<Spoil> next = ways.iterator();
    Sightings spoiled = new Sightings();
    for (Map.Entry<String, BitSet> source : sightings.all().entrySet()) {
      BitSet owed = obligations.owedBy(source.getKey());
      for (int number : source.getValue().stream().toArray()) {
        Piece piece = new Piece(source.getKey(), number, "");
        boolean touched =
            owed.get(number) && !obligations.isSentAgain(source.getKey(), number) && next.hasNext();
        if (touched) {
          spoil(next.next(), piece, spoiled);
        } else {
          spoiled.add(piece.text(), "");
        }
      }
    }
    if (!ways.isEmpty()) {
      sightings = spoiled;
    }
  }

  private void spoil(Spoil how, Piece piece, Sightings spoiled) {
    switch (how) {
      case LOST -> {}
      case DOUBLED -> {
        spoiled.add(piece.text(), "");
        spoiled.add(piece.text(), "spoiled");
        again.remove(piece.id());
      }
      case ALTERED -> spoiled.add(ElasticsearchBooks.altered(piece.text()), "spoiled");
    }
  }

  private void note(Piece piece, long now) {
    long[] times =
        firstNanos.computeIfAbsent(
            stretch(piece.source(), piece.number()), absent -> new long[STRETCH]);
    int at = piece.number() % STRETCH;
    if (times[at] == 0) {
      times[at] = Math.max(1, now);
    } else {
      again.put(piece.id(), now);
    }
  }

  private long first(String source, int number) {
    long[] times = firstNanos.get(stretch(source, number));
    return times == null ? 0 : times[number % STRETCH];
  }

  private static String stretch(String source, int number) {
    return source + "/" + number / STRETCH;
  }
}
