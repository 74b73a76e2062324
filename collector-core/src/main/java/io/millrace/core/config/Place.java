package io.millrace.core.config;

import java.util.Comparator;

/**
 * Where something stands in the configuration. Immutable. Ordered by source, line and column.
 *
 * @param source the file or option
 * @param line 1-based; 0 where the source has no lines worth naming, such as {@code --set}
 * @param column 1-based
 */
public record Place(Source source, int line, int column) implements Comparable<Place> {
  private static final Comparator<Place> ORDER =
      Comparator.comparingInt((Place p) -> p.source.order())
          .thenComparingInt(Place::line)
          .thenComparingInt(Place::column);

  /**
   * A text that configuration was read from.
   *
   * @param name the file as the user wrote it, or the option
   * @param order position among the sources
   */
  public record Source(String name, int order) {}

  /** The beginning of a source. */
  public static Place startOf(Source source) {
    return new Place(source, 1, 1);
  }

  /** A source as a whole. */
  public static Place of(Source source) {
    return new Place(source, 0, 0);
  }

  @Override
  public int compareTo(Place other) {
    return ORDER.compare(this, other);
  }

  /** {@code file:line:column}. */
  @Override
  public String toString() {
    return line == 0 ? source.name() : source.name() + ":" + line + ":" + column;
  }
}
