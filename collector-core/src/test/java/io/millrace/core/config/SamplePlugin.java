package io.millrace.core.config;

import io.millrace.api.component.ComponentContext;
import io.millrace.api.component.ComponentFactory;
import io.millrace.api.component.Connector;
import io.millrace.api.component.ConnectorFactory;
import io.millrace.api.component.DeliverySettings;
import io.millrace.api.component.DeliverySettings.Queue;
import io.millrace.api.component.Exporter;
import io.millrace.api.component.ExporterFactory;
import io.millrace.api.component.Extension;
import io.millrace.api.component.ExtensionFactory;
import io.millrace.api.component.Outputs;
import io.millrace.api.component.Plugin;
import io.millrace.api.component.Processor;
import io.millrace.api.component.ProcessorFactory;
import io.millrace.api.component.Receiver;
import io.millrace.api.component.ReceiverFactory;
import io.millrace.api.component.Stability;
import io.millrace.api.config.Default;
import io.millrace.api.config.Endpoint;
import io.millrace.api.config.Secret;
import io.millrace.api.telemetry.Signal;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;

/** Component types for tests of configuration; none of them can be made. */
@NullMarked
public final class SamplePlugin implements Plugin {

  /** No keys. */
  public record Nothing() {}

  /** A receiver's keys. */
  public record Otlp(Protocols protocols, @Default("1MiB") String limit) {
    /** Optional sections. */
    public record Protocols(@Nullable Grpc grpc, @Nullable Grpc http) {}

    /** One of them. */
    public record Grpc(@Default("localhost:4317") Endpoint endpoint) {}
  }

  /** A receiver that listens for one signal. */
  public record R(@Default("1234") Secret opaque, @Default("") String other) {}

  /** An exporter's own keys. */
  public record Debug(@Default("basic") Verbosity verbosity, @Nullable Endpoint endpoint) {}

  /** An enum. */
  public enum Verbosity {
    BASIC,
    NORMAL,
    DETAILED
  }

  @Override
  public String name() {
    return "sample";
  }

  @Override
  public List<ReceiverFactory<?>> receivers() {
    return List.of(
        new Receivers<>("nop", Nothing.class, EnumSet.allOf(Signal.class)),
        new Receivers<>("otlp", Otlp.class, EnumSet.allOf(Signal.class)),
        new Receivers<>("nop_logs", Nothing.class, EnumSet.of(Signal.LOGS)),
        new Receivers<>("r", R.class, EnumSet.allOf(Signal.class)));
  }

  @Override
  public List<ProcessorFactory<?>> processors() {
    return List.of(new Processors("nop"), new Processors("memory_limiter"));
  }

  @Override
  public List<ExporterFactory<?>> exporters() {
    return List.of(
        new Exporters<>("nop", List.of(), Nothing.class),
        new Exporters<>("debug", List.of(), Debug.class),
        new Exporters<>("otlp_grpc", List.of("otlp"), Debug.class),
        new Exporters<>("e", List.of(), Nothing.class));
  }

  @Override
  public List<ConnectorFactory<?>> connectors() {
    return List.of(new Connectors());
  }

  @Override
  public List<ExtensionFactory<?>> extensions() {
    return List.of(new Extensions());
  }

  private static UnsupportedOperationException notMade(ComponentFactory<?> factory) {
    return new UnsupportedOperationException(factory.type());
  }

  private record Receivers<C extends Record>(String type, Class<C> configType, Set<Signal> signals)
      implements ReceiverFactory<C> {
    @Override
    public Stability stability() {
      return Stability.STABLE;
    }

    @Override
    public Receiver create(ComponentContext context, C config, Outputs outputs) {
      throw notMade(this);
    }
  }

  private record Processors(String type) implements ProcessorFactory<Nothing> {
    @Override
    public Stability stability() {
      return Stability.BETA;
    }

    @Override
    public Class<Nothing> configType() {
      return Nothing.class;
    }

    @Override
    public Set<Signal> signals() {
      return type.equals("nop") ? Signal.readable() : EnumSet.allOf(Signal.class);
    }

    @Override
    public Processor create(ComponentContext context, Nothing config) {
      throw notMade(this);
    }
  }

  private record Exporters<C extends Record>(String type, List<String> aliases, Class<C> configType)
      implements ExporterFactory<C> {
    @Override
    public Stability stability() {
      return Stability.ALPHA;
    }

    @Override
    public Set<Signal> signals() {
      return EnumSet.allOf(Signal.class);
    }

    @Override
    public Set<Signal> signals(C config) {
      boolean detailed = config instanceof Debug debug && debug.verbosity() == Verbosity.DETAILED;
      return detailed ? Signal.readable() : signals();
    }

    @Override
    public DeliverySettings deliveryDefaults() {
      DeliverySettings standard = DeliverySettings.standard();
      return switch (type) {
        case "e" -> standard.withTimeout(Duration.ofSeconds(1));
        case "debug" -> standard.withQueue(Queue.disabled());
        default -> standard;
      };
    }

    @Override
    public Set<String> codes() {
      return Set.of("400", "404", "GONE");
    }

    @Override
    public Exporter create(ComponentContext context, C config) {
      throw notMade(this);
    }
  }

  private static final class Connectors implements ConnectorFactory<Nothing> {
    @Override
    public String type() {
      return "nop";
    }

    @Override
    public Stability stability() {
      return Stability.DEVELOPMENT;
    }

    @Override
    public Class<Nothing> configType() {
      return Nothing.class;
    }

    @Override
    public Set<Signal> signals() {
      return Set.of();
    }

    @Override
    public Set<Pair> pairs() {
      return Set.of(
          new Pair(Signal.LOGS, Signal.LOGS),
          new Pair(Signal.TRACES, Signal.TRACES),
          new Pair(Signal.TRACES, Signal.LOGS));
    }

    @Override
    public Connector create(ComponentContext context, Nothing config, Outputs outputs) {
      throw notMade(this);
    }
  }

  private static final class Extensions implements ExtensionFactory<Nothing> {
    @Override
    public String type() {
      return "nop";
    }

    @Override
    public Stability stability() {
      return Stability.STABLE;
    }

    @Override
    public Class<Nothing> configType() {
      return Nothing.class;
    }

    @Override
    public Extension create(ComponentContext context, Nothing config) {
      throw notMade(this);
    }
  }
}
