package io.millrace.core.plugin;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.api.component.ComponentFactory;
import io.millrace.api.component.ComponentId;
import io.millrace.core.Agent;
import io.millrace.core.AgentOptions;
import io.millrace.core.fakes.Await;
import io.millrace.core.graph.AgentConfig;
import io.millrace.core.graph.Configured;
import io.millrace.core.graph.PipelineConfig;
import io.millrace.core.graph.TelemetrySettings;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A pipeline of three plugins, each of which checks at every call that it is in its own context.
 */
class IsolationTest {

  @SuppressWarnings("InlineFormatString") // A whole class, easier to read on its own.
  private static final String SOURCE =
      """
      import io.millrace.api.component.*;
      import io.millrace.api.pipeline.*;
      import io.millrace.api.telemetry.*;
      import java.util.*;

      public final class %1$s implements Plugin {
        public record Config() {}

        public String name() { return "%1$s"; }
        public List<ReceiverFactory<?>> receivers() { return List.of(new In()); }
        public List<ProcessorFactory<?>> processors() { return List.of(new Through()); }
        public List<ExporterFactory<?>> exporters() { return List.of(new Out()); }

        static void check(ComponentContext context, String where) {
          boolean own = Thread.currentThread().getContextClassLoader() == %1$s.class.getClassLoader();
          context.meter().counter(own ? "calls" : "strays", "Calls", Map.of("where", where)).add(1);
        }

        static abstract class Type implements ComponentFactory<Config> {
          public String type() { return "%2$s"; }
          public Stability stability() { return Stability.ALPHA; }
          public Class<Config> configType() { return Config.class; }
          public Set<Signal> signals() { return Set.of(Signal.LOGS); }
        }

        public static final class In extends Type implements ReceiverFactory<Config> {
          public Receiver create(ComponentContext context, Config config, Outputs outputs) {
            check(context, "create");
            return new Receiver() {
              public void start() {
                check(context, "start");
                Thread thread = new Thread(() -> {
                  LogsBuilder builder = Logs.builder();
                  builder.record().body(Value.of("hello"));
                  Delivery delivery = Deliveries.pushed(outcome -> check(context, "delivery"));
                  try {
                    outputs.of(Signal.LOGS).get().accept(
                        new Parcel(builder.build(), delivery, RequestContext.local(1)));
                  } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                  }
                  check(context, "after");
                });
                thread.setDaemon(true);
                thread.start();
              }
              public void stop() { check(context, "stop"); }
            };
          }
        }

        public static final class Through extends Type implements ProcessorFactory<Config> {
          public Processor create(ComponentContext context, Config config) {
            check(context, "create");
            return new StatefulProcessor() {
              public void start() { check(context, "start"); }
              public Mode mode() { return Mode.HOLD; }
              public void accept(Parcel parcel, Consumer next) throws InterruptedException {
                check(context, "accept");
                Delivery own = Deliveries.pushed(outcome -> {
                  check(context, "delivery");
                  parcel.delivery().end(outcome);
                });
                next.accept(parcel.withDelivery(own));
                check(context, "after");
              }
              public void stop() { check(context, "stop"); }
            };
          }
        }

        public static final class Out extends Type implements ExporterFactory<Config> {
          public Exporter create(ComponentContext context, Config config) {
            check(context, "create");
            return new Exporter() {
              public void start() { check(context, "start"); }
              public ExportOutcome export(Batch batch, RequestContext request) {
                check(context, "export");
                return ExportOutcome.ACCEPTED;
              }
              public void stop() { check(context, "stop"); }
            };
          }
        }
      }
      """;

  @TempDir Path directory;

  @Test
  void callsEveryPluginInItsOwnContext() throws Exception {
    Path plugins = directory.resolve("plugins");
    for (String name : List.of("One", "Two", "Three")) {
      write(plugins, name);
    }
    PluginLoader.Loaded loaded = PluginLoader.load(getClass().getClassLoader(), plugins);
    assertThat(loaded.problems()).isEmpty();
    Components components = loaded.components();
    AgentConfig config =
        new AgentConfig(
            Map.of(id("one"), configured(components, Kind.RECEIVER, "one")),
            Map.of(id("two"), configured(components, Kind.PROCESSOR, "two")),
            Map.of(id("three"), configured(components, Kind.EXPORTER, "three")),
            Map.of(),
            Map.of(),
            List.of(),
            List.of(
                new PipelineConfig(
                    io.millrace.api.telemetry.Signal.LOGS,
                    "",
                    List.of(id("one")),
                    List.of(id("two")),
                    List.of(id("three")))),
            new TelemetrySettings(
                TelemetrySettings.MetricsLevel.NONE,
                null,
                org.slf4j.event.Level.INFO,
                TelemetrySettings.LogEncoding.CONSOLE,
                Map.of()));
    Agent agent =
        new Agent(
            config,
            components,
            AgentOptions.standard().withStateDirectory(directory.resolve("state")));
    agent.start();
    try {
      Await.until(
          "the receiver was told",
          () ->
              agent.metricsPage().contains("otelcol_calls{receiver=\"one\",where=\"delivery\"} 1")
                  && agent
                      .metricsPage()
                      .contains("otelcol_calls{receiver=\"one\",where=\"after\"} 1"));
      assertThat(agent.metricsPage())
          .contains("otelcol_calls{receiver=\"one\",where=\"create\"} 1\n")
          .contains("otelcol_calls{receiver=\"one\",where=\"start\"} 1\n")
          .contains("otelcol_calls{pipeline=\"logs\",processor=\"two\",where=\"create\"} 1\n")
          .contains("otelcol_calls{pipeline=\"logs\",processor=\"two\",where=\"accept\"} 1\n")
          .contains("otelcol_calls{pipeline=\"logs\",processor=\"two\",where=\"delivery\"} 1\n")
          .contains("otelcol_calls{pipeline=\"logs\",processor=\"two\",where=\"after\"} 1\n")
          .contains("otelcol_calls{exporter=\"three\",where=\"export\"} 1\n")
          .doesNotContain("strays");
    } finally {
      agent.stop();
    }
  }

  private static Configured configured(Components components, Kind kind, String type)
      throws ReflectiveOperationException {
    ComponentFactory<?> factory = components.find(kind, type).orElseThrow().factory();
    Class<? extends Record> configType = factory.configType();
    assertThat(configType.getRecordComponents()).isEqualTo(new RecordComponent[0]);
    return Configured.of(id(type), factory, configType.getDeclaredConstructor().newInstance());
  }

  private static void write(Path plugins, String name) throws IOException {
    Path plugin = Files.createDirectories(plugins.resolve(name));
    PluginJars.write(
        plugin.resolve("plugin.jar"),
        Map.of(name, SOURCE.formatted(name, name.toLowerCase(java.util.Locale.ROOT))),
        Map.of(PluginJars.SERVICE, name));
  }

  private static ComponentId id(String text) {
    return ComponentId.parse(text);
  }
}
