package io.millrace.api.config;

/** Collects what is wrong with a configuration record. */
public interface Problems {

  /**
   * Reports a problem.
   *
   * @param key the key it is about, relative to the record, parts joined by {@code ::}; empty for
   *     the record as a whole. The report points to the key's place in the file.
   * @param message what is wrong and what is expected: {@code "x" (expected: y)}
   */
  void add(String key, String message);
}
