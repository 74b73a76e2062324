package io.millrace.core.plugin;

import io.millrace.api.component.Plugin;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.InvocationTargetException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLConnection;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Enumeration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Finds the components of an agent: those on the application class path, then those of each
 * directory under the plugin directory. A plugin that cannot be used is left out with one line that
 * says why; the others do not notice. One thread at a time.
 */
public final class PluginLoader {
  private static final String SERVICE_FILE = "META-INF/services/" + Plugin.class.getName();
  private static final String SPI_FOLDER = "io/millrace/api/";

  /**
   * What was found.
   *
   * @param components every usable component
   * @param problems one line for each plugin that is left out or looks wrong
   */
  public record Loaded(Components components, List<String> problems) {
    public Loaded {
      problems = List.copyOf(problems);
    }
  }

  private final ClassLoader application;
  private final Components components = Components.empty();
  private final List<String> problems = new ArrayList<>();

  private PluginLoader(ClassLoader application) {
    this.application = application;
  }

  /**
   * Finds all components.
   *
   * @param application where built-in components and the SPI are
   * @param directory holds one directory for each plugin; null for none, may be absent
   */
  public static Loaded load(ClassLoader application, @Nullable Path directory) {
    PluginLoader loader = new PluginLoader(application);
    loader.loadBuiltIns();
    if (directory != null && Files.exists(directory)) {
      loader.loadDirectory(directory);
    }
    return new Loaded(loader.components, loader.problems);
  }

  private void loadBuiltIns() {
    Set<String> names = new TreeSet<>();
    try {
      names.addAll(providers(application.getResources(SERVICE_FILE)));
    } catch (IOException e) {
      problems.add("built-in plugins: cannot be found: " + e);
    }
    for (String name : names) {
      String what = "built-in plugin " + name;
      make(what, name, application).ifPresent(plugin -> add(what, plugin));
    }
  }

  private void loadDirectory(Path directory) {
    for (Path path : sorted(directory)) {
      if (Files.isDirectory(path)) {
        loadPlugin(path);
      } else if (path.getFileName().toString().endsWith(".jar")) {
        problems.add(
            "plugin " + path + ": ignored (expected: a directory for each plugin, with its jars)");
      }
    }
  }

  private void loadPlugin(Path directory) {
    String what = "plugin " + directory;
    List<Path> jars =
        sorted(directory).stream()
            .filter(path -> path.getFileName().toString().endsWith(".jar"))
            .toList();
    if (jars.isEmpty()) {
      problems.add(what + ": has no jar (expected: the plugin's jar and its libraries)");
      return;
    }
    bundledSpi(jars)
        .ifPresent(
            jar ->
                problems.add(
                    what
                        + ": bundles its own copy of the SPI in "
                        + jar.getFileName()
                        + ", which is ignored (expected: collector-api as a provided dependency)"));
    PluginClassLoader loader =
        new PluginClassLoader(directory.getFileName().toString(), urls(jars), application);
    boolean used = false;
    if (loader.findResource(SERVICE_FILE) == null) {
      problems.add(what + ": has no " + SERVICE_FILE + " in its jars");
    } else {
      used = withContext(loader, () -> loadProviders(what, loader));
    }
    if (!used) {
      close(loader);
    }
  }

  private boolean loadProviders(String what, PluginClassLoader loader) {
    boolean used = false;
    try {
      for (String name : providers(loader.findResources(SERVICE_FILE))) {
        Optional<Plugin> plugin = make(what, name, loader);
        used |= plugin.isPresent() && add(what, plugin.get());
      }
    } catch (IOException e) {
      problems.add(what + ": " + SERVICE_FILE + " cannot be read: " + e);
    }
    return used;
  }

  /**
   * The class names in service files. Unlike a {@link java.util.ServiceLoader}, which loads a class
   * to go on to the next, this knows every name before any of them can fail.
   */
  private static Set<String> providers(Enumeration<URL> files) throws IOException {
    Set<String> names = new LinkedHashSet<>();
    for (URL file : Collections.list(files)) {
      URLConnection connection = file.openConnection();
      connection.setUseCaches(false); // The cache would keep the jar open.
      try (InputStream in = connection.getInputStream()) {
        new String(in.readAllBytes(), StandardCharsets.UTF_8)
            .lines()
            .map(line -> line.replaceFirst("#.*", "").strip())
            .filter(line -> !line.isEmpty())
            .forEach(names::add);
      }
    }
    return names;
  }

  private Optional<Plugin> make(String what, String name, ClassLoader loader) {
    List<Plugin> made = new ArrayList<>();
    attempt(
        what,
        () ->
            made.add(
                Class.forName(name, true, loader)
                    .asSubclass(Plugin.class)
                    .getConstructor()
                    .newInstance()));
    return made.stream().findFirst();
  }

  private boolean add(String what, Plugin plugin) {
    boolean[] added = new boolean[1];
    attempt(
        what,
        () -> {
          Optional<String> problem = components.tryAdd(plugin);
          problem.ifPresent(text -> problems.add(what + ": " + text));
          added[0] = problem.isEmpty();
        });
    return added[0];
  }

  /** Something foreign, which may throw anything. */
  @FunctionalInterface
  private interface Foreign {
    void run() throws ReflectiveOperationException;
  }

  /** Runs foreign code: every failure becomes one line. */
  private void attempt(String what, Foreign foreign) {
    try {
      foreign.run();
    } catch (InvocationTargetException e) {
      problems.add(what + ": " + oneLine(e.getCause() == null ? e : e.getCause()));
    } catch (ReflectiveOperationException | RuntimeException | LinkageError | AssertionError e) {
      problems.add(what + ": " + oneLine(e));
    }
  }

  private static String oneLine(Throwable problem) {
    String message = problem.getMessage();
    String text = problem.getClass().getName() + (message == null ? "" : ": " + message);
    return "cannot be loaded: " + text.replaceAll("\\s*[\\r\\n]+\\s*", " ");
  }

  private static boolean withContext(
      ClassLoader loader, java.util.function.BooleanSupplier foreign) {
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    thread.setContextClassLoader(loader);
    try {
      return foreign.getAsBoolean();
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  private static Optional<Path> bundledSpi(List<Path> jars) {
    for (Path jar : jars) {
      try (JarFile file = new JarFile(jar.toFile())) {
        if (file.stream()
            .anyMatch(
                entry ->
                    entry.getName().startsWith(SPI_FOLDER) && entry.getName().endsWith(".class"))) {
          return Optional.of(jar);
        }
      } catch (IOException e) {
        // No jar after all; loading from it will say so.
      }
    }
    return Optional.empty();
  }

  private List<Path> sorted(Path directory) {
    try (Stream<Path> paths = Files.list(directory)) {
      return paths.sorted().toList();
    } catch (IOException e) {
      problems.add("plugin directory " + directory + ": cannot be read: " + e);
      return List.of();
    }
  }

  private static List<URL> urls(List<Path> jars) {
    List<URL> urls = new ArrayList<>();
    for (Path jar : jars) {
      try {
        urls.add(jar.toUri().toURL());
      } catch (MalformedURLException e) {
        throw new IllegalArgumentException(jar + File.pathSeparator, e);
      }
    }
    return urls;
  }

  private static void close(PluginClassLoader loader) {
    try {
      loader.close();
    } catch (IOException e) {
      // Nothing of it is in use.
    }
  }
}
