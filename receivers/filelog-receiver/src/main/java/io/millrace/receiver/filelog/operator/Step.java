package io.millrace.receiver.filelog.operator;

/** What an operator does with an entry. Immutable and thread-safe. */
@FunctionalInterface
interface Step {

  /**
   * Changes the entry.
   *
   * @throws OperatorException when it cannot; what was changed before stays
   */
  void apply(Entry entry) throws OperatorException;
}
