package io.millrace.core.config;

import io.millrace.api.component.ComponentFactory;
import io.millrace.api.component.ComponentId;
import io.millrace.api.component.DeliverySettings;
import io.millrace.api.component.ExporterFactory;
import io.millrace.core.config.ConfigNode.Broken;
import io.millrace.core.config.ConfigNode.Entry;
import io.millrace.core.config.ConfigNode.Mapping;
import io.millrace.core.config.ConfigNode.Null;
import io.millrace.core.graph.AgentConfig;
import io.millrace.core.graph.Configured;
import io.millrace.core.graph.PipelineConfig;
import io.millrace.core.plugin.Components;
import io.millrace.core.plugin.Kind;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads a merged and expanded document: sections, components, service. One thread at a time. The
 * rules are the Collector's (otelcol/config.go, service/config.go).
 */
final class DocumentReader {
  private static final List<String> SECTIONS =
      List.of("receivers", "processors", "exporters", "connectors", "extensions", "service");
  private static final List<String> SERVICE_KEYS = List.of("telemetry", "extensions", "pipelines");

  private final Components components;
  private final Diagnostics diagnostics;
  private final Binder binder;
  private final Map<Kind, Map<ComponentId, Configured>> configured = new EnumMap<>(Kind.class);
  private final Set<ComponentId> stated = new HashSet<>();
  private final Map<Kind, Map<ComponentId, Place>> places = new EnumMap<>(Kind.class);

  DocumentReader(Components components, Diagnostics diagnostics) {
    this.components = components;
    this.diagnostics = diagnostics;
    this.binder = new Binder(diagnostics);
    for (Kind kind : Kind.values()) {
      configured.put(kind, new LinkedHashMap<>());
      places.put(kind, new LinkedHashMap<>());
    }
  }

  /** The configuration; null when there are errors, all of which are reported. */
  @Nullable AgentConfig read(Mapping root) {
    if (root.entries().isEmpty()) {
      diagnostics.error(root.place(), "", "empty configuration file");
      return null;
    }
    checkKeys(root, "", SECTIONS, "unknown section");
    for (String section : List.of("receivers", "exporters")) {
      ConfigNode node = root.get(section);
      if (node == null || isEmpty(node)) {
        String kind = section.substring(0, section.length() - 1);
        diagnostics.error(
            placeOf(root, section),
            section,
            "no "
                + kind
                + " configuration specified in config (expected: at least one "
                + kind
                + ")");
      }
    }
    for (Kind kind :
        List.of(Kind.RECEIVER, Kind.PROCESSOR, Kind.EXPORTER, Kind.CONNECTOR, Kind.EXTENSION)) {
      readComponents(kind, section(root, kind.section(), kind.section()));
    }
    checkAmbiguity();
    Mapping service = section(root, "service", "service");
    checkKeys(service, "service", SERVICE_KEYS, "unknown key");
    TelemetryKeys telemetry = telemetry(service);
    PipelineReader reader = new PipelineReader(configured, places, diagnostics);
    List<ComponentId> extensions = reader.extensions(service.get("extensions"));
    Place servicePlace = root.get("service") == null ? root.place() : placeOf(root, "service");
    List<PipelineConfig> pipelines = reader.pipelines(service, servicePlace);
    pipelines.forEach(pipeline -> checkStorage(pipeline, extensions));
    if (diagnostics.hasErrors() || telemetry == null) {
      return null;
    }
    return new AgentConfig(
        of(Kind.RECEIVER),
        of(Kind.PROCESSOR),
        of(Kind.EXPORTER),
        of(Kind.CONNECTOR),
        of(Kind.EXTENSION),
        extensions,
        pipelines,
        telemetry.settings());
  }

  private Map<ComponentId, Configured> of(Kind kind) {
    return configured.getOrDefault(kind, Map.of());
  }

  private @Nullable TelemetryKeys telemetry(Mapping service) {
    ConfigNode node = service.get("telemetry");
    ConfigNode bound = node == null ? Mapping.empty(service.place()) : node;
    return binder.bind(TelemetryKeys.class, bound, "service.telemetry");
  }

  private void checkKeys(Mapping map, String path, List<String> known, String what) {
    map.entries()
        .forEach(
            (key, entry) -> {
              if (!known.contains(key)) {
                diagnostics.error(
                    entry.place(), Expander.joined(path, key), what + Words.hint(key, known));
              }
            });
  }

  private static boolean isEmpty(ConfigNode node) {
    return node instanceof Null || (node instanceof Mapping map && map.entries().isEmpty());
  }

  private static Place placeOf(Mapping map, String key) {
    Entry entry = map.entries().get(key);
    return entry == null ? map.place() : entry.place();
  }

  private Mapping section(Mapping map, String key, String path) {
    ConfigNode node = map.get(key);
    if (node instanceof Mapping section) {
      return section;
    }
    if (node != null && !(node instanceof Null) && !(node instanceof Broken)) {
      diagnostics.error(node.place(), path, node.shown() + " (expected: a mapping)");
    }
    return Mapping.empty(node == null ? map.place() : node.place());
  }

  private void readComponents(Kind kind, Mapping section) {
    section
        .entries()
        .forEach(
            (key, entry) -> {
              String path = kind.section() + "." + key;
              ComponentId id;
              try {
                id = ComponentId.parse(key);
              } catch (IllegalArgumentException e) {
                diagnostics.error(entry.place(), path, String.valueOf(e.getMessage()));
                return;
              }
              if (places(kind).putIfAbsent(id, entry.place()) != null) {
                diagnostics.error(
                    entry.place(), path, "duplicate name \"" + id + "\" once spaces are removed");
                return;
              }
              Optional<Components.Entry> known = components.find(kind, id.type());
              if (known.isEmpty()) {
                diagnostics.error(entry.place(), path, unknownType(kind, id));
                return;
              }
              Configured component = configured(kind, id, known.get(), entry, path);
              if (component != null) {
                of(kind).put(id, component);
              }
            });
  }

  private @Nullable Configured configured(
      Kind kind, ComponentId id, Components.Entry type, Entry entry, String path) {
    try {
      return kind == Kind.EXPORTER
          ? exporter(id, type.factory(), entry.value(), path)
          : component(id, type.factory(), entry.value(), path);
    } catch (RuntimeException | LinkageError e) {
      // A plugin's record or rules; the others' problems are reported all the same.
      diagnostics.error(
          entry.place(), path, "plugin " + type.plugin() + " cannot read its configuration: " + e);
      return null;
    }
  }

  private Map<ComponentId, Place> places(Kind kind) {
    return places.computeIfAbsent(kind, k -> new LinkedHashMap<>());
  }

  private String unknownType(Kind kind, ComponentId id) {
    String type = id.type();
    StringBuilder text = new StringBuilder("unknown type: \"" + type + "\" for id: \"" + id + "\"");
    if (kind == Kind.EXPORTER && "logging".equals(type)) {
      return text + " (the logging exporter has been deprecated, use the debug exporter instead)";
    }
    if (KnownComponents.contains(kind, type)) {
      text.append(kind.id().startsWith("e") ? ", which is an " : ", which is a ")
          .append(kind.id())
          .append(" known to the Collector, not in Millrace");
    }
    List<String> types = components.all(kind).stream().map(e -> e.factory().type()).toList();
    if (types.isEmpty()) {
      return text + " (expected: none, as there are no " + kind.section() + ")";
    }
    return text + Words.expected(type, types);
  }

  private @Nullable Configured component(
      ComponentId id, ComponentFactory<?> factory, ConfigNode node, String path) {
    Record config = binder.bind(factory.configType(), node, path);
    return config == null ? null : Configured.of(id, factory, config);
  }

  private @Nullable Configured exporter(
      ComponentId id, ComponentFactory<?> factory, ConfigNode node, String path) {
    if (!(factory instanceof ExporterFactory<?> exporters)) {
      throw new IllegalStateException(path + ": " + factory + " makes no exporters");
    }
    List<String> shared = DeliveryKeys.names();
    List<String> own = RecordSchema.of(factory.configType()).names();
    boolean isMap = node instanceof Mapping;
    Mapping map = node instanceof Mapping m ? m : Mapping.empty(node.place());
    DeliverySettings standard = exporters.deliveryDefaults();
    DeliveryKeys defaults =
        DeliveryKeys.defaults(standard, map.entries().containsKey("sending_queue"));
    DeliveryKeys delivery =
        binder.bind(DeliveryKeys.class, map.without(own), path, defaults, map.entries().keySet());
    if (delivery != null) {
      RetryCodes.check(delivery.retryOnFailure(), map, path, exporters, diagnostics);
    }
    Record config = binder.bind(factory.configType(), isMap ? map : node, path, null, shared);
    return config == null || delivery == null
        ? null
        : new Configured(
            id, factory, config, delivery.settings(), delivery.sendingQueue().storage());
  }

  /** A queue that is to be kept needs an extension that is there, as it does in the Collector. */
  private void checkStorage(PipelineConfig pipeline, List<ComponentId> extensions) {
    for (ComponentId id : pipeline.exporters()) {
      Configured exporter = of(Kind.EXPORTER).get(id);
      ComponentId storage = exporter == null ? null : exporter.queueStorage();
      Place place = places(Kind.EXPORTER).get(id);
      if (storage != null && place != null && !extensions.contains(storage) && stated.add(id)) {
        diagnostics.error(
            place,
            "exporters." + id + ".sending_queue.storage",
            "\""
                + storage
                + "\" is no extension that runs (expected: it stands in service::extensions)");
      }
    }
  }

  private void checkAmbiguity() {
    places(Kind.CONNECTOR)
        .forEach(
            (id, place) -> {
              for (Kind other : List.of(Kind.EXPORTER, Kind.RECEIVER)) {
                if (places(other).containsKey(id)) {
                  diagnostics.error(
                      place,
                      "connectors." + id,
                      "ambiguous ID: Found both \""
                          + id
                          + "\" "
                          + other.id()
                          + " and \""
                          + id
                          + "\" connector. Change one of the components' IDs to eliminate ambiguity"
                          + " (e.g. rename \""
                          + id
                          + "\" connector to \""
                          + id
                          + "/connector\")");
                }
              }
            });
  }
}
