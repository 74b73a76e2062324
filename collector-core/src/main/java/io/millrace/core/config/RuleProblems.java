package io.millrace.core.config;

import io.millrace.api.config.Problems;
import io.millrace.core.config.ConfigNode.Mapping;
import io.millrace.core.config.ConfigNode.Sequence;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Finds the places of what a record's own rules report. One thread at a time. */
final class RuleProblems implements Problems {
  private static final String KEY_DELIMITER = "::";

  private final Diagnostics diagnostics;
  private final Mapping record;
  private final String path;

  /** Where a key stands, or else the nearest thing around it that does. */
  private record Spot(Place place, String path) {}

  /**
   * Makes what a record reports to.
   *
   * @param record what the record was filled from
   * @param path of the record, for messages
   */
  RuleProblems(Diagnostics diagnostics, Mapping record, String path) {
    this.diagnostics = diagnostics;
    this.record = record;
    this.path = path;
  }

  @Override
  public void add(String key, String message) {
    Spot spot = spot(key);
    diagnostics.error(spot.place(), spot.path(), message);
  }

  @Override
  public void warn(String key, String message) {
    Spot spot = spot(key);
    diagnostics.warning(spot.place(), spot.path(), message);
  }

  private Spot spot(String key) {
    Place place = record.place();
    String full = path;
    @Nullable ConfigNode node = record;
    for (String part : key.isEmpty() ? List.<String>of() : List.of(key.split(KEY_DELIMITER, -1))) {
      boolean index = node instanceof Sequence && part.matches("\\d+");
      full = index ? full + "[" + part + "]" : Expander.joined(full, part);
      ConfigNode next = null;
      if (node instanceof Mapping inner) {
        next = inner.get(part);
      } else if (node instanceof Sequence list && index && part.length() < 7) {
        int i = Integer.parseInt(part);
        next = i < list.items().size() ? list.items().get(i) : null;
      }
      if (next != null) {
        place = next.place();
      }
      node = next;
    }
    return new Spot(place, full);
  }
}
