package io.millrace.benchmarks.fault;

import io.millrace.benchmarks.fault.ledger.Books;
import java.util.List;

/**
 * What came of one scenario. Immutable.
 *
 * @param drained whether everything had arrived within the limit
 * @param drainSeconds how long that took
 * @param peakMebibytes the largest resident set of any agent, over all its lives
 * @param books the balance of each destination
 * @param problems everything that breaks the contract, in words
 * @param remarks what people may want to know beside
 */
record Result(
    String scenario,
    boolean drained,
    double drainSeconds,
    long peakMebibytes,
    List<Books> books,
    List<String> problems,
    List<String> remarks) {
  Result {
    remarks = List.copyOf(remarks);
    books = List.copyOf(books);
    problems = List.copyOf(problems);
  }

  /** Whether the contract held. */
  boolean holds() {
    return problems.isEmpty();
  }
}
