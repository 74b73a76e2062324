package io.millrace.core.config;

import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Collects problems. One thread at a time. */
final class Diagnostics {
  private final Set<Problem> errors = new LinkedHashSet<>();
  private final Set<Problem> warnings = new LinkedHashSet<>();
  private final Redaction redaction = new Redaction();

  void error(Place place, String path, String message) {
    errors.add(new Problem(place, path, message));
  }

  void warning(Place place, String path, String message) {
    warnings.add(new Problem(place, path, message));
  }

  /** What messages must not show; heeded also for what was reported before. */
  Redaction redaction() {
    return redaction;
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

  private List<Problem> sorted(Set<Problem> problems) {
    return problems.stream()
        .map(each -> new Problem(each.place(), each.path(), redaction.apply(each.message())))
        .sorted(Comparator.comparing(Problem::place))
        .toList();
  }
}
