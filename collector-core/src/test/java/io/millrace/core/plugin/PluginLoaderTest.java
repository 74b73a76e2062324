package io.millrace.core.plugin;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.api.component.Plugin;
import io.millrace.core.plugin.PluginLoader.Loaded;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.snakeyaml.engine.v2.api.Load;

class PluginLoaderTest {
  @TempDir Path plugins;
  private final ClassLoader application = PluginLoaderTest.class.getClassLoader();

  @BeforeEach
  void addASoundPluginThatNobodyMayHarm() throws IOException {
    sound("sound", "Sound", "sound");
  }

  @Test
  void findsEveryDirectoryInOrder() throws IOException {
    sound("another", "Another", "another");
    Loaded loaded = load();
    assertThat(loaded.problems()).isEmpty();
    assertThat(loaded.components().types(Kind.EXTENSION)).contains("sound", "another");
    Components.Entry entry = loaded.components().find(Kind.EXTENSION, "sound").orElseThrow();
    assertThat(entry.plugin()).isEqualTo("Sound");
    assertThat(entry.factory().getClass().getClassLoader())
        .isInstanceOf(PluginClassLoader.class)
        .isNotSameAs(
            loaded
                .components()
                .find(Kind.EXTENSION, "another")
                .orElseThrow()
                .factory()
                .getClass()
                .getClassLoader());
  }

  @Test
  void leavesOutAPluginThatThrowsInItsConstructor() throws IOException {
    write(
        "bad",
        "Bad",
        PluginJars.plugin(
            "Bad", "bad", "if (true) throw new IllegalStateException(\"first\\nsecond\");"));
    assertThat(load().problems())
        .containsExactly(
            "plugin "
                + plugins.resolve("bad")
                + ": cannot be loaded: java.lang.IllegalStateException: first second");
    assertThatTheSoundOneWorks();
  }

  @Test
  void leavesOutAPluginWithoutAServiceFile() throws IOException {
    Path directory = Files.createDirectories(plugins.resolve("bad"));
    PluginJars.write(
        directory.resolve("bad.jar"), Map.of("Bad", PluginJars.plugin("Bad", "bad", "")), Map.of());
    assertThat(load().problems())
        .containsExactly("plugin " + directory + ": has no " + PluginJars.SERVICE + " in its jars");
    assertThatTheSoundOneWorks();
  }

  @Test
  void leavesOutAPluginWhoseServiceFileNamesNothing() throws IOException {
    Path directory = Files.createDirectories(plugins.resolve("bad"));
    PluginJars.write(
        directory.resolve("bad.jar"), Map.of(), Map.of(PluginJars.SERVICE, "com.example.Missing"));
    assertThat(load().problems())
        .singleElement()
        .asString()
        .startsWith("plugin " + directory + ": cannot be loaded: ")
        .contains("com.example.Missing")
        .doesNotContain("\n");
    assertThatTheSoundOneWorks();
  }

  @Test
  void leavesOutAPluginThatLacksItsLibrary() throws IOException {
    String library = "package lib; public class Lib { public static void call() {} }";
    Path directory = Files.createDirectories(plugins.resolve("bad"));
    PluginJars.write(
        directory.resolve("bad.jar"),
        Map.of("Bad", PluginJars.plugin("Bad", "bad", "lib.Lib.call();"), "lib.Lib", library),
        Map.of(PluginJars.SERVICE, "Bad"));
    removeEntry(directory.resolve("bad.jar"), "lib/Lib.class");
    assertThat(load().problems())
        .containsExactly(
            "plugin " + directory + ": cannot be loaded: java.lang.NoClassDefFoundError: lib/Lib");
    assertThatTheSoundOneWorks();
  }

  @Test
  void goesOnAfterAPluginThatCannotBeLoaded() throws IOException {
    String parent = "public class Parent {}";
    Path directory = Files.createDirectories(plugins.resolve("several"));
    Path jar = directory.resolve("several.jar");
    PluginJars.write(
        jar,
        Map.of(
            "Parent",
            parent,
            "Bad",
            PluginJars.plugin("Bad", "bad", "").replace("implements", "extends Parent implements"),
            "NoPlugin",
            "public class NoPlugin {}",
            "Good",
            PluginJars.plugin("Good", "good", "")),
        Map.of(PluginJars.SERVICE, "Missing\nBad # comment\n\n# none\nNoPlugin\nGood\n"));
    removeEntry(jar, "Parent.class");
    Loaded loaded = load();
    assertThat(loaded.problems())
        .hasSize(3)
        .allMatch(problem -> problem.startsWith("plugin " + directory + ": cannot be loaded: "))
        .anyMatch(problem -> problem.endsWith("java.lang.ClassNotFoundException: Missing"))
        .anyMatch(problem -> problem.endsWith("java.lang.NoClassDefFoundError: Parent"))
        .anyMatch(problem -> problem.contains("class NoPlugin"));
    assertThat(loaded.components().find(Kind.EXTENSION, "good")).isPresent();
    assertThatTheSoundOneWorks();
  }

  @Test
  void goesOnAfterABuiltInThatCannotBeLoaded() throws IOException {
    Path jar = Files.createDirectories(plugins.resolve("sound")).resolve("builtin.jar");
    PluginJars.write(
        jar,
        Map.of(
            "Aparent",
            "public class Aparent {}",
            "Bad",
            PluginJars.plugin("Bad", "bad", "").replace("implements", "extends Aparent implements"),
            "Good",
            PluginJars.plugin("Good", "good", "")),
        Map.of(PluginJars.SERVICE, "Another\nBad\nGood\n"));
    removeEntry(jar, "Aparent.class");
    try (URLClassLoader broken = new URLClassLoader(new URL[] {jar.toUri().toURL()}, application)) {
      Loaded loaded = PluginLoader.load(broken, null);
      assertThat(loaded.problems())
          .containsExactly(
              "built-in plugin Another: cannot be loaded: java.lang.ClassNotFoundException: Another",
              "built-in plugin Bad: cannot be loaded: java.lang.NoClassDefFoundError: Aparent");
      assertThat(loaded.components().find(Kind.EXTENSION, "good")).isPresent();
    }
  }

  @Test
  void givesEachPluginItsOwnVersionOfALibrary() throws IOException {
    for (String version : new String[] {"1", "2"}) {
      String name = "Clash" + version;
      Path directory = Files.createDirectories(plugins.resolve("clash" + version));
      PluginJars.write(
          directory.resolve("clash.jar"),
          Map.of(
              name,
              PluginJars.plugin(name, "clash" + version, "")
                  .replace(
                      "return \"" + name + "\"",
                      "return \"library \" + org.snakeyaml.engine.v2.api.Load.version()"),
              "org.snakeyaml.engine.v2.api.Load",
              """
              package org.snakeyaml.engine.v2.api;

              public class Load { public static String version() { return "%s"; } }
              """
                  .formatted(version)),
          Map.of(PluginJars.SERVICE, name));
    }
    Loaded loaded = load();
    assertThat(loaded.problems()).isEmpty();
    assertThat(loaded.components().find(Kind.EXTENSION, "clash1").orElseThrow().plugin())
        .isEqualTo("library 1");
    assertThat(loaded.components().find(Kind.EXTENSION, "clash2").orElseThrow().plugin())
        .isEqualTo("library 2");
    assertThat(Load.class.getDeclaredMethods()).noneMatch(m -> m.getName().equals("version"));
    assertThatTheSoundOneWorks();
  }

  @Test
  void usesItsOwnSpiWhenAPluginBundlesACopy() throws IOException {
    String spi =
        """
        package io.millrace.api.component;

        public interface Plugin { String name(); }
        """;
    Path directory = Files.createDirectories(plugins.resolve("bundles"));
    PluginJars.write(
        directory.resolve("a.jar"),
        Map.of("Bundles", PluginJars.plugin("Bundles", "bundles", "")),
        Map.of(PluginJars.SERVICE, "Bundles"));
    PluginJars.write(
        directory.resolve("spi.jar"), Map.of("io.millrace.api.component.Plugin", spi), Map.of());
    Loaded loaded = load();
    assertThat(loaded.problems())
        .containsExactly(
            "plugin "
                + directory
                + ": bundles its own copy of the SPI in spi.jar, which is ignored (expected:"
                + " collector-api as a provided dependency)");
    assertThat(loaded.components().find(Kind.EXTENSION, "bundles")).isPresent();
    assertThatTheSoundOneWorks();
  }

  @Test
  void leavesOutAPluginWhoseTypeIsTaken() throws IOException {
    sound("zlast", "Zlast", "sound");
    assertThat(load().problems())
        .containsExactly(
            "plugin "
                + plugins.resolve("zlast")
                + ": extension type \"sound\" is already provided by plugin Sound");
    assertThatTheSoundOneWorks();
  }

  @Test
  void leavesOutAPluginWithAnImpossibleType() throws IOException {
    sound("bad", "Bad", "no good");
    assertThat(load().problems())
        .containsExactly(
            "plugin "
                + plugins.resolve("bad")
                + ": extension type \"no good\" (expected: [a-zA-Z][0-9a-zA-Z_]{0,62})");
  }

  @Test
  void saysWhatDoesNotLookLikeAPlugin() throws IOException {
    Files.createDirectories(plugins.resolve("empty"));
    Files.writeString(plugins.resolve("loose.jar"), "");
    Files.createDirectories(plugins.resolve("garbage"));
    Files.writeString(plugins.resolve("garbage/a.jar"), "no jar");
    assertThat(load().problems())
        .containsExactly(
            "plugin "
                + plugins.resolve("empty")
                + ": has no jar (expected: the plugin's jar and its libraries)",
            "plugin "
                + plugins.resolve("garbage")
                + ": has no META-INF/services/io.millrace.api.component.Plugin in its jars",
            "plugin "
                + plugins.resolve("loose.jar")
                + ": ignored (expected: a directory for each plugin, with its jars)");
    assertThatTheSoundOneWorks();
  }

  @Test
  void showsAPluginNothingOfTheApplicationButTheSpiAndTheLogger() throws Exception {
    ClassLoader loader =
        load()
            .components()
            .find(Kind.EXTENSION, "sound")
            .orElseThrow()
            .factory()
            .getClass()
            .getClassLoader();
    assertThat(loader.loadClass(Plugin.class.getName())).isSameAs(Plugin.class);
    assertThat(loader.loadClass("org.slf4j.Logger")).isSameAs(org.slf4j.Logger.class);
    assertThat(canLoad(loader, "org.snakeyaml.engine.v2.api.Load")).isFalse();
    assertThat(canLoad(loader, "io.millrace.core.plugin.Components")).isFalse();
    assertThat(canLoad(loader, "ch.qos.logback.classic.Logger")).isFalse();
    assertThat(loader.getResource("org/slf4j/Logger.class")).isNotNull();
    assertThat(loader.getResource("org/snakeyaml/engine/v2/api/Load.class")).isNull();
    assertThat(application.getResource("META-INF/services/org.slf4j.spi.SLF4JServiceProvider"))
        .isNotNull();
    assertThat(loader.getResource("META-INF/services/org.slf4j.spi.SLF4JServiceProvider")).isNull();
    assertThat(Collections.list(loader.getResources(PluginJars.SERVICE)))
        .extracting(URL::getPath)
        .singleElement()
        .asString()
        .contains("sound.jar");
  }

  @Test
  void sharesExactlyThePackagesOfTheApi() throws Exception {
    Path root = Path.of(Plugin.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    TreeSet<String> packages = new TreeSet<>();
    if (Files.isDirectory(root)) {
      try (Stream<Path> files = Files.walk(root)) {
        files
            .filter(file -> file.toString().endsWith(".class"))
            .forEach(
                file ->
                    packages.add(root.relativize(file.getParent()).toString().replace('/', '.')));
      }
    } else {
      try (java.util.jar.JarFile jar = new java.util.jar.JarFile(root.toFile())) {
        jar.stream()
            .filter(entry -> entry.getName().endsWith(".class"))
            .forEach(
                entry ->
                    packages.add(
                        entry
                            .getName()
                            .substring(0, entry.getName().lastIndexOf('/'))
                            .replace('/', '.')));
      }
    }
    assertThat(PluginClassLoader.SHARED_PACKAGES.stream().filter(p -> p.startsWith("io.millrace")))
        .containsExactlyInAnyOrderElementsOf(packages);
  }

  private void assertThatTheSoundOneWorks() {
    assertThat(load().components().find(Kind.EXTENSION, "sound")).isPresent();
  }

  private Loaded load() {
    return PluginLoader.load(application, plugins);
  }

  private void sound(String directory, String className, String type) throws IOException {
    write(directory, className, PluginJars.plugin(className, type, ""));
  }

  private void write(String directory, String className, String source) throws IOException {
    Path path = Files.createDirectories(plugins.resolve(directory));
    PluginJars.write(
        path.resolve(directory + ".jar"),
        Map.of(className, source),
        Map.of(PluginJars.SERVICE, className));
  }

  private static boolean canLoad(ClassLoader loader, String name) {
    try {
      loader.loadClass(name);
      return true;
    } catch (ClassNotFoundException e) {
      return false;
    }
  }

  private static void removeEntry(Path jar, String entry) throws IOException {
    try (java.nio.file.FileSystem zip = java.nio.file.FileSystems.newFileSystem(jar)) {
      Files.delete(zip.getPath(entry));
    }
  }
}
