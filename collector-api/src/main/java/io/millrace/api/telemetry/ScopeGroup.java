package io.millrace.api.telemetry;

/** The telemetry of one instrumentation scope of a resource. Immutable. */
public interface ScopeGroup {

  /** The instrumentation scope; an empty one when the message has none. */
  Scope scope();

  /** Where the schema of the items is described; empty when unknown. */
  String schemaUrl();

  /**
   * The items in order; the data points of all metrics in a batch of metrics. Each call starts
   * anew.
   */
  Iterable<? extends Item> items();

  /** The metrics in order; nothing in logs and traces. Each call starts anew. */
  Iterable<Metric> metrics();
}
