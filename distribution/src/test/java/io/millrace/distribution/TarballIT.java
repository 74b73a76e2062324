package io.millrace.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.testkit.server.LoopbackPorts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is shipped works where it is unpacked. */
class TarballIT {

  /** What a Java runtime image without development tools has, as Temurin's. */
  private static final String RUNTIME_MODULES =
      "java.se,jdk.unsupported,jdk.crypto.ec,jdk.httpserver,jdk.jfr,jdk.localedata,jdk.management,"
          + "jdk.naming.dns,jdk.net,jdk.security.auth,jdk.xml.dom,jdk.zipfs";

  @TempDir private Path directory;
  private UnpackedAgent agent = new UnpackedAgent(Path.of(""));
  private Path elsewhere = Path.of("");

  @BeforeEach
  void unpack() throws Exception {
    agent = UnpackedAgent.in(directory);
    elsewhere = Files.createDirectories(directory.resolve("else where"));
  }

  @Test
  void holdsTheSameBytesAndModesWhoeverBuildsIt() throws Exception {
    UnpackedAgent.Result list =
        UnpackedAgent.run(
            directory,
            Map.of("TZ", "UTC", "LC_ALL", "C"),
            "tar",
            "--numeric-owner",
            "-tvzf",
            UnpackedAgent.tarball().toString());
    String root = "millrace-" + UnpackedAgent.version() + "/";
    List<String> lines = list.out().lines().toList();
    String stamp = Compose.pomProperty("project.build.outputTimestamp").substring(0, 10);
    assertThat(lines)
        .allMatch(line -> line.matches("(drwxr-xr-x|-rwxr-xr-x|-rw-r--r--) 0/0 .*"))
        .allMatch(line -> line.contains(" " + stamp + " 00:00 " + root))
        .anyMatch(line -> line.startsWith("-rwxr-xr-x ") && line.endsWith("/bin/millrace"))
        .anyMatch(line -> line.startsWith("-rw-r--r-- ") && line.endsWith("/plugins/README.md"))
        .anyMatch(line -> line.startsWith("-rw-r--r-- ") && line.endsWith("/LICENSE"));
    assertThat(lines.stream().filter(line -> line.startsWith("-rwx"))).hasSize(1);
  }

  @Test
  void hasEachLibraryOnce() throws IOException {
    try (var jars = Files.list(agent.home().resolve("lib"))) {
      assertThat(jars.map(jar -> jar.getFileName().toString().replaceFirst("-\\d.*", "")))
          .contains("collector-core", "filelog-receiver")
          .doesNotHaveDuplicates();
    }
  }

  @Test
  void saysItsVersion() throws Exception {
    UnpackedAgent.Result result = agent.run(elsewhere, "--version");
    assertThat(result.err()).isEmpty();
    assertThat(result.code()).isZero();
    // Without a repository, as in an unpacked source archive, there is no commit.
    String commit = Files.exists(Compose.ROOT.resolve(".git")) ? "commit [0-9a-f]{7,40}, " : "";
    assertThat(result.out().strip())
        .matches(
            "millrace "
                + UnpackedAgent.version().replace(".", "\\.")
                + " \\("
                + commit
                + "Java \\d+.*\\)");
  }

  @Test
  void hasEveryComponentThatIsBuilt() throws Exception {
    UnpackedAgent.Result result = agent.run(elsewhere, "components");
    assertThat(result.err()).isEmpty();
    assertThat(result.code()).isZero();
    List<String> plugins =
        Files.readString(Compose.ROOT.resolve("pom.xml"))
            .lines()
            .map(String::strip)
            .filter(line -> line.matches("<module>(receivers|processors|exporters|extensions)/.*"))
            .map(line -> "plugin: millrace-" + line.replaceAll(".*/(.+)</module>", "$1"))
            .toList();
    assertThat(plugins).hasSizeGreaterThan(10);
    assertThat(result.out()).contains("version: " + UnpackedAgent.version()).contains(plugins);
  }

  @Test
  void runsThroughALinkFromAnotherDirectory() throws Exception {
    int health = LoopbackPorts.free();
    configure(health);
    Path link = Files.createSymbolicLink(directory.resolve("link"), agent.launcher());
    UnpackedAgent.Result valid =
        UnpackedAgent.run(
            elsewhere, Map.of(), link.toString(), "validate", "--config", "agent.yaml");
    assertThat(valid.err()).isEmpty();
    assertThat(valid.out())
        .isEqualTo(
            """
            The configuration is valid. Pipelines: logs
              logs: filelog acknowledges what every exporter has
            """);
    assertThat(valid.code()).isZero();
    try (UnpackedAgent.Running running =
        UnpackedAgent.start(
            link, elsewhere, Map.of(), "--config", "agent.yaml", "--state-dir", "state")) {
      running.awaitHealthy(health);
      assertThat(running.stop()).isZero();
    }
    assertThat(elsewhere.resolve("state")).isDirectory();
  }

  @Test
  void runsOnAJavaWithoutACompiler() throws Exception {
    Path runtime = directory.resolve("runtime");
    UnpackedAgent.Result linked =
        UnpackedAgent.run(
            directory,
            Map.of(),
            Path.of(System.getProperty("java.home"), "bin/jlink").toString(),
            "--add-modules",
            RUNTIME_MODULES,
            "--output",
            runtime.toString());
    assertThat(linked.code()).as(linked.err()).isZero();
    int health = LoopbackPorts.free();
    configure(health);
    try (UnpackedAgent.Running running =
        UnpackedAgent.start(
            agent.launcher(),
            elsewhere,
            Map.of("JAVA_HOME", runtime.toString()),
            "agent.yaml",
            "--ephemeral",
            "--memory",
            "0.125GiB")) {
      running.awaitHealthy(health);
      String command =
          ProcessHandle.of(running.process().pid()).orElseThrow().info().command().orElse("");
      assertThat(command).isEqualTo(runtime.toRealPath().resolve("bin/java").toString());
      assertThat(running.stop()).isZero();
    }
  }

  private void configure(int health) throws IOException {
    Files.writeString(
        elsewhere.resolve("agent.yaml"),
        """
        extensions:
          health_check: {endpoint: "127.0.0.1:%d"}
        receivers:
          filelog: {include: [in/*.log], start_at: beginning}
        exporters:
          debug:
        service:
          telemetry: {metrics: {level: none}}
          extensions: [health_check]
          pipelines:
            logs: {receivers: [filelog], exporters: [debug]}
        """
            .formatted(health));
  }
}
