package io.millrace.core.cli;

import io.millrace.api.component.ComponentFactory;
import io.millrace.api.component.ConnectorFactory;
import io.millrace.api.telemetry.Signal;
import io.millrace.core.config.DocumentWriter;
import io.millrace.core.plugin.Components;
import io.millrace.core.plugin.Kind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code millrace components}. */
@Command(
    name = "components",
    description = "Lists the component types, their stability and the plugins they come from.",
    footerHeading = "%nExamples:%n",
    footer = {"  millrace components", "  millrace components --plugins ./plugins"})
final class ComponentsCommand implements Callable<Integer> {
  private static final List<Kind> ORDER =
      List.of(Kind.RECEIVER, Kind.PROCESSOR, Kind.EXPORTER, Kind.CONNECTOR, Kind.EXTENSION);

  private final Terminal terminal;

  @Mixin private PluginOptions plugins = new PluginOptions();

  ComponentsCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    Components components = plugins.load(terminal);
    Map<String, Object> document = new LinkedHashMap<>();
    Map<String, Object> build = new LinkedHashMap<>();
    build.put("command", "millrace");
    build.put("description", "Millrace");
    build.put("version", Version.NUMBER);
    document.put("buildinfo", build);
    for (Kind kind : ORDER) {
      document.put(kind.section(), components.all(kind).stream().map(this::entry).toList());
    }
    List<Map<String, String>> providers = new ArrayList<>();
    for (String scheme : List.of("env", "file", "yaml")) {
      providers.add(Map.of("scheme", scheme));
    }
    document.put("providers", providers);
    terminal.out().print(DocumentWriter.yaml(document));
    terminal.out().flush();
    return ExitCode.OK;
  }

  private Map<String, Object> entry(Components.Entry component) {
    ComponentFactory<?> factory = component.factory();
    String level = factory.stability().name().toLowerCase(Locale.ROOT);
    Map<String, Object> entry = new LinkedHashMap<>();
    entry.put("name", factory.type());
    if (!factory.aliases().isEmpty()) {
      entry.put("aliases", factory.aliases());
    }
    entry.put("plugin", component.plugin());
    Map<String, String> stability = new TreeMap<>();
    for (Signal signal : new TreeSet<>(factory.signals())) {
      stability.put(signal.id(), level);
    }
    if (factory instanceof ConnectorFactory<?> connector) {
      Set<ConnectorFactory.Pair> pairs = connector.pairs();
      pairs.forEach(pair -> stability.put(pair.from().id() + "-to-" + pair.to().id(), level));
    }
    if (stability.isEmpty()) {
      stability.put(component.kind().id(), level);
    }
    entry.put("stability", stability);
    return entry;
  }
}
