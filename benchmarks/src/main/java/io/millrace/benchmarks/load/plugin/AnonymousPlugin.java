package io.millrace.benchmarks.load.plugin;

import io.millrace.api.component.ComponentContext;
import io.millrace.api.component.Plugin;
import io.millrace.api.component.Processor;
import io.millrace.api.component.ProcessorFactory;
import io.millrace.api.component.SimpleProcessor;
import io.millrace.api.component.Stability;
import io.millrace.api.telemetry.Origins;
import io.millrace.api.telemetry.Signal;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;

/** A plugin with a processor that takes the origins away, for measuring what they cost. */
public final class AnonymousPlugin implements Plugin {

  /** Packs it into a directory of plugins. */
  public static void packInto(Path plugins) throws IOException {
    Path folder = Files.createDirectories(plugins.resolve("anonymous"));
    try (JarOutputStream out =
        new JarOutputStream(Files.newOutputStream(folder.resolve("anonymous.jar")))) {
      for (Class<?> type : List.of(AnonymousPlugin.class, Factory.class, NoConfig.class)) {
        String name = type.getName().replace('.', '/') + ".class";
        out.putNextEntry(new JarEntry(name));
        try (InputStream in = AnonymousPlugin.class.getResourceAsStream("/" + name)) {
          in.transferTo(out);
        }
      }
      out.putNextEntry(new JarEntry("META-INF/services/" + Plugin.class.getName()));
      out.write(AnonymousPlugin.class.getName().getBytes(StandardCharsets.UTF_8));
    }
  }

  @Override
  public String name() {
    return "anonymous";
  }

  @Override
  public List<ProcessorFactory<?>> processors() {
    return List.of(new Factory());
  }

  /** No keys. */
  public record NoConfig() {}

  /** Makes the processor. */
  static final class Factory implements ProcessorFactory<NoConfig> {
    @Override
    public String type() {
      return "anonymous";
    }

    @Override
    public Stability stability() {
      return Stability.ALPHA;
    }

    @Override
    public Class<NoConfig> configType() {
      return NoConfig.class;
    }

    @Override
    public Set<Signal> signals() {
      return Set.of(Signal.LOGS);
    }

    @Override
    public Processor create(ComponentContext context, NoConfig config) {
      return (SimpleProcessor) (batch, request) -> batch.withOrigins(Origins.NONE);
    }
  }
}
