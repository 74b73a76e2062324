package io.millrace.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The launcher, with JDKs that only print how they were called. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "the launchers are bash scripts")
final class LauncherTest {
  private static final Path SCRIPTS = Path.of("src", "main", "bin").toAbsolutePath();

  @TempDir private Path directory;
  private Path launcher = SCRIPTS;

  private record Result(int code, List<String> lines) {}

  @BeforeEach
  void install() throws IOException {
    Path bin = Files.createDirectories(directory.resolve("millrace/bin"));
    for (String name : List.of("millrace", "find-jdk.sh")) {
      Files.copy(SCRIPTS.resolve(name), bin.resolve(name));
    }
    launcher = executable(bin.resolve("millrace"));
  }

  @Test
  void takesJavaHomeWhenItIsNewEnough() throws Exception {
    Path jdk = jdk("home", "25.0.1");
    jdk("path", "26");
    assertThat(run(Map.of("JAVA_HOME", jdk.toString(), "PATH", path("path"))).lines())
        .contains("jdk home");
  }

  @Test
  void takesJavaFromThePathWhenJavaHomeIsTooOld() throws Exception {
    Path old = jdk("old", "17.0.15");
    jdk("path", "26");
    assertThat(run(Map.of("JAVA_HOME", old.toString(), "PATH", path("path"))).lines())
        .contains("jdk path");
  }

  @Test
  void findsAJdkInTheUsersHome() throws Exception {
    forgetTheMachinesOwn();
    jdk("old", "17.0.15");
    jdk("user/.jdks/openjdk-99", "99");
    Result result =
        run(
            Map.of(
                "JAVA_HOME", directory.resolve("none").toString(),
                "HOME", directory.resolve("user").toString(),
                "PATH", path("old")));
    assertThat(result.lines()).contains("jdk openjdk-99");
  }

  @Test
  void saysInOneLineWhenThereIsNone() throws Exception {
    forgetTheMachinesOwn();
    jdk("old", "17.0.15");
    Result result = run(Map.of("JAVA_HOME", "", "HOME", directory.toString(), "PATH", path("old")));
    assertThat(result.code()).isEqualTo(1);
    assertThat(result.lines())
        .containsExactly(
            "millrace: no JDK 25 found (set JAVA_HOME, or install one where Java usually lives)");
  }

  @Test
  void worksThroughALink() throws Exception {
    Path jdk = jdk("home", "25");
    Path link = Files.createSymbolicLink(directory.resolve("link"), launcher);
    Path home = directory.resolve("millrace").toRealPath();
    assertThat(run(link, Map.of("JAVA_HOME", jdk.toString()), "validate", "a b.yaml").lines())
        .contains(
            "-Dmillrace.home=" + home,
            home + "/lib/*",
            "io.millrace.core.cli.Main",
            "validate",
            "a b.yaml");
  }

  @ParameterizedTest
  @CsvSource({
    "--memory=1GiB, 799, 113",
    "--memory 1073741824, 799, 113",
    "--memory=256m, 164, 28",
    "--memory=rubbish, 58, 14",
    "--other, 58, 14",
    "--memory=1MiB, 32, 10"
  })
  void theBudgetDecidesTheHeap(String arguments, int heap, int direct) throws Exception {
    Path jdk = jdk("home", "25");
    List<String> lines =
        run(launcher, Map.of("JAVA_HOME", jdk.toString()), arguments.split(" ", -1)).lines();
    assertThat(lines).contains("-Xmx" + heap + "m", "-XX:MaxDirectMemorySize=" + direct + "m");
  }

  /** Makes the script look where no machine has a JDK. */
  private void forgetTheMachinesOwn() throws IOException {
    String script = Files.readString(SCRIPTS.resolve("find-jdk.sh"));
    Files.writeString(
        launcher.resolveSibling("find-jdk.sh"),
        script.replaceAll(" /(usr|opt|Library)/", " /none/$1/"));
  }

  private Path jdk(String name, String version) throws IOException {
    Path home = directory.resolve(name);
    Path bin = Files.createDirectories(home.resolve("bin"));
    Files.writeString(home.resolve("release"), "JAVA_VERSION=\"" + version + "\"\n");
    String script = "#!/bin/sh\necho jdk " + home.getFileName() + "\nprintf '%s\\n' \"$@\"\n";
    Files.writeString(bin.resolve("java"), script);
    Files.writeString(bin.resolve("javac"), script);
    executable(bin.resolve("javac"));
    executable(bin.resolve("java"));
    return home;
  }

  private static Path executable(Path file) throws IOException {
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private String path(String first) {
    return directory.resolve(first).resolve("bin") + ":/usr/bin:/bin";
  }

  private Result run(Map<String, String> environment) throws Exception {
    return run(launcher, environment, "validate");
  }

  private Result run(Path script, Map<String, String> environment, String... arguments)
      throws Exception {
    List<String> command = new ArrayList<>(List.of(script.toString()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().putAll(environment);
    Process process = builder.start();
    process.getOutputStream().close();
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
    return new Result(process.exitValue(), text.lines().toList());
  }
}
