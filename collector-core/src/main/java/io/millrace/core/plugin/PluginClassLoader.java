package io.millrace.core.plugin;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Loads one plugin. Thread-safe. Classes come from the JDK, from the packages below of the
 * application, and else from the plugin's own jars; nothing else of the application is visible, not
 * even its resources, so that no library of the agent can clash with one of the plugin.
 */
final class PluginClassLoader extends URLClassLoader {

  /** The packages that a plugin shares with the agent; exact, without sub-packages. */
  static final Set<String> SHARED_PACKAGES =
      Set.of(
          "io.millrace.api.component",
          "io.millrace.api.config",
          "io.millrace.api.pipeline",
          "io.millrace.api.storage",
          "io.millrace.api.telemetry",
          "org.jspecify.annotations",
          "org.slf4j",
          "org.slf4j.event",
          "org.slf4j.helpers",
          "org.slf4j.spi");

  static {
    registerAsParallelCapable();
  }

  private final ClassLoader application;

  PluginClassLoader(String name, List<URL> jars, ClassLoader application) {
    super(name, jars.toArray(URL[]::new), ClassLoader.getPlatformClassLoader());
    this.application = application;
  }

  @Override
  protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
    return isShared(name, '.') ? application.loadClass(name) : super.loadClass(name, resolve);
  }

  @Override
  public @Nullable URL getResource(String name) {
    if (isShared(name, '/')) {
      return application.getResource(name);
    }
    URL own = findResource(name);
    return own != null ? own : super.getResource(name);
  }

  @Override
  public Enumeration<URL> getResources(String name) throws IOException {
    if (isShared(name, '/')) {
      return application.getResources(name);
    }
    List<URL> resources = new ArrayList<>(Collections.list(findResources(name)));
    resources.addAll(Collections.list(getPlatformClassLoader().getResources(name)));
    return Collections.enumeration(resources);
  }

  private static boolean isShared(String name, char separator) {
    int end = name.lastIndexOf(separator);
    return end > 0 && SHARED_PACKAGES.contains(name.substring(0, end).replace(separator, '.'));
  }
}
