package io.millrace.core.component;

import io.millrace.api.component.ComponentId;
import io.millrace.core.plugin.Kind;
import java.util.Map;

/**
 * Which component an instance is. Immutable.
 *
 * @param kind its kind
 * @param id its id
 * @param pipeline the pipeline of a processor, which has an instance in each; else empty
 */
public record Identity(Kind kind, ComponentId id, String pipeline) {

  /** A component with one instance for all pipelines. */
  public static Identity of(Kind kind, ComponentId id) {
    return new Identity(kind, id, "");
  }

  /** The name in health and messages: {@code kind:id}. */
  public String name() {
    return kind.id() + ":" + id;
  }

  /** The name under which state is kept; different for every instance. */
  public String stateName() {
    return kind.id() + "-" + id + (pipeline.isEmpty() ? "" : "-" + pipeline);
  }

  /** The labels of the instance's metrics. */
  public Map<String, String> labels() {
    return pipeline.isEmpty()
        ? Map.of(kind.id(), id.toString())
        : Map.of(kind.id(), id.toString(), "pipeline", pipeline);
  }

  @Override
  public String toString() {
    return pipeline.isEmpty() ? name() : name() + " in " + pipeline;
  }
}
