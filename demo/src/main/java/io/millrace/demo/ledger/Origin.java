package io.millrace.demo.ledger;

import java.util.Comparator;

/**
 * Where an event came from. Immutable.
 *
 * @param stream one life of a file, or another source
 * @param start first byte, or number, of the event
 * @param end the byte, or number, after the event
 * @param sub number of the event within [start, end), from 0
 */
record Origin(String stream, long start, long end, int sub) implements Comparable<Origin> {
  private static final Comparator<Origin> ORDER =
      Comparator.comparing(Origin::stream)
          .thenComparingLong(Origin::start)
          .thenComparingLong(Origin::end)
          .thenComparingInt(Origin::sub);

  @Override
  public int compareTo(Origin other) {
    return ORDER.compare(this, other);
  }

  /** Whether the event was read from a file. */
  boolean isFile() {
    return stream.startsWith("file/");
  }

  @Override
  public String toString() {
    return stream + " [" + start + ", " + end + ")" + (sub == 0 ? "" : " #" + sub);
  }
}
