package io.millrace.core.graph;

import io.millrace.api.component.ComponentId;
import io.millrace.api.component.DeliverySettings;
import io.millrace.api.component.DeliverySettings.Overflow;
import io.millrace.api.component.Exporter;
import io.millrace.api.component.ExporterFactory;
import io.millrace.api.pipeline.Consumer;
import io.millrace.api.telemetry.Signal;
import io.millrace.core.component.ComponentSlot;
import io.millrace.core.component.Identity;
import io.millrace.core.component.RuntimeContext;
import io.millrace.core.delivery.Destination;
import io.millrace.core.delivery.ExportPath;
import io.millrace.core.plugin.Kind;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The exporters of a graph, one instance for all pipelines that name the id, and the ways into
 * them, one for each signal. One thread at a time.
 */
final class GraphExporters {
  private final Graph.Tools tools;
  private final GraphLogs logs;
  private final ReplayTargets replayTargets;
  private final Map<ComponentId, OfOne> exporters = new LinkedHashMap<>();

  GraphExporters(Graph.Tools tools, GraphLogs logs, ReplayTargets replayTargets) {
    this.tools = tools;
    this.logs = logs;
    this.replayTargets = replayTargets;
  }

  /** One exporter. */
  private static final class OfOne {
    final ComponentSlot<Exporter> slot;
    final Destination destination;
    final Map<Signal, ExportPath> paths = new EnumMap<>(Signal.class);
    final Map<Signal, Consumer> ways = new EnumMap<>(Signal.class);

    OfOne(ComponentSlot<Exporter> slot, Destination destination) {
      this.slot = slot;
      this.destination = destination;
    }
  }

  /** Makes the way into an exporter for a signal, when absent. */
  void build(Configured configured, Signal signal) throws IOException {
    ExporterFactory<Record> factory = Factories.exporter(configured.factory());
    OfOne exporter =
        exporters.computeIfAbsent(configured.id(), id -> exporter(configured, factory));
    if (exporter.ways.containsKey(signal)) {
      return;
    }
    DeliverySettings delivery = Factories.delivery(configured);
    ExportPath path =
        new ExportPath(exporter.destination, signal, delivery, factory.ordered(), tools.paths());
    exporter.paths.put(signal, path);
    replayTargets.add(exporter.slot.identity(), signal, path::acceptAgain);
    exporter.ways.put(signal, way(configured, delivery, exporter.slot.identity(), path, signal));
  }

  /** The way into an exporter: its queue, or the log before or beside it. */
  Consumer into(ComponentId id, Signal signal) {
    OfOne exporter = exporters.get(id);
    Consumer way = exporter == null ? null : exporter.ways.get(signal);
    if (way == null) {
      throw new IllegalStateException("no path to " + id + " for " + signal);
    }
    return way;
  }

  List<ComponentSlot<Exporter>> slots() {
    return exporters.values().stream().map(exporter -> exporter.slot).toList();
  }

  List<ExportPath> paths() {
    List<ExportPath> paths = new ArrayList<>();
    exporters.values().forEach(exporter -> paths.addAll(exporter.paths.values()));
    return paths;
  }

  private OfOne exporter(Configured configured, ExporterFactory<Record> factory) {
    Identity identity = Identity.of(Kind.EXPORTER, configured.id());
    RuntimeContext context = new RuntimeContext(identity, tools.services());
    ComponentSlot<Exporter> slot =
        new ComponentSlot<>(
            identity,
            configured.factory().getClass().getClassLoader(),
            () -> factory.create(context, configured.config()),
            tools.services().board(),
            tools.backoff());
    return new OfOne(slot, new Destination(slot, tools.services()));
  }

  private Consumer way(
      Configured configured,
      DeliverySettings delivery,
      Identity identity,
      ExportPath path,
      Signal signal)
      throws IOException {
    if (!LogNames.hasLog(configured)) {
      return path;
    }
    return delivery.queue().overflow() == Overflow.SPILL
        ? logs.besideExporter(identity, signal, path)
        : logs.beforeExporter(identity, signal, path);
  }
}
