package io.millrace.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.testkit.server.LoopbackPorts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The example of a third party's plugin, dropped into the unpacked agent. */
class PluginIT {
  private static final Path EXAMPLE = Compose.ROOT.resolve("examples/plugin");
  private static final Pattern BODY = Pattern.compile("\"body\":\\{\"stringValue\":\"([^\"]*)\"");

  @TempDir private Path directory;
  private UnpackedAgent agent = new UnpackedAgent(Path.of(""));

  @BeforeEach
  void dropIn() throws Exception {
    agent = UnpackedAgent.in(directory);
    Path classes = Files.createDirectories(directory.resolve("classes"));
    compile(EXAMPLE.resolve("src/main/java"), classes);
    Path plugin = Files.createDirectories(agent.home().resolve("plugins/mask"));
    pack(List.of(classes, EXAMPLE.resolve("src/main/resources")), plugin.resolve("mask.jar"));
  }

  @Test
  void isListedWithWhereItComesFrom() throws Exception {
    UnpackedAgent.Result result = agent.run(directory, "components");
    assertThat(result.err()).isEmpty();
    assertThat(result.out())
        .contains(
            "  - name: mask\n    plugin: mask-processor\n    stability:\n      logs: alpha\n");
  }

  @Test
  void changesWhatGoesThroughThePipeline() throws Exception {
    Path output = directory.resolve("out/masked.jsonl");
    int metrics = LoopbackPorts.free();
    try (UnpackedAgent.Running running =
        UnpackedAgent.start(
            agent.launcher(),
            directory,
            Map.of("INPUT", EXAMPLE.resolve("orders.log").toString(), "OUTPUT", output.toString()),
            "--config",
            EXAMPLE.resolve("agent.yaml").toString(),
            "--config",
            "yaml:service::telemetry::metrics::readers: [{pull: {exporter: {prometheus:"
                + " {host: 127.0.0.1, port: "
                + metrics
                + "}}}}]",
            "--ephemeral")) {
      running
          .process()
          .awaitReady(
              UnpackedAgent.READY,
              () ->
                  UnpackedAgent.page(metrics, "/metrics")
                      .contains(
                          "otelcol_exporter_sent_log_records{data_type=\"logs\",exporter=\"file\"} 3"));
      assertThat(UnpackedAgent.page(metrics, "/metrics"))
          .containsPattern("otelcol_mask_changed_log_records\\{.*processor=\"mask\".*} 2\n");
      assertThat(running.stop()).isZero();
    }
    assertThat(BODY.matcher(Files.readString(output)).results().map(found -> found.group(1)))
        .containsExactly(
            "2026-11-21T10:00:00Z order 1 paid with ************1111",
            "2026-11-21T10:00:01Z order 2 is on its way",
            "2026-11-21T10:00:02Z order 3 paid with ************5559");
  }

  @Test
  void hasItsConfigurationCheckedLikeAnyOther() throws Exception {
    Path config = directory.resolve("bad.yaml");
    Files.writeString(
        config,
        Files.readString(EXAMPLE.resolve("agent.yaml"))
            .replace("pattern: '\\b", "pattern: '(\\b")
            .replace("    replacement:", "    replacment:"));
    UnpackedAgent.Result result = agent.run(directory, "validate", "bad.yaml");
    assertThat(result.code()).isEqualTo(1);
    assertThat(result.err().lines())
        .containsExactly(
            "bad.yaml:9:14 processors.mask.pattern: \"(\\b\\d{12}(\\d{4})\\b\" (expected: a regular"
                + " expression; Unclosed group)",
            "bad.yaml:10:5 processors.mask.replacment: unknown key (did you mean \"replacement\"?)",
            "Error: invalid configuration: 2 errors");
  }

  /** The README shows what {@link #changesWhatGoesThroughThePipeline} sees. */
  @Test
  void doesWhatItsReadmeSays() throws IOException {
    String readme = Files.readString(EXAMPLE.resolve("README.md"));
    List<String> shown = BODY.matcher(readme).results().map(found -> found.group(1)).toList();
    List<String> input = Files.readAllLines(EXAMPLE.resolve("orders.log"));
    assertThat(shown)
        .isEqualTo(
            input.stream()
                .map(line -> line.replaceAll("\\d{12}(\\d{4})", "************$1"))
                .toList());
    for (String path :
        Pattern.compile("\\]\\((src/[^)]+|agent\\.yaml)\\)")
            .matcher(readme)
            .results()
            .map(found -> found.group(1))
            .toList()) {
      assertThat(EXAMPLE.resolve(path)).isRegularFile();
    }
    assertThat(Files.readString(EXAMPLE.resolve("pom.xml")))
        .contains("<millrace.version>" + UnpackedAgent.version() + "</millrace.version>")
        .contains("<artifactId>mask-processor</artifactId>\n  <version>1.0</version>");
    assertThat(readme).contains("cp examples/plugin/target/mask-processor-1.0.jar ");
  }

  /** Compiles with what the distribution offers plugins, as strictly as the compiler can. */
  private void compile(Path sources, Path classes) throws IOException {
    JavaCompiler compiler = Objects.requireNonNull(ToolProvider.getSystemJavaCompiler());
    String api;
    try (Stream<Path> jars = Files.list(agent.home().resolve("lib"))) {
      api =
          jars.filter(
                  jar ->
                      jar.getFileName()
                          .toString()
                          .matches("(collector-api|jspecify|slf4j-api)-\\d.*\\.jar"))
              .map(Path::toString)
              .collect(Collectors.joining(":"));
    }
    try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
      List<String> options =
          List.of("--release", "17", "-Xlint:all", "-Werror", "-d", classes.toString(), "-cp", api);
      assertThat(
              compiler
                  .getTask(
                      null,
                      files,
                      null,
                      options,
                      null,
                      files.getJavaFileObjectsFromPaths(walk(sources)))
                  .call())
          .isTrue();
    }
  }

  private static void pack(List<Path> roots, Path jar) throws IOException {
    try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar))) {
      for (Path root : roots) {
        for (Path file : walk(root)) {
          out.putNextEntry(new JarEntry(root.relativize(file).toString()));
          Files.copy(file, out);
        }
      }
    }
  }

  private static List<Path> walk(Path root) throws IOException {
    try (Stream<Path> files = Files.walk(root)) {
      return new ArrayList<>(files.filter(Files::isRegularFile).sorted().toList());
    }
  }
}
