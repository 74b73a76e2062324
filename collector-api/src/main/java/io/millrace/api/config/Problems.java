package io.millrace.api.config;

/** Collects what is wrong with a configuration record, and what its user should know. */
public interface Problems {

  /**
   * Reports a problem.
   *
   * @param key the key it is about, relative to the record, parts joined by {@code ::}; empty for
   *     the record as a whole. The report points to the key's place in the file.
   * @param message what is wrong and what is expected: {@code "x" (expected: y)}
   */
  void add(String key, String message);

  /**
   * Reports what is accepted but does not do what it says, such as a limit above what there is
   * memory for.
   *
   * @param key as for {@link #add}
   * @param message as for {@link #add}
   */
  default void warn(String key, String message) {}
}
