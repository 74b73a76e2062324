package io.millrace.api.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.api.component.SimpleProcessor;
import io.millrace.api.pipeline.RequestContext;
import java.io.IOException;
import java.lang.reflect.Constructor;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Compiles the processor that the package's Javadoc shows, and runs it. */
class ExampleTest {
  private static final String IMPORTS =
      """
      import io.millrace.api.component.SimpleProcessor;
      import io.millrace.api.pipeline.RequestContext;
      import io.millrace.api.telemetry.*;
      """;

  @TempDir private Path folder;

  @Test
  void doesWhatTheJavadocSays() throws Exception {
    List<String> example = example();
    assertThat(example).filteredOn(line -> !line.isBlank()).hasSize(10);
    LogsBuilder builder = Logs.builder();
    builder.record().severity(5, "DEBUG");
    builder.record().severity(9, "INFO");
    List<String> left = new ArrayList<>();
    compile(example);
    try (URLClassLoader loader = new URLClassLoader(new URL[] {folder.toUri().toURL()})) {
      Constructor<?> constructor = loader.loadClass("StampProcessor").getDeclaredConstructor();
      constructor.setAccessible(true);
      SimpleProcessor processor = (SimpleProcessor) constructor.newInstance();
      processor
          .process(builder.build(), RequestContext.local(1))
          .forEachItem(
              (group, scope, item) ->
                  left.add(
                      ((LogRecord) item).severityText()
                          + item.attributes().get("deployment.environment.name")));
    }
    assertThat(left).containsExactly("INFOSTRING(production)");
  }

  private void compile(List<String> example) throws IOException {
    Path source = folder.resolve("StampProcessor.java");
    Files.writeString(source, IMPORTS + String.join("\n", example));
    int result =
        ToolProvider.getSystemJavaCompiler()
            .run(
                null,
                null,
                null,
                "-Xlint:all",
                "-Werror",
                "-proc:none",
                "-cp",
                System.getProperty("java.class.path"),
                source.toString());
    assertThat(result).as("exit code of the compiler").isZero();
  }

  /** The lines between the marks of the only example. */
  private static List<String> example() throws IOException {
    Path source = Path.of("src/main/java/io/millrace/api/telemetry/package-info.java");
    List<String> lines = Files.readAllLines(source);
    int from = lines.indexOf(" * <pre>{@code");
    int to = lines.indexOf(" * }</pre>");
    return lines.subList(from + 1, to).stream().map(line -> line.substring(2)).toList();
  }
}
