package io.millrace.flink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.millrace.api.telemetry.Batch;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Flink's images run Java 17: every class of the job and of the model must load there. */
class Java17Test {

  private static final String PROBE =
      """
      import java.nio.file.*;
      public class Probe {
        public static void main(String[] roots) throws Exception {
          int loaded = 0;
          for (String root : roots) {
            Path base = Path.of(root);
            if (!Files.isDirectory(base)) {
              base = FileSystems.newFileSystem(base).getPath("/");
            }
            Path top = base;
            try (var files = Files.walk(base)) {
              for (Path file : (Iterable<Path>) files::iterator) {
                String name = top.relativize(file).toString().replace('/', '.');
                if (name.endsWith(".class") && !name.endsWith("-info.class")) {
                  Class<?> type = Class.forName(name.substring(0, name.length() - 6));
                  type.getDeclaredMethods();
                  loaded++;
                }
              }
            }
          }
          System.out.println("loaded " + loaded + " on " + Runtime.version().feature());
          try {
            Class.forName("io.millrace.flink.AggregateJob")
                .getMethod("main", String[].class)
                .invoke(null, (Object) new String[] {"--nonsense"});
          } catch (java.lang.reflect.InvocationTargetException e) {
            System.out.println(e.getCause().getMessage());
          }
        }
      }
      """;

  @TempDir private Path directory;

  @Test
  void loadsAndRuns() throws Exception {
    Optional<Path> java = java17();
    assumeTrue(java.isPresent(), "no JDK 17 found: the classes were not loaded there");
    Path source = Files.writeString(directory.resolve("Probe.java"), PROBE);
    Path output = directory.resolve("output");
    Process process =
        new ProcessBuilder(
                java.get().toString(),
                "-cp",
                System.getProperty("java.class.path"),
                source.toString(),
                root(AggregateJob.class),
                root(Batch.class))
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();

    assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
    assertThat(Files.readString(output, StandardCharsets.UTF_8))
        .containsPattern("loaded \\d{3} on 17")
        .contains("--nonsense: unknown flag");
  }

  private static String root(Class<?> type) throws Exception {
    return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI()).toString();
  }

  private static Optional<Path> java17() throws IOException {
    Path folder = Path.of("/usr/lib/jvm");
    if (!Files.isDirectory(folder)) {
      return Optional.empty();
    }
    try (Stream<Path> homes = Files.list(folder)) {
      return homes
          .filter(Java17Test::is17)
          .map(home -> home.resolve("bin/java"))
          .filter(Files::isExecutable)
          .findFirst();
    }
  }

  private static boolean is17(Path home) {
    try {
      return Files.readString(home.resolve("release")).contains("JAVA_VERSION=\"17");
    } catch (IOException e) {
      return false;
    }
  }
}
