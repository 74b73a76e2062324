package io.millrace.core.graph;

import io.millrace.api.component.ComponentId;
import io.millrace.api.telemetry.Signal;
import java.util.List;

/**
 * A pipeline as configured. Immutable.
 *
 * @param signal what it carries
 * @param name the part after the slash; empty when there is none
 * @param receivers at least one receiver or connector
 * @param processors in order; none twice
 * @param exporters at least one exporter or connector
 */
public record PipelineConfig(
    Signal signal,
    String name,
    List<ComponentId> receivers,
    List<ComponentId> processors,
    List<ComponentId> exporters) {

  public PipelineConfig {
    receivers = List.copyOf(receivers);
    processors = List.copyOf(processors);
    exporters = List.copyOf(exporters);
  }

  /** The id in the file: {@code logs} or {@code logs/name}. */
  public String id() {
    return name.isEmpty() ? signal.id() : signal.id() + "/" + name;
  }
}
