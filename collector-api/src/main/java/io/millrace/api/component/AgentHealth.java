package io.millrace.api.component;

import java.time.Instant;
import java.util.Map;

/** The health of the whole agent. Thread-safe. */
public interface AgentHealth {

  /** When the process was ready; {@link Instant#MAX} until then. */
  Instant upSince();

  /** Whether every pipeline is started. */
  boolean ready();

  /** Component (as {@code kind:id}) to health, in start order. */
  Map<String, Health> components();
}
