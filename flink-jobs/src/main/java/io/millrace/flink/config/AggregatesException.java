package io.millrace.flink.config;

import java.util.List;

/** A file of aggregates with mistakes: all of them, each with its place. Correct the file. */
public final class AggregatesException extends Exception {

  private static final long serialVersionUID = 1L;

  @SuppressWarnings("serial") // List.copyOf makes serializable lists
  private final List<String> problems;

  AggregatesException(List<String> problems) {
    super(String.join("\n", problems));
    this.problems = List.copyOf(problems);
  }

  /** One line for each mistake, in the file's order: {@code file:line:column key: what}. */
  public List<String> problems() {
    return problems;
  }
}
