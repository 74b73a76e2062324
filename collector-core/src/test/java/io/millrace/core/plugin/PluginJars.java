package io.millrace.core.plugin;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/** Makes plugin jars from sources, good and bad ones. */
final class PluginJars {
  static final String SERVICE = "META-INF/services/io.millrace.api.component.Plugin";

  private PluginJars() {}

  /** Source of a plugin with one extension type. */
  static String plugin(String className, String type, String constructor) {
    return """
    import io.millrace.api.component.*;
    import java.util.List;

    public final class %1$s implements Plugin {
      public record Config() {}

      public %1$s() { %3$s }

      public String name() { return "%1$s"; }

      public List<ExtensionFactory<?>> extensions() { return List.of(new Factory()); }

      public static final class Factory implements ExtensionFactory<Config> {
        public String type() { return "%2$s"; }
        public Stability stability() { return Stability.ALPHA; }
        public Class<Config> configType() { return Config.class; }
        public Extension create(ComponentContext context, Config config) {
          return new Extension() {};
        }
      }
    }
    """
        .formatted(className, type, constructor);
  }

  /**
   * Compiles sources into a jar.
   *
   * @param sources class name to source
   * @param files other entries
   */
  static void write(Path jar, Map<String, String> sources, Map<String, String> files) {
    try {
      Path classes = Files.createTempDirectory(jar.toAbsolutePath().getParent(), "classes");
      compile(classes, sources);
      try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar));
          Stream<Path> compiled = Files.walk(classes)) {
        for (Path file : compiled.filter(Files::isRegularFile).toList()) {
          out.putNextEntry(new JarEntry(classes.relativize(file).toString().replace('\\', '/')));
          Files.copy(file, out);
        }
        for (Map.Entry<String, String> file : files.entrySet()) {
          out.putNextEntry(new JarEntry(file.getKey()));
          copy(file.getValue(), out);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void compile(Path classes, Map<String, String> sources) {
    if (sources.isEmpty()) {
      return;
    }
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    List<JavaFileObject> units = new ArrayList<>();
    sources.forEach((name, text) -> units.add(new Source(name, text)));
    List<String> options =
        List.of(
            "-d",
            classes.toString(),
            "-proc:none",
            "-nowarn",
            "-classpath",
            System.getProperty("java.class.path"));
    if (!compiler.getTask(null, null, null, options, null, units).call()) {
      throw new IllegalArgumentException("does not compile: " + sources.keySet());
    }
  }

  private static void copy(String text, OutputStream out) throws IOException {
    out.write(text.getBytes(StandardCharsets.UTF_8));
  }

  private static final class Source extends SimpleJavaFileObject {
    private final String text;

    Source(String name, String text) {
      super(URI.create("string:///" + name.replace('.', '/') + ".java"), Kind.SOURCE);
      this.text = text;
    }

    @Override
    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
      return text;
    }
  }
}
