package io.millrace.core.graph;

import io.millrace.api.component.Acknowledge;
import io.millrace.api.component.Component;
import io.millrace.api.component.ComponentId;
import io.millrace.api.component.Connector;
import io.millrace.api.component.ConnectorFactory;
import io.millrace.api.component.Extension;
import io.millrace.api.component.ExtensionFactory;
import io.millrace.api.component.Outputs;
import io.millrace.api.component.Processor;
import io.millrace.api.component.ProcessorFactory;
import io.millrace.api.component.Receiver;
import io.millrace.api.component.ReceiverFactory;
import io.millrace.api.pipeline.Consumer;
import io.millrace.api.pipeline.Outcome;
import io.millrace.api.telemetry.Signal;
import io.millrace.core.component.ComponentSlot;
import io.millrace.core.component.Deadline;
import io.millrace.core.component.Identity;
import io.millrace.core.component.RuntimeContext;
import io.millrace.core.component.Services;
import io.millrace.core.delivery.ExportPath;
import io.millrace.core.log.LogSettings;
import io.millrace.core.plugin.Kind;
import io.millrace.core.state.DropJournal;
import io.millrace.core.telemetry.Balance;
import io.millrace.core.telemetry.Instruments;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The running form of a configuration: component instances and the edges between them. Built, then
 * started, then stopped, once each and in this order, by one thread.
 *
 * <p>A receiver, exporter or connector has one instance for all pipelines and signals that name its
 * id; a processor has one in each pipeline; an exporter has one {@link ExportPath} for each signal.
 * What no pipeline names is not built.
 */
public final class Graph {
  private static final Logger LOGGER = LoggerFactory.getLogger(Graph.class);
  private static final Duration SHORT = Duration.ofSeconds(1);

  /**
   * What a graph is built with. Immutable.
   *
   * @param paths what export paths share
   * @param journal notes what processors drop
   * @param backoff between attempts to start a component, and to deliver what a log holds
   * @param logs the bounds of each log
   */
  public record Tools(
      ExportPath.Shared paths,
      DropJournal journal,
      ComponentSlot.Backoff backoff,
      LogSettings logs) {
    Services services() {
      return paths.services();
    }
  }

  private final AgentConfig config;
  private final Tools tools;
  private final Instruments instruments;
  private final GraphLogs logs;
  private final ReplayTargets replayTargets = new ReplayTargets();
  private final Replays replays;
  private final GraphExporters exporters;
  private final List<ComponentSlot<Extension>> extensions = new ArrayList<>();
  private final List<ComponentSlot<?>> middle = new ArrayList<>();
  private final List<ComponentSlot<Receiver>> receivers = new ArrayList<>();

  private final Map<ComponentId, ComponentSlot<Connector>> connectors = new LinkedHashMap<>();
  private final Map<ComponentId, Map<Signal, ConnectorStage>> connectorStages =
      new LinkedHashMap<>();
  private final Map<PipelineConfig, Consumer> heads = new LinkedHashMap<>();
  private final List<ProcessorStage> processorStages = new ArrayList<>();
  private final List<Output> outputs = new ArrayList<>();

  private Graph(AgentConfig config, Tools tools) {
    this.config = config;
    this.tools = tools;
    this.instruments = tools.services().instruments();
    this.logs = new GraphLogs(tools);
    this.replays = new Replays(tools, replayTargets);
    this.exporters = new GraphExporters(tools, logs, replayTargets);
  }

  /**
   * Builds a graph: no component is made yet, but the logs are open.
   *
   * @throws IllegalArgumentException when there are {@link Plan#problems}
   * @throws IOException when a log cannot be opened
   */
  public static Graph build(AgentConfig config, Tools tools) throws IOException {
    List<PipelineConfig> downstreamFirst = Plan.downstreamFirst(config);
    Graph graph = new Graph(config, tools);
    try {
      graph.buildExtensions();
      for (PipelineConfig pipeline : downstreamFirst) {
        graph.buildExporters(pipeline);
      }
      downstreamFirst.forEach(graph::buildPipeline);
      graph.buildReceivers();
      return graph;
    } catch (IOException | RuntimeException e) {
      graph.logs.close();
      throw e;
    }
  }

  /**
   * Starts all components, receivers last. Returns when each has started or failed once, or has not
   * answered within the limit; those go on trying in the background.
   */
  public void start(Duration limit) throws InterruptedException {
    for (ComponentSlot<Extension> extension : extensions) {
      launch(List.of(extension), limit);
    }
    exporters.paths().forEach(ExportPath::start);
    launch(exporters.slots(), limit);
    launch(middle, limit);
    logs.start();
    replays.start();
    launch(receivers, limit);
  }

  /**
   * Stops all components, receivers first, and lets the exporters send what is there. What is not
   * sent within the grace time ends as stopped.
   */
  public void stop(Duration grace) throws InterruptedException {
    Deadline deadline = Deadline.in(grace);
    exporters.paths().forEach(ExportPath::drain);
    replays.halt();
    receivers.forEach(ComponentSlot::beginStop);
    // A receiver may wait for Deliveries that a processor behind it still holds.
    Deadline half = Deadline.in(grace.dividedBy(2));
    for (ComponentSlot<?> receiver : receivers) {
      receiver.awaitStopped(half);
    }
    logs.stopReceivers(half);
    for (ComponentSlot<?> slot : middle.reversed()) {
      slot.beginStop();
      slot.awaitStopped(deadline.atLeast(SHORT));
    }
    logs.stopExporters(deadline);
    for (ExportPath path : exporters.paths()) {
      path.awaitIdle(deadline);
    }
    for (ExportPath path : exporters.paths()) {
      path.close();
    }
    processorStages.forEach(stage -> stage.endAll(Outcome.STOPPED));
    allConnectorStages().forEach(stage -> stage.endAll(Outcome.STOPPED));
    logs.endAll(Outcome.STOPPED);
    replays.endAll(Outcome.STOPPED);
    replays.close();
    outputs.forEach(output -> output.endAll(Outcome.STOPPED));
    finish(receivers, deadline);
    finish(middle.reversed(), deadline);
    exporters.slots().forEach(ComponentSlot::beginStop);
    finish(exporters.slots(), deadline);
    for (ComponentSlot<?> extension : extensions.reversed()) {
      extension.beginStop();
      finish(List.of(extension), deadline);
    }
    logs.close();
  }

  /** The books of every part. */
  public List<Balance> balances() {
    List<Balance> balances = new ArrayList<>();
    outputs.forEach(output -> balances.add(output.balance()));
    balances.addAll(logs.balances());
    balances.add(replays.balance());
    processorStages.forEach(stage -> balances.addAll(stage.balances()));
    allConnectorStages().forEach(stage -> balances.add(stage.balance()));
    exporters.paths().forEach(path -> balances.add(path.balance()));
    return balances;
  }

  private void buildExtensions() {
    for (ComponentId id : config.enabledExtensions()) {
      Configured configured = configured(config.extensions(), id, Kind.EXTENSION);
      Identity identity = Identity.of(Kind.EXTENSION, id);
      RuntimeContext context = new RuntimeContext(identity, tools.services());
      ExtensionFactory<Record> factory = Factories.extension(configured.factory());
      ComponentSlot<Extension> slot =
          slot(identity, configured, () -> factory.create(context, configured.config()));
      extensions.add(slot);
      tools.services().extensions().add(slot);
    }
  }

  private void buildExporters(PipelineConfig pipeline) throws IOException {
    for (ComponentId id : pipeline.exporters()) {
      if (!config.connectors().containsKey(id)) {
        exporters.build(configured(config.exporters(), id, Kind.EXPORTER), pipeline.signal());
      }
    }
  }

  private void buildPipeline(PipelineConfig pipeline) {
    List<ComponentId> processors = pipeline.processors();
    String last =
        processors.isEmpty()
            ? "pipeline:" + pipeline.id()
            : new Identity(Kind.PROCESSOR, processors.get(processors.size() - 1), pipeline.id())
                .toString();
    List<Edge> tails = new ArrayList<>();
    for (ComponentId id : pipeline.exporters()) {
      tails.add(
          config.connectors().containsKey(id)
              ? edge(last, Kind.CONNECTOR.id() + ":" + id, connectorStage(id, pipeline.signal()))
              : edge(last, Kind.EXPORTER.id() + ":" + id, exporters.into(id, pipeline.signal())));
    }
    Consumer next = FanOut.to(tails);
    for (int i = processors.size() - 1; i >= 0; i--) {
      Identity identity = new Identity(Kind.PROCESSOR, processors.get(i), pipeline.id());
      String before =
          i == 0
              ? "pipeline:" + pipeline.id()
              : new Identity(Kind.PROCESSOR, processors.get(i - 1), pipeline.id()).toString();
      next = edge(before, identity.toString(), processorStage(identity, pipeline.signal(), next));
    }
    heads.put(pipeline, next);
  }

  private ProcessorStage processorStage(Identity identity, Signal signal, Consumer next) {
    Configured configured = configured(config.processors(), identity.id(), Kind.PROCESSOR);
    ProcessorFactory<Record> factory = Factories.processor(configured.factory());
    RuntimeContext context = new RuntimeContext(identity, tools.services());
    ComponentSlot<Processor> slot =
        slot(identity, configured, () -> factory.create(context, configured.config()));
    middle.add(slot);
    ProcessorStage stage = new ProcessorStage(slot, signal, next, tools.journal(), instruments);
    processorStages.add(stage);
    replayTargets.add(identity, signal, stage);
    return stage;
  }

  private ConnectorStage connectorStage(ComponentId id, Signal signal) {
    ComponentSlot<Connector> slot = connectors.computeIfAbsent(id, this::connector);
    ConnectorStage stage =
        connectorStages
            .computeIfAbsent(id, key -> new EnumMap<>(Signal.class))
            .computeIfAbsent(signal, key -> new ConnectorStage(slot, signal, instruments));
    replayTargets.add(slot.identity(), signal, stage);
    return stage;
  }

  /** Every pipeline that the connector leads into is built by now. */
  private ComponentSlot<Connector> connector(ComponentId id) {
    Configured configured = configured(config.connectors(), id, Kind.CONNECTOR);
    ConnectorFactory<Record> factory = Factories.connector(configured.factory());
    Identity identity = Identity.of(Kind.CONNECTOR, id);
    RuntimeContext context = new RuntimeContext(identity, tools.services());
    PipelineOutputs own = new PipelineOutputs();
    ComponentSlot<Connector> slot =
        slot(identity, configured, () -> factory.create(context, configured.config(), own));
    own.connect(slot);
    middle.add(slot);
    return slot;
  }

  private void buildReceivers() throws IOException {
    Map<ComponentId, Configured> used = new LinkedHashMap<>();
    for (PipelineConfig pipeline : config.pipelines()) {
      for (ComponentId id : pipeline.receivers()) {
        if (!config.connectors().containsKey(id)) {
          used.put(id, configured(config.receivers(), id, Kind.RECEIVER));
        }
      }
    }
    for (Map.Entry<ComponentId, Configured> entry : used.entrySet()) {
      Configured configured = entry.getValue();
      ReceiverFactory<Record> factory = Factories.receiver(configured.factory());
      Identity identity = Identity.of(Kind.RECEIVER, entry.getKey());
      RuntimeContext context = new RuntimeContext(identity, tools.services());
      PipelineOutputs own = new PipelineOutputs();
      ComponentSlot<Receiver> slot =
          slot(identity, configured, () -> factory.create(context, configured.config(), own));
      own.connect(slot, Factories.acknowledge(configured) == Acknowledge.LOGGED);
      receivers.add(slot);
    }
  }

  private <T extends Component> ComponentSlot<T> slot(
      Identity identity, Configured configured, Supplier<? extends T> maker) {
    return new ComponentSlot<>(
        identity,
        configured.factory().getClass().getClassLoader(),
        maker,
        tools.services().board(),
        tools.backoff());
  }

  private Edge edge(String from, String to, Consumer target) {
    return new Edge(instruments, from, to, target);
  }

  private List<ConnectorStage> allConnectorStages() {
    return connectorStages.values().stream()
        .flatMap(bySignal -> bySignal.values().stream())
        .toList();
  }

  private static Configured configured(
      Map<ComponentId, Configured> section, ComponentId id, Kind kind) {
    Configured configured = section.get(id);
    if (configured == null) {
      throw new IllegalArgumentException(kind.id() + " \"" + id + "\" is not configured");
    }
    return configured;
  }

  private static void launch(List<? extends ComponentSlot<?>> slots, Duration limit)
      throws InterruptedException {
    slots.forEach(ComponentSlot::launch);
    Deadline deadline = Deadline.in(limit);
    for (ComponentSlot<?> slot : slots) {
      if (!slot.awaitFirstAttempt(deadline)) {
        LOGGER
            .atWarn()
            .addKeyValue("component", slot.identity())
            .log("Component is still starting; the others do not wait for it");
      }
    }
  }

  private static void finish(List<? extends ComponentSlot<?>> slots, Deadline deadline)
      throws InterruptedException {
    for (ComponentSlot<?> slot : slots) {
      if (!slot.awaitStopped(deadline.atLeast(SHORT))) {
        slot.abandon();
      }
    }
  }

  /** The pipelines behind a receiver or connector. Immutable once connected. */
  private final class PipelineOutputs implements Outputs {
    private final Map<Signal, Consumer> bySignal = new EnumMap<>(Signal.class);

    void connect(ComponentSlot<?> slot) {
      edges(slot).forEach((signal, edges) -> add(slot, signal, FanOut.to(edges.values())));
    }

    /** Connects a receiver, with a log in between where it acknowledges what is logged. */
    void connect(ComponentSlot<?> slot, boolean logged) throws IOException {
      for (Map.Entry<Signal, Map<String, Edge>> entry : edges(slot).entrySet()) {
        Signal signal = entry.getKey();
        Map<String, Edge> edges = entry.getValue();
        Consumer past = FanOut.to(edges.values());
        replayTargets.add(slot.identity(), signal, past);
        add(
            slot,
            signal,
            logged ? logs.beforePipelines(slot.identity(), signal, edges, past) : past);
      }
    }

    private Map<Signal, Map<String, Edge>> edges(ComponentSlot<?> slot) {
      Map<Signal, Map<String, Edge>> edges = new EnumMap<>(Signal.class);
      heads.forEach(
          (pipeline, head) -> {
            if (pipeline.receivers().contains(slot.identity().id())) {
              edges
                  .computeIfAbsent(pipeline.signal(), key -> new LinkedHashMap<>())
                  .put(
                      pipeline.id(),
                      edge(slot.identity().name(), "pipeline:" + pipeline.id(), head));
            }
          });
      return edges;
    }

    private void add(ComponentSlot<?> slot, Signal signal, Consumer next) {
      Output output = new Output(slot, signal, next, instruments);
      outputs.add(output);
      bySignal.put(signal, output);
    }

    @Override
    public Set<Signal> signals() {
      return Set.copyOf(bySignal.keySet());
    }

    @Override
    public Optional<Consumer> of(Signal signal) {
      return Optional.ofNullable(bySignal.get(signal));
    }
  }
}
