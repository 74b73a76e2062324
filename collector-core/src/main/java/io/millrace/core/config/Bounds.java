package io.millrace.core.config;

import io.millrace.api.config.Range;
import io.millrace.core.config.Scalars.MisfitException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Whether values are within the {@link Range} of their key. */
final class Bounds {
  private Bounds() {}

  /**
   * What is expected instead of a value, such as {@code 1 to 10}; empty when it is within.
   *
   * @param type of the key
   * @param value of that type
   */
  static Optional<String> expectation(Range range, Class<?> type, @Nullable Object value) {
    boolean aboveMin = range.min().isEmpty() || compare(value, limit(type, range.min())) >= 0;
    boolean belowMax = range.max().isEmpty() || compare(value, limit(type, range.max())) <= 0;
    if (aboveMin && belowMax) {
      return Optional.empty();
    }
    return Optional.of(
        range.max().isEmpty()
            ? range.min() + " or more"
            : range.min().isEmpty()
                ? "at most " + range.max()
                : range.min() + " to " + range.max());
  }

  private static Object limit(Class<?> type, String text) {
    try {
      Place nowhere = Place.of(new Place.Source("@Range", 0));
      return Scalars.read(type, YamlReader.readAt(text, nowhere));
    } catch (MisfitException | MalformedYamlException e) {
      throw new IllegalStateException("@Range: " + text, e);
    }
  }

  @SuppressWarnings({"unchecked", "rawtypes"}) // both are of the key's type, which is comparable
  private static int compare(@Nullable Object value, Object limit) {
    return value instanceof Comparable comparable ? comparable.compareTo(limit) : 0;
  }
}
