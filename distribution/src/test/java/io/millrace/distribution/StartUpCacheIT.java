package io.millrace.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A start-up cache, made in one unpacked tarball and used in another one elsewhere. */
final class StartUpCacheIT {
  private static final String CACHE = "millrace.aot";

  @TempDir private static Path first;
  @TempDir private Path directory;

  @BeforeAll
  static void makeCache() throws Exception {
    UnpackedAgent agent = UnpackedAgent.in(first);
    String script = agent.home().resolve("bin/make-cache.sh").toString();
    UnpackedAgent.Result made = UnpackedAgent.run(first, Map.of(), "bash", script);
    assertThat(made.code()).as(made.err()).isZero();

    FileTime time = Files.getLastModifiedTime(agent.home().resolve(CACHE));
    UnpackedAgent.run(first, Map.of(), "bash", script);
    assertThat(Files.getLastModifiedTime(agent.home().resolve(CACHE)))
        .as("made again though nothing had changed")
        .isEqualTo(time);
    Files.copy(agent.home().resolve(CACHE), first.resolve(CACHE));
  }

  @BeforeEach
  void unpack() throws Exception {
    Files.copy(first.resolve(CACHE), UnpackedAgent.in(directory).home().resolve(CACHE));
  }

  @Test
  void holdsTheAgentsClasses() throws Exception {
    assertThat(version("-Xlog:class+load").out())
        .contains("io.millrace.core.cli.Main source: shared objects file");
  }

  @Test
  void isSetAsideWithoutAWordWhenALibraryHasChanged() throws Exception {
    try (Stream<Path> libraries = Files.list(home().resolve("lib"))) {
      for (Path library : libraries.toList()) {
        Files.setLastModifiedTime(library, FileTime.from(Instant.EPOCH));
      }
    }
    saysItsVersionOnly("");
  }

  @Test
  void isSetAsideWithoutAWordWhenItIsDamaged() throws Exception {
    Files.writeString(home().resolve(CACHE), "damaged");
    saysItsVersionOnly("");
  }

  @Test
  void isSetAsideWithoutAWordWhenTheJvmLaysObjectsOutOtherwise() throws Exception {
    saysItsVersionOnly("-XX:-UseCompactObjectHeaders");
  }

  private void saysItsVersionOnly(String options) throws Exception {
    UnpackedAgent.Result result = version(options);
    assertThat(result.code()).isZero();
    assertThat(result.out()).startsWith("millrace ").hasLineCount(1);
    assertThat(result.err()).isEmpty();
  }

  private Path home() {
    return directory.resolve("millrace-" + UnpackedAgent.version());
  }

  private UnpackedAgent.Result version(String options) throws IOException, InterruptedException {
    return UnpackedAgent.run(
        directory,
        Map.of("MILLRACE_JVM_OPTIONS", options),
        home().resolve("bin/millrace").toString(),
        "--version");
  }
}
