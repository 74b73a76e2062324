package io.millrace.api.component;

import java.util.Map;
import java.util.function.DoubleSupplier;

/**
 * Makes a component's instruments; they appear under {@code otelcol_} plus the name, labelled with
 * the component's kind and id. Thread-safe. Names are snake_case and end in their unit.
 */
public interface Meter {

  /** A counter without further labels. */
  default Counter counter(String name, String description) {
    return counter(name, description, Map.of());
  }

  /**
   * A counter.
   *
   * @param labels further labels, of bounded cardinality
   */
  Counter counter(String name, String description, Map<String, String> labels);

  /** A gauge that is read at every scrape until it is closed. */
  AutoCloseable gauge(
      String name, String description, Map<String, String> labels, DoubleSupplier value);

  /** A sum that only grows. Thread-safe. */
  interface Counter {
    void add(long increment);
  }
}
