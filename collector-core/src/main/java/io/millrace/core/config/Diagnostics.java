package io.millrace.core.config;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Collects problems. One thread at a time. */
final class Diagnostics {
  private final Set<Problem> errors = new LinkedHashSet<>();
  private final Set<Problem> warnings = new LinkedHashSet<>();

  void error(Place place, String path, String message) {
    errors.add(new Problem(place, path, message));
  }

  void warning(Place place, String path, String message) {
    warnings.add(new Problem(place, path, message));
  }

  boolean hasErrors() {
    return !errors.isEmpty();
  }

  /** Everything wrong, by place. */
  List<Problem> errors() {
    return sorted(errors);
  }

  /** What is accepted but should be known, by place. */
  List<Problem> warnings() {
    return sorted(warnings);
  }

  private static List<Problem> sorted(Set<Problem> problems) {
    List<Problem> list = new ArrayList<>(problems);
    list.sort(Comparator.comparing(Problem::place));
    return List.copyOf(list);
  }
}
