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
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The launcher, with Javas that only print how they were called. */
final class LauncherTest {
  private static final Path SCRIPTS = Path.of("src", "main", "bin").toAbsolutePath();

  @TempDir private Path directory;
  private Path launcher = SCRIPTS;

  private record Result(int code, List<String> lines) {}

  @BeforeEach
  void install() throws IOException {
    Path bin = Files.createDirectories(directory.resolve("millrace/bin"));
    for (String name : List.of("millrace", "find-java.sh")) {
      Files.copy(SCRIPTS.resolve(name), bin.resolve(name));
    }
    launcher = executable(bin.resolve("millrace"));
    Path lib = Files.createDirectories(directory.resolve("millrace/lib"));
    Files.createFile(lib.resolve("a.jar"));
    Files.createFile(lib.resolve("B.jar"));
  }

  @Test
  void takesJavaHomeWhenItIsNewEnough() throws Exception {
    Path jdk = jdk("home", "25.0.1");
    jdk("path", "26");
    assertThat(run(Map.of("JAVA_HOME", jdk.toString(), "PATH", path("path"))).lines())
        .contains("java home");
  }

  @Test
  void takesJavaFromThePathWhenJavaHomeIsTooOld() throws Exception {
    Path old = jdk("old", "17.0.15");
    jdk("path", "26");
    assertThat(run(Map.of("JAVA_HOME", old.toString(), "PATH", path("path"))).lines())
        .contains("java path");
  }

  @Test
  void findsAJavaInTheUsersHome() throws Exception {
    forgetTheMachinesOwn();
    jdk("old", "17.0.15");
    jdk("user/.jdks/openjdk-99", "99");
    Result result =
        run(
            Map.of(
                "JAVA_HOME", directory.resolve("none").toString(),
                "HOME", directory.resolve("user").toString(),
                "PATH", path("old")));
    assertThat(result.lines()).contains("java openjdk-99");
  }

  @Test
  void needsNoCompilerButABuildDoes() throws Exception {
    forgetTheMachinesOwn();
    Path runtime = java("home", "25");
    jdk("user/.jdks/openjdk-99", "99");
    Map<String, String> environment =
        Map.of(
            "JAVA_HOME", runtime.toString(),
            "HOME", directory.resolve("user").toString(),
            "PATH", "/usr/bin:/bin");
    assertThat(run(environment).lines()).contains("java home");
    Path build = directory.resolve("build.sh");
    Files.writeString(
        build,
        "#!/usr/bin/env bash\n. '"
            + launcher.resolveSibling("find-java.sh")
            + "'\nfind_jdk && echo $MILLRACE_JDK\n");
    assertThat(run(executable(build), environment).lines())
        .containsExactly(directory.resolve("user/.jdks/openjdk-99").toString());
  }

  @Test
  void saysInOneLineWhenThereIsNone() throws Exception {
    forgetTheMachinesOwn();
    jdk("old", "17.0.15");
    Result result = run(Map.of("JAVA_HOME", "", "HOME", directory.toString(), "PATH", path("old")));
    assertThat(result.code()).isEqualTo(1);
    assertThat(result.lines())
        .containsExactly(
            "millrace: no Java 25 found (set JAVA_HOME, or install one where Java usually lives)");
  }

  @Test
  void worksThroughALink() throws Exception {
    Path jdk = jdk("home", "25");
    Path link = Files.createSymbolicLink(directory.resolve("link"), launcher);
    Path home = directory.resolve("millrace").toRealPath();
    assertThat(run(link, Map.of("JAVA_HOME", jdk.toString()), "validate", "a b.yaml").lines())
        .contains(
            "-Dmillrace.home=" + home,
            home + "/lib/B.jar:" + home + "/lib/a.jar",
            "io.millrace.core.cli.Main",
            "validate",
            "a b.yaml");
  }

  @Test
  void leavesTheOrderOfLettersToTheUser() throws Exception {
    Path jdk = java("home", "25");
    Path java = jdk.resolve("bin/java");
    Files.writeString(java, "#!/bin/sh\necho collation $LC_ALL\n");
    assertThat(run(Map.of("JAVA_HOME", jdk.toString(), "LC_ALL", "de_DE.UTF-8")).lines())
        .contains("collation de_DE.UTF-8");
  }

  @Test
  void usesTheStartUpCacheIfThereIsOne() throws Exception {
    Map<String, String> environment = Map.of("JAVA_HOME", jdk("home", "25").toString());
    assertThat(run(environment).lines()).noneMatch(line -> line.startsWith("-XX:AOTCache"));

    Path cache = Files.createFile(directory.toRealPath().resolve("millrace/millrace.aot"));
    assertThat(run(environment).lines()).contains("-XX:AOTCache=" + cache);
  }

  @ParameterizedTest
  @CsvSource({
    "--memory=1GiB, 796, 298, 96",
    "--memory 1073741824, 796, 298, 96",
    "--memory=256MiB, 148, 55, 24",
    "--memory=256m, 139, 52, 22",
    "--memory=1.5GiB, 1228, 460, 144",
    "--memory 0.25g, 134, 50, 22",
    "--memory=.5GiB, 40, 15, 12",
    "--memory=rubbish, 40, 15, 12",
    "--other, 40, 15, 12",
    "--memory=1MiB, 40, 15, 9"
  })
  void theBudgetDecidesTheHeap(String arguments, int heap, int young, int direct) throws Exception {
    Path jdk = jdk("home", "25");
    List<String> lines =
        run(launcher, Map.of("JAVA_HOME", jdk.toString()), arguments.split(" ", -1)).lines();
    assertThat(lines)
        .contains(
            "-Xmx" + heap + "m", "-Xmn" + young + "m", "-XX:MaxDirectMemorySize=" + direct + "m");
  }

  /** Makes the script look where no machine has a JDK. */
  private void forgetTheMachinesOwn() throws IOException {
    String script = Files.readString(SCRIPTS.resolve("find-java.sh"));
    Files.writeString(
        launcher.resolveSibling("find-java.sh"),
        script.replaceAll(" /(usr|opt|Library)/", " /none/$1/"));
  }

  private Path jdk(String name, String version) throws IOException {
    Path home = java(name, version);
    executable(Files.copy(home.resolve("bin/java"), home.resolve("bin/javac")));
    return home;
  }

  /** One that can run but not compile. */
  private Path java(String name, String version) throws IOException {
    Path home = directory.resolve(name);
    Path bin = Files.createDirectories(home.resolve("bin"));
    Files.writeString(home.resolve("release"), "JAVA_VERSION=\"" + version + "\"\n");
    String script = "#!/bin/sh\necho java " + home.getFileName() + "\nprintf '%s\\n' \"$@\"\n";
    executable(Files.writeString(bin.resolve("java"), script));
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
