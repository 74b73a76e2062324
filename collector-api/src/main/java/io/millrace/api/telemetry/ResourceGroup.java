package io.millrace.api.telemetry;

/**
 * The telemetry of one resource: one {@code ResourceLogs}, {@code ResourceSpans} or {@code
 * ResourceMetrics}. Immutable.
 */
public interface ResourceGroup {

  /** Who produced the telemetry; an empty resource when the message has none. */
  Resource resource();

  /** Where the schema of the resource is described; empty when unknown. */
  String schemaUrl();

  /** The scopes in order. Each call starts anew. */
  Iterable<ScopeGroup> scopes();
}
