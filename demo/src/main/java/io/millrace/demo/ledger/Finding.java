package io.millrace.demo.ledger;

import java.util.List;

/**
 * One line of the ledger. Immutable.
 *
 * @param title what was checked, with its figures
 * @param problems what is wrong; empty when it holds
 */
public record Finding(String title, List<String> problems) {
  public Finding {
    problems = List.copyOf(problems);
  }

  /** Whether nothing is wrong. */
  public boolean holds() {
    return problems.isEmpty();
  }
}
