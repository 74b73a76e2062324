package io.millrace.core.config;

import io.millrace.api.component.ComponentFactory;
import io.millrace.api.component.ComponentId;
import io.millrace.api.component.ConnectorFactory;
import io.millrace.api.telemetry.Signal;
import io.millrace.core.config.ConfigNode.Broken;
import io.millrace.core.config.ConfigNode.Entry;
import io.millrace.core.config.ConfigNode.Mapping;
import io.millrace.core.config.ConfigNode.Null;
import io.millrace.core.config.ConfigNode.Scalar;
import io.millrace.core.config.ConfigNode.Sequence;
import io.millrace.core.graph.Configured;
import io.millrace.core.graph.PipelineConfig;
import io.millrace.core.plugin.Kind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Reads {@code service::extensions} and {@code service::pipelines} and checks what they refer to.
 * One thread at a time.
 */
final class PipelineReader {
  private static final String PATH = "service.pipelines";
  private static final List<String> KEYS = List.of("receivers", "processors", "exporters");

  private final Map<Kind, Map<ComponentId, Configured>> configured;
  private final Map<Kind, Map<ComponentId, Place>> defined;
  private final Diagnostics diagnostics;

  /**
   * An id in a list.
   *
   * @param place of the item
   */
  private record Reference(ComponentId id, Place place) {}

  /**
   * @param configured components that were bound
   * @param defined components that stand in the file, bound or not
   */
  PipelineReader(
      Map<Kind, Map<ComponentId, Configured>> configured,
      Map<Kind, Map<ComponentId, Place>> defined,
      Diagnostics diagnostics) {
    this.configured = configured;
    this.defined = defined;
    this.diagnostics = diagnostics;
  }

  /** The extensions to start, in order. */
  List<ComponentId> extensions(@Nullable ConfigNode node) {
    String path = "service.extensions";
    List<ComponentId> ids = new ArrayList<>();
    for (Reference reference : references(node, path)) {
      if (!defined(Kind.EXTENSION).contains(reference.id())) {
        notConfigured(reference, path, "extension", defined(Kind.EXTENSION));
      } else if (ids.contains(reference.id())) {
        diagnostics.warning(
            reference.place(), path, "references extension \"" + reference.id() + "\" twice");
      } else {
        ids.add(reference.id());
      }
    }
    return ids;
  }

  /** The pipelines, in the order of the file. */
  List<PipelineConfig> pipelines(Mapping service, Place place) {
    ConfigNode node = service.get("pipelines");
    if (node instanceof Broken) {
      return List.of();
    }
    if (!(node instanceof Mapping map) || map.entries().isEmpty()) {
      if (node == null || node instanceof Null || node instanceof Mapping) {
        Entry entry = service.entries().get("pipelines");
        diagnostics.error(
            entry == null ? place : entry.place(), PATH, "service must have at least one pipeline");
      } else {
        diagnostics.error(node.place(), PATH, node.shown() + " (expected: a mapping)");
      }
      return List.of();
    }
    Map<String, Place> seen = new LinkedHashMap<>();
    List<PipelineConfig> pipelines = new ArrayList<>();
    map.entries()
        .forEach(
            (key, entry) -> {
              PipelineConfig pipeline = pipeline(key, entry);
              if (pipeline == null) {
                return;
              }
              if (seen.putIfAbsent(pipeline.id(), entry.place()) != null) {
                diagnostics.error(
                    entry.place(),
                    PATH + "." + key,
                    "duplicate name \"" + pipeline.id() + "\" once spaces are removed");
                return;
              }
              pipelines.add(pipeline);
            });
    checkConnectors(pipelines, seen);
    return pipelines;
  }

  private @Nullable PipelineConfig pipeline(String key, Entry entry) {
    String path = PATH + "." + key;
    ComponentId id;
    try {
      id = ComponentId.parse(key);
    } catch (IllegalArgumentException e) {
      diagnostics.error(entry.place(), path, String.valueOf(e.getMessage()));
      return null;
    }
    Signal signal = signal(id.type(), entry.place(), path);
    if (entry.value() instanceof Broken) {
      return null;
    }
    if (!(entry.value() instanceof Mapping || entry.value() instanceof Null)) {
      diagnostics.error(
          entry.value().place(), path, entry.value().shown() + " (expected: a mapping)");
      return null;
    }
    Mapping map = entry.value() instanceof Mapping m ? m : Mapping.empty(entry.value().place());
    map.entries()
        .forEach(
            (name, e) -> {
              if (!KEYS.contains(name)) {
                diagnostics.error(
                    e.place(), path + "." + name, "unknown key" + Words.hint(name, KEYS));
              }
            });
    List<ComponentId> receivers = side(map, path, entry.place(), Kind.RECEIVER, signal);
    List<ComponentId> processors = processors(map, path, signal);
    List<ComponentId> exporters = side(map, path, entry.place(), Kind.EXPORTER, signal);
    return signal == null
        ? null
        : new PipelineConfig(signal, id.name(), receivers, processors, exporters);
  }

  private @Nullable Signal signal(String type, Place place, String path) {
    List<String> signals = Arrays.stream(Signal.values()).map(Signal::id).toList();
    for (Signal signal : Signal.values()) {
      if (signal.id().equals(type)) {
        return signal;
      }
    }
    diagnostics.error(
        place, path, "unknown signal \"" + type + "\"" + Words.expected(type, signals));
    return null;
  }

  /** The receivers or exporters of a pipeline, connectors among them. */
  private List<ComponentId> side(
      Mapping map, String path, Place place, Kind kind, @Nullable Signal signal) {
    String full = path + "." + kind.section();
    ConfigNode node = map.get(kind.section());
    Set<ComponentId> ids = new LinkedHashSet<>();
    boolean empty = node == null || node instanceof Null;
    if (empty || (node instanceof Sequence list && list.items().isEmpty())) {
      Entry entry = map.entries().get(kind.section());
      diagnostics.error(
          entry == null ? place : entry.place(), path, "must have at least one " + kind.id());
      return List.of();
    }
    for (Reference reference : references(node, full)) {
      ComponentId id = reference.id();
      if (!ids.add(id)) {
        diagnostics.warning(
            reference.place(), full, "references " + kind.id() + " \"" + id + "\" twice");
      } else if (defined(kind).contains(id)) {
        checkSignal(reference, full, kind, signal);
      } else if (!defined(Kind.CONNECTOR).contains(id)) {
        Set<ComponentId> known = new LinkedHashSet<>(defined(kind));
        known.addAll(defined(Kind.CONNECTOR));
        notConfigured(reference, full, kind.id(), known);
      }
    }
    return List.copyOf(ids);
  }

  private List<ComponentId> processors(Mapping map, String path, @Nullable Signal signal) {
    String full = path + ".processors";
    Set<ComponentId> ids = new LinkedHashSet<>();
    for (Reference reference : references(map.get("processors"), full)) {
      if (!defined(Kind.PROCESSOR).contains(reference.id())) {
        notConfigured(reference, full, "processor", defined(Kind.PROCESSOR));
      } else if (!ids.add(reference.id())) {
        diagnostics.error(
            reference.place(),
            full,
            "references processor \"" + reference.id() + "\" multiple times");
      } else {
        checkSignal(reference, full, Kind.PROCESSOR, signal);
      }
    }
    return List.copyOf(ids);
  }

  private void checkSignal(Reference reference, String path, Kind kind, @Nullable Signal signal) {
    Configured component = configured.getOrDefault(kind, Map.of()).get(reference.id());
    if (component == null || signal == null || component.signals().contains(signal)) {
      return;
    }
    List<String> supported = component.signals().stream().sorted().map(Signal::id).toList();
    diagnostics.error(
        reference.place(),
        path,
        kind.id()
            + " \""
            + reference.id()
            + "\": telemetry type is not supported: "
            + signal.id()
            + " (expected: a pipeline for "
            + Words.anyOf(supported)
            + ")");
  }

  private List<Reference> references(@Nullable ConfigNode node, String path) {
    List<Reference> references = new ArrayList<>();
    switch (node) {
      case null -> {}
      case Null _ -> {}
      case Broken _ -> {}
      case Sequence list -> list.items().forEach(item -> reference(item, path, references));
      case Scalar scalar when scalar.isText() -> {
        for (String part : scalar.text().split(",", -1)) {
          reference(Scalar.text(scalar.place(), part), path, references);
        }
      }
      case Scalar _, Mapping _ ->
          diagnostics.error(
              node.place(), path, node.shown() + " (expected: a list of component ids)");
    }
    return references;
  }

  private void reference(ConfigNode item, String path, List<Reference> references) {
    if (item instanceof Broken) {
      return;
    }
    String text = item instanceof Scalar scalar ? scalar.text() : null;
    if (text == null) {
      diagnostics.error(item.place(), path, item.shown() + " (expected: a component id)");
      return;
    }
    try {
      references.add(new Reference(ComponentId.parse(text), item.place()));
    } catch (IllegalArgumentException e) {
      diagnostics.error(item.place(), path, String.valueOf(e.getMessage()));
    }
  }

  private void notConfigured(
      Reference reference, String path, String kind, Set<ComponentId> known) {
    Set<String> names = new TreeSet<>();
    known.forEach(id -> names.add(id.toString()));
    String id = reference.id().toString();
    diagnostics.error(
        reference.place(),
        path,
        "references " + kind + " \"" + id + "\" which is not configured" + Words.hint(id, names));
  }

  private Set<ComponentId> defined(Kind kind) {
    return defined.getOrDefault(kind, Map.of()).keySet();
  }

  private void checkConnectors(List<PipelineConfig> pipelines, Map<String, Place> places) {
    Map<PipelineConfig, List<PipelineConfig>> next = new LinkedHashMap<>();
    Map<ComponentId, Configured> connectors = configured.getOrDefault(Kind.CONNECTOR, Map.of());
    for (Map.Entry<ComponentId, Configured> entry : connectors.entrySet()) {
      ComponentId id = entry.getKey();
      ComponentFactory<?> factory = entry.getValue().factory();
      List<PipelineConfig> ends =
          pipelines.stream().filter(p -> p.exporters().contains(id)).toList();
      List<PipelineConfig> starts =
          pipelines.stream().filter(p -> p.receivers().contains(id)).toList();
      for (PipelineConfig end : ends) {
        List<PipelineConfig> fed = starts.stream().filter(s -> joins(factory, end, s)).toList();
        next.computeIfAbsent(end, k -> new ArrayList<>()).addAll(fed);
        if (fed.isEmpty()) {
          unusedSide(id, end, "exporter", "receiver", places);
        }
      }
      for (PipelineConfig start : starts) {
        if (ends.stream().noneMatch(end -> joins(factory, end, start))) {
          unusedSide(id, start, "receiver", "exporter", places);
        }
      }
    }
    checkCycles(pipelines, next, places);
  }

  private static boolean joins(
      ComponentFactory<?> factory, PipelineConfig from, PipelineConfig to) {
    return factory instanceof ConnectorFactory<?> connector
        && connector.pairs().contains(new ConnectorFactory.Pair(from.signal(), to.signal()));
  }

  private void unusedSide(
      ComponentId id, PipelineConfig at, String used, String unused, Map<String, Place> places) {
    diagnostics.error(
        places.getOrDefault(at.id(), connectorPlace(id)),
        PATH + "." + at.id(),
        "connector \""
            + id
            + "\" used as "
            + used
            + " in "
            + at.id()
            + " pipeline but not used in any supported "
            + unused
            + " pipeline");
  }

  private Place connectorPlace(ComponentId id) {
    Place place = defined.getOrDefault(Kind.CONNECTOR, Map.of()).get(id);
    if (place == null) {
      throw new IllegalStateException(id + " has no place");
    }
    return place;
  }

  private void checkCycles(
      List<PipelineConfig> pipelines,
      Map<PipelineConfig, List<PipelineConfig>> next,
      Map<String, Place> places) {
    Set<PipelineConfig> done = new LinkedHashSet<>();
    for (PipelineConfig pipeline : pipelines) {
      List<PipelineConfig> cycle = cycle(pipeline, next, new ArrayList<>(), done);
      if (!cycle.isEmpty()) {
        PipelineConfig first = cycle.getFirst();
        Place place = places.get(first.id());
        if (place != null) {
          diagnostics.error(
              place,
              PATH + "." + first.id(),
              "cycle detected: "
                  + String.join(" -> ", cycle.stream().map(PipelineConfig::id).toList())
                  + " (expected: connectors that never lead back)");
        }
        return;
      }
    }
  }

  /** A way from a pipeline back to itself, or nothing. */
  private static List<PipelineConfig> cycle(
      PipelineConfig at,
      Map<PipelineConfig, List<PipelineConfig>> next,
      List<PipelineConfig> way,
      Set<PipelineConfig> done) {
    int before = way.indexOf(at);
    way.add(at);
    if (before >= 0) {
      return way.subList(before, way.size());
    }
    if (!done.contains(at)) {
      for (PipelineConfig to : next.getOrDefault(at, List.of())) {
        List<PipelineConfig> cycle = cycle(to, next, way, done);
        if (!cycle.isEmpty()) {
          return cycle;
        }
      }
      done.add(at);
    }
    way.removeLast();
    return List.of();
  }
}
