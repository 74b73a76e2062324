package io.millrace.core.plugin;

import io.millrace.api.component.Plugin;
import java.io.File;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
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
    List<Plugin> plugins = new ArrayList<>();
    for (Iterator<ServiceLoader.Provider<Plugin>> providers =
            ServiceLoader.load(Plugin.class, application).stream().iterator();
        hasNext(providers); ) {
      ServiceLoader.Provider<Plugin> provider = providers.next();
      attempt("built-in plugin " + provider.type().getName(), () -> plugins.add(provider.get()));
    }
    plugins.sort(Comparator.comparing(plugin -> plugin.getClass().getName()));
    plugins.forEach(plugin -> add("built-in plugin " + plugin.getClass().getName(), plugin));
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
    Iterator<ServiceLoader.Provider<Plugin>> providers =
        ServiceLoader.load(Plugin.class, loader).stream().iterator();
    while (true) {
      List<Plugin> made = new ArrayList<>();
      boolean[] more = new boolean[1];
      boolean sound =
          attempt(
              what,
              () -> {
                more[0] = providers.hasNext();
                if (more[0]) {
                  made.add(providers.next().get());
                }
              });
      if (sound && !more[0]) {
        return used;
      }
      for (Plugin plugin : made) {
        used |= add(what, plugin);
      }
      if (!sound && !more[0]) {
        return used; // The service file itself is broken: there is no next.
      }
    }
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

  private boolean hasNext(Iterator<?> providers) {
    boolean[] next = new boolean[1];
    return attempt("built-in plugin", () -> next[0] = providers.hasNext()) && next[0];
  }

  /** Runs foreign code, which may throw anything: every failure becomes one line. */
  private boolean attempt(String what, Runnable foreign) {
    try {
      foreign.run();
      return true;
    } catch (ServiceConfigurationError e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      problems.add(what + ": " + oneLine(cause));
    } catch (RuntimeException | LinkageError | AssertionError e) {
      problems.add(what + ": " + oneLine(e));
    }
    return false;
  }

  private static String oneLine(Throwable problem) {
    String message = problem.getMessage();
    String text =
        problem instanceof ServiceConfigurationError && message != null
            ? message
            : problem.getClass().getName() + (message == null ? "" : ": " + message);
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
