package io.millrace.benchmarks.fault.agent;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;

/**
 * A folder that the launcher takes for a Java: its {@code java} starts the agent with all the
 * launcher's options, and {@link ClockedMain} in place of its main class. Immutable.
 *
 * @param home the folder
 * @param clock the file that holds the offset
 */
public record ClockedJava(Path home, Path clock) {
  private static final String JAVA =
      """
      #!/bin/sh
      # Stands in for java: the same options, another main class, one more entry of the class path.
      former=
      for argument do
        shift
        case $former in -cp) argument=$argument:$MILLRACE_CLOCKED_CLASSES ;; esac
        former=$argument
        case $argument in io.millrace.core.cli.Main) argument=$MILLRACE_CLOCKED_MAIN ;; esac
        set -- "$@" "$argument"
      done
      exec "$MILLRACE_CLOCKED_JAVA/bin/java" "$@"
      """;

  /** Writes one. */
  public static ClockedJava in(Path directory) throws IOException {
    Path home = Files.createDirectories(directory.resolve("java"));
    Path bin = Files.createDirectories(home.resolve("bin"));
    Files.copy(Path.of(System.getProperty("java.home"), "release"), home.resolve("release"));
    Path java = bin.resolve("java");
    Files.writeString(java, JAVA);
    Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwxr-xr-x"));
    return new ClockedJava(home, directory.resolve("clock"));
  }

  /** Variables with which the launcher uses it. */
  public Map<String, String> environment() {
    return Map.of(
        "JAVA_HOME",
        home.toString(),
        "MILLRACE_CLOCKED_JAVA",
        System.getProperty("java.home"),
        "MILLRACE_CLOCKED_MAIN",
        ClockedMain.class.getName(),
        "MILLRACE_CLOCK",
        clock.toString(),
        "MILLRACE_CLOCKED_CLASSES",
        ownClasses().toString());
  }

  /** Where this class came from: a jar or a folder. */
  private static Path ownClasses() {
    return Path.of(ClockedMain.class.getProtectionDomain().getCodeSource().getLocation().getPath());
  }
}
