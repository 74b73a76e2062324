package io.millrace.core.graph;

import io.millrace.api.component.ComponentId;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A whole configuration, bound and validated: what to build. Immutable; the maps keep the order of
 * the file.
 *
 * @param receivers every configured receiver, used or not
 * @param processors every configured processor, used or not
 * @param exporters every configured exporter, used or not
 * @param connectors every configured connector, used or not
 * @param extensions every configured extension, enabled or not
 * @param enabledExtensions those to start, in order of start
 * @param pipelines the pipelines; a connector stands among their exporters and receivers
 * @param telemetry the agent's own telemetry
 */
public record AgentConfig(
    Map<ComponentId, Configured> receivers,
    Map<ComponentId, Configured> processors,
    Map<ComponentId, Configured> exporters,
    Map<ComponentId, Configured> connectors,
    Map<ComponentId, Configured> extensions,
    List<ComponentId> enabledExtensions,
    List<PipelineConfig> pipelines,
    TelemetrySettings telemetry) {

  public AgentConfig {
    receivers = ordered(receivers);
    processors = ordered(processors);
    exporters = ordered(exporters);
    connectors = ordered(connectors);
    extensions = ordered(extensions);
    enabledExtensions = List.copyOf(enabledExtensions);
    pipelines = List.copyOf(pipelines);
  }

  private static Map<ComponentId, Configured> ordered(Map<ComponentId, Configured> map) {
    return Collections.unmodifiableMap(new LinkedHashMap<>(map));
  }
}
