package io.millrace.benchmarks.fault.ledger;

import io.millrace.benchmarks.fault.ledger.Sightings.Repeat;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * The balance of what was owed and what was found at one destination. Immutable.
 *
 * @param place the destination
 * @param owed pieces that had to arrive
 * @param lost how many of them did not
 * @param altered records that are not what was sent
 * @param twice sightings too many that nothing excuses
 * @param excused sightings too many that the contract allows
 * @param problems what is wrong, in words; empty when the books balance
 */
public record Books(
    String place,
    long owed,
    long lost,
    long altered,
    long twice,
    long excused,
    List<String> problems) {
  private static final int SHOWN = 5;

  public Books {
    problems = List.copyOf(problems);
  }

  /**
   * Draws up the balance.
   *
   * @param excuses which repeated sightings the contract allows
   */
  public static Books of(
      String place, Obligations obligations, Sightings sightings, Predicate<Repeat> excuses) {
    List<String> problems = new ArrayList<>();
    long owed = 0;
    long lost = 0;
    for (Map.Entry<String, BitSet> source : obligations.owedBySource().entrySet()) {
      BitSet missing = source.getValue();
      owed += missing.cardinality();
      missing.andNot(sightings.of(source.getKey()));
      if (!missing.isEmpty()) {
        lost += missing.cardinality();
        problems.add(
            place
                + ": lost "
                + missing.cardinality()
                + " of "
                + source.getKey()
                + ": "
                + ranges(missing));
      }
    }
    long altered = sightings.alteredCount();
    sightings.altered().stream()
        .limit(SHOWN)
        .forEach(each -> problems.add(place + ": altered: " + each));
    for (Map.Entry<String, BitSet> source : sightings.all().entrySet()) {
      List<Integer> foreign =
          source.getValue().stream()
              .filter(number -> !obligations.isOffered(source.getKey(), number))
              .boxed()
              .toList();
      if (!foreign.isEmpty()) {
        altered += foreign.size();
        problems.add(
            place
                + ": nobody sent "
                + source.getKey()
                + "-"
                + foreign.getFirst()
                + " and the like");
      }
    }
    List<Repeat> twice =
        sightings.repeats().stream().filter(repeat -> !excuses.test(repeat)).toList();
    twice.stream()
        .limit(SHOWN)
        .forEach(
            each ->
                problems.add(place + ": twice: " + each.id() + " (again: " + each.where() + ")"));
    return new Books(
        place,
        owed,
        lost,
        altered,
        twice.size(),
        sightings.repeats().size() - twice.size(),
        problems);
  }

  /** Whether all that is owed has been seen. */
  public static boolean isSettled(Obligations obligations, Sightings sightings) {
    for (Map.Entry<String, BitSet> source : obligations.owedBySource().entrySet()) {
      BitSet missing = source.getValue();
      missing.andNot(sightings.of(source.getKey()));
      if (!missing.isEmpty()) {
        return false;
      }
    }
    return true;
  }

  /** Whether all that one source is owed has been seen. */
  public static boolean isSettled(Obligations obligations, String source, Sightings sightings) {
    BitSet missing = obligations.owedBy(source);
    missing.andNot(sightings.of(source));
    return missing.isEmpty();
  }

  private static String ranges(BitSet numbers) {
    StringBuilder text = new StringBuilder();
    int shown = 0;
    for (int from = numbers.nextSetBit(0); from >= 0; shown++) {
      int to = numbers.nextClearBit(from);
      if (shown == SHOWN) {
        return text.append(", ...").toString();
      }
      text.append(shown == 0 ? "" : ", ")
          .append('[')
          .append(from)
          .append(", ")
          .append(to)
          .append(')');
      from = numbers.nextSetBit(to);
    }
    return text.toString();
  }
}
