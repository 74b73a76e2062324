package io.millrace.core.fakes;

import io.millrace.api.component.Acknowledge;
import io.millrace.api.component.Component;
import io.millrace.api.component.ComponentContext;
import io.millrace.api.component.ComponentFactory;
import io.millrace.api.component.ComponentId;
import io.millrace.api.component.Connector;
import io.millrace.api.component.ConnectorFactory;
import io.millrace.api.component.DeliverySettings;
import io.millrace.api.component.Exporter;
import io.millrace.api.component.ExporterFactory;
import io.millrace.api.component.Extension;
import io.millrace.api.component.ExtensionFactory;
import io.millrace.api.component.Outputs;
import io.millrace.api.component.Processor;
import io.millrace.api.component.ProcessorFactory;
import io.millrace.api.component.Receiver;
import io.millrace.api.component.ReceiverFactory;
import io.millrace.api.component.Stability;
import io.millrace.api.config.Endpoint;
import io.millrace.api.telemetry.Signal;
import io.millrace.core.Agent;
import io.millrace.core.AgentOptions;
import io.millrace.core.component.ComponentSlot;
import io.millrace.core.graph.AgentConfig;
import io.millrace.core.graph.Configured;
import io.millrace.core.graph.PipelineConfig;
import io.millrace.core.graph.TelemetrySettings;
import io.millrace.core.plugin.Components;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Puts an agent together from fakes. One thread at a time. */
public final class AgentSetup {
  private static final Set<Signal> ALL = Set.of(Signal.values());
  private static final DeliverySettings QUICK =
      DeliverySettings.standard()
          .withTimeout(Duration.ZERO)
          .withRetry(
              new DeliverySettings.Retry(
                  true, Duration.ofMillis(1), 0, 1, Duration.ofMillis(1), Duration.ZERO));

  /** The configuration of every fake. */
  public record NoConfig() {}

  private final Map<ComponentId, Configured> receivers = new LinkedHashMap<>();
  private final Map<ComponentId, Configured> processors = new LinkedHashMap<>();
  private final Map<ComponentId, Configured> exporters = new LinkedHashMap<>();
  private final Map<ComponentId, Configured> connectors = new LinkedHashMap<>();
  private final Map<ComponentId, Configured> extensions = new LinkedHashMap<>();
  private final List<PipelineConfig> pipelines = new ArrayList<>();
  private @Nullable Endpoint prometheus;
  private AgentOptions options;

  public AgentSetup(Path stateDirectory) {
    options =
        AgentOptions.standard()
            .withStateDirectory(stateDirectory)
            .withBackoff(new ComponentSlot.Backoff(Duration.ofMillis(5), Duration.ofMillis(5)));
  }

  public AgentSetup receiver(String id, FakeReceiver receiver) {
    return receiver(id, ALL, (context, outputs) -> receiver.into(outputs));
  }

  public AgentSetup receiver(
      String id, Set<Signal> signals, BiFunction<ComponentContext, Outputs, Receiver> maker) {
    put(receivers, id, new Receivers(id, signals, Acknowledge.DELIVERED, maker));
    return this;
  }

  /** A receiver whose telemetry is logged before it is acknowledged. */
  public AgentSetup loggedReceiver(String id, FakeReceiver receiver) {
    put(
        receivers,
        id,
        new Receivers(id, ALL, Acknowledge.LOGGED, (context, outputs) -> receiver.into(outputs)));
    return this;
  }

  public AgentSetup processor(String id, Function<ComponentContext, Processor> maker) {
    put(processors, id, new Processors(id, Optional.empty(), maker));
    return this;
  }

  /** A processor that loses something in a crash. */
  public AgentSetup losingProcessor(
      String id, String what, Function<ComponentContext, Processor> maker) {
    put(processors, id, new Processors(id, Optional.of(what), maker));
    return this;
  }

  public AgentSetup exporter(String id, Exporter exporter) {
    return exporter(id, QUICK, context -> exporter);
  }

  public AgentSetup exporter(
      String id, DeliverySettings delivery, Function<ComponentContext, Exporter> maker) {
    ComponentId componentId = ComponentId.parse(id);
    exporters.put(
        componentId,
        new Configured(componentId, new Exporters(id, maker), new NoConfig(), delivery, null));
    return this;
  }

  /** An exporter whose queue is kept on disk. */
  public AgentSetup storedExporter(String id, Exporter exporter) {
    ComponentId componentId = ComponentId.parse(id);
    exporters.put(
        componentId,
        new Configured(
            componentId,
            new Exporters(id, context -> exporter),
            new NoConfig(),
            QUICK,
            ComponentId.parse("file_storage")));
    return this;
  }

  public AgentSetup connector(
      String id,
      Set<ConnectorFactory.Pair> pairs,
      BiFunction<ComponentContext, Outputs, Connector> maker) {
    put(connectors, id, new Connectors(id, pairs, maker));
    return this;
  }

  public AgentSetup extension(String id, Function<ComponentContext, Extension> maker) {
    put(extensions, id, new Extensions(id, maker));
    return this;
  }

  /** Adds a pipeline; the lists are ids separated by blanks. */
  public AgentSetup pipeline(String id, String from, String through, String to) {
    String[] parts = id.split("/", 2);
    Signal signal = null;
    for (Signal candidate : Signal.values()) {
      signal = candidate.id().equals(parts[0]) ? candidate : signal;
    }
    if (signal == null) {
      throw new IllegalArgumentException(id);
    }
    pipelines.add(
        new PipelineConfig(
            signal, parts.length > 1 ? parts[1] : "", ids(from), ids(through), ids(to)));
    return this;
  }

  public AgentSetup prometheus(Endpoint endpoint) {
    prometheus = endpoint;
    return this;
  }

  public AgentSetup options(Function<AgentOptions, AgentOptions> change) {
    options = change.apply(options);
    return this;
  }

  public AgentConfig config() {
    TelemetrySettings standard = TelemetrySettings.standard();
    return new AgentConfig(
        receivers,
        processors,
        exporters,
        connectors,
        extensions,
        List.copyOf(extensions.keySet()),
        pipelines,
        new TelemetrySettings(
            standard.metricsLevel(),
            prometheus,
            standard.logLevel(),
            standard.logEncoding(),
            Map.of()));
  }

  /** An agent that is not started. */
  public Agent agent() {
    return new Agent(config(), Components.of(List.of()), options);
  }

  private static void put(
      Map<ComponentId, Configured> section, String id, ComponentFactory<NoConfig> factory) {
    ComponentId componentId = ComponentId.parse(id);
    section.put(componentId, Configured.of(componentId, factory, new NoConfig()));
  }

  private static List<ComponentId> ids(String text) {
    List<ComponentId> ids = new ArrayList<>();
    for (String id : text.isBlank() ? new String[0] : text.trim().split(" ")) {
      ids.add(ComponentId.parse(id));
    }
    return ids;
  }

  /** What all fake factories share. */
  private interface Type<T extends Component> extends ComponentFactory<NoConfig> {
    String id();

    @Override
    default String type() {
      return ComponentId.parse(id()).type();
    }

    @Override
    default Stability stability() {
      return Stability.STABLE;
    }

    @Override
    default Class<NoConfig> configType() {
      return NoConfig.class;
    }

    @Override
    default Set<Signal> signals() {
      return ALL;
    }
  }

  private record Receivers(
      String id,
      Set<Signal> signals,
      Acknowledge when,
      BiFunction<ComponentContext, Outputs, Receiver> maker)
      implements ReceiverFactory<NoConfig>, Type<Receiver> {
    @Override
    public Receiver create(ComponentContext context, NoConfig config, Outputs outputs) {
      return maker.apply(context, outputs);
    }

    @Override
    public Acknowledge acknowledge(NoConfig config) {
      return when;
    }
  }

  private record Processors(
      String id, Optional<String> lost, Function<ComponentContext, Processor> maker)
      implements ProcessorFactory<NoConfig>, Type<Processor> {
    @Override
    public Processor create(ComponentContext context, NoConfig config) {
      return maker.apply(context);
    }

    @Override
    public Optional<String> lostInACrash(NoConfig config) {
      return lost;
    }
  }

  private record Exporters(String id, Function<ComponentContext, Exporter> maker)
      implements ExporterFactory<NoConfig>, Type<Exporter> {
    @Override
    public Exporter create(ComponentContext context, NoConfig config) {
      return maker.apply(context);
    }
  }

  private record Connectors(
      String id, Set<Pair> pairs, BiFunction<ComponentContext, Outputs, Connector> maker)
      implements ConnectorFactory<NoConfig>, Type<Connector> {
    @Override
    public Connector create(ComponentContext context, NoConfig config, Outputs outputs) {
      return maker.apply(context, outputs);
    }
  }

  private record Extensions(String id, Function<ComponentContext, Extension> maker)
      implements ExtensionFactory<NoConfig>, Type<Extension> {
    @Override
    public Set<Signal> signals() {
      return Set.of();
    }

    @Override
    public Extension create(ComponentContext context, NoConfig config) {
      return maker.apply(context);
    }
  }
}
