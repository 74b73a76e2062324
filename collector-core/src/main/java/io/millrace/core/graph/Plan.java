package io.millrace.core.graph;

import io.millrace.api.component.ComponentId;
import io.millrace.api.component.ConnectorFactory;
import io.millrace.api.telemetry.Signal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The shape of a graph: which pipelines lead into which. One thread at a time.
 *
 * <p>Finds what configuration alone cannot see: signals that a component does not handle,
 * connectors that lead nowhere, cycles.
 */
public final class Plan {

  /** A pipeline and the connector through which another one leads into it. */
  private record Step(ComponentId connector, PipelineConfig to) {}

  private final AgentConfig config;
  private final List<String> problems = new ArrayList<>();
  private final Map<PipelineConfig, List<Step>> steps = new LinkedHashMap<>();
  private final Set<PipelineConfig> done = new LinkedHashSet<>();

  private Plan(AgentConfig config) {
    this.config = config;
  }

  /**
   * Everything that keeps a graph from being built, in the words of the user's configuration; empty
   * when nothing does.
   */
  public static List<String> problems(AgentConfig config) {
    Plan plan = new Plan(config);
    plan.draw();
    return List.copyOf(plan.problems);
  }

  /**
   * The pipelines, each after all those that it leads into.
   *
   * @throws IllegalArgumentException when there are {@link #problems}
   */
  static List<PipelineConfig> downstreamFirst(AgentConfig config) {
    Plan plan = new Plan(config);
    plan.draw();
    if (!plan.problems.isEmpty()) {
      throw new IllegalArgumentException(String.join("; ", plan.problems));
    }
    return List.copyOf(plan.done);
  }

  private void draw() {
    for (PipelineConfig pipeline : config.pipelines()) {
      checkSignals(pipeline);
      steps.put(pipeline, new ArrayList<>());
    }
    config.connectors().keySet().forEach(this::connect);
    for (PipelineConfig pipeline : config.pipelines()) {
      visit(pipeline, new LinkedHashMap<>());
    }
  }

  private void checkSignals(PipelineConfig pipeline) {
    pipeline.receivers().forEach(id -> check(pipeline, "receiver", config.receivers().get(id)));
    pipeline.processors().forEach(id -> check(pipeline, "processor", config.processors().get(id)));
    pipeline.exporters().forEach(id -> check(pipeline, "exporter", config.exporters().get(id)));
  }

  private void check(PipelineConfig pipeline, String kind, @Nullable Configured component) {
    if (component != null && !component.signals().contains(pipeline.signal())) {
      problems.add(
          "service::pipelines::"
              + pipeline.id()
              + ": "
              + kind
              + " \""
              + component.id()
              + "\" does not support "
              + pipeline.signal().id()
              + " (expected: a "
              + kind
              + " for "
              + pipeline.signal().id()
              + "; this one handles "
              + names(component.signals())
              + ")");
    }
  }

  private void connect(ComponentId id) {
    List<PipelineConfig> from =
        config.pipelines().stream().filter(p -> p.exporters().contains(id)).toList();
    List<PipelineConfig> to =
        config.pipelines().stream().filter(p -> p.receivers().contains(id)).toList();
    for (PipelineConfig source : from) {
      List<PipelineConfig> reached = to.stream().filter(p -> joins(id, source, p)).toList();
      reached.forEach(p -> steps.getOrDefault(source, new ArrayList<>()).add(new Step(id, p)));
      if (reached.isEmpty()) {
        problems.add(unused(id, source, "exporter", "receiver"));
      }
    }
    for (PipelineConfig target : to) {
      if (from.stream().noneMatch(p -> joins(id, p, target))) {
        problems.add(unused(id, target, "receiver", "exporter"));
      }
    }
  }

  private static String unused(ComponentId id, PipelineConfig where, String as, String other) {
    return "connectors::"
        + id
        + ": used as "
        + as
        + " in pipeline "
        + where.id()
        + " but not used in any supported "
        + other
        + " pipeline (expected: both sides, with signals that the connector joins)";
  }

  private boolean joins(ComponentId id, PipelineConfig from, PipelineConfig to) {
    Configured connector = config.connectors().get(id);
    return connector != null
        && connector.factory() instanceof ConnectorFactory<?> factory
        && factory.pairs().contains(new ConnectorFactory.Pair(from.signal(), to.signal()));
  }

  /** Depth first; {@code path} holds the pipelines on the way here and how each was left. */
  private void visit(PipelineConfig pipeline, Map<PipelineConfig, String> path) {
    if (done.contains(pipeline)) {
      return;
    }
    for (Step step : steps.getOrDefault(pipeline, List.of())) {
      path.put(
          pipeline, "pipeline " + pipeline.id() + " -> connector \"" + step.connector() + "\" -> ");
      if (path.containsKey(step.to())) {
        problems.add("cycle detected: " + cycle(path, step.to()));
      } else {
        visit(step.to(), path);
      }
    }
    path.remove(pipeline);
    done.add(pipeline);
  }

  private static String cycle(Map<PipelineConfig, String> path, PipelineConfig back) {
    StringBuilder text = new StringBuilder();
    boolean inside = false;
    for (Map.Entry<PipelineConfig, String> entry : path.entrySet()) {
      inside |= entry.getKey().equals(back);
      text.append(inside ? entry.getValue() : "");
    }
    return text + "pipeline " + back.id();
  }

  private static String names(Set<Signal> signals) {
    return String.join(", ", signals.stream().map(Signal::id).sorted().toList());
  }
}
