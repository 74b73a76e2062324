package io.millrace.testkit.server;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How a server is started. Immutable.
 *
 * @param directory where its configuration, data and log stand; made when absent, and data found
 *     there is used again
 * @param javaHome the JDK it runs on
 * @param heapMebibytes size of the heap; 0 for what the server's class says
 * @param jvmOptions further options of its JVM
 * @param settings settings in the server's own notation, over those the testkit writes
 */
public record ServerOptions(
    Path directory,
    Path javaHome,
    int heapMebibytes,
    List<String> jvmOptions,
    Map<String, String> settings) {

  /** What every server's JVM has: little memory and little work at the start. */
  static final List<String> FAST_START =
      List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Duser.timezone=UTC");

  public ServerOptions {
    directory = directory.toAbsolutePath().normalize();
    jvmOptions = List.copyOf(jvmOptions);
    settings = Map.copyOf(settings);
  }

  /** The defaults: this JVM's JDK, the server's heap, no further settings. */
  public static ServerOptions in(Path directory) {
    return new ServerOptions(
        directory, Path.of(System.getProperty("java.home", "")), 0, List.of(), Map.of());
  }

  public ServerOptions withJavaHome(Path other) {
    return new ServerOptions(directory, other, heapMebibytes, jvmOptions, settings);
  }

  public ServerOptions withHeapMebibytes(int other) {
    return new ServerOptions(directory, javaHome, other, jvmOptions, settings);
  }

  public ServerOptions withJvmOption(String option) {
    List<String> more = new ArrayList<>(jvmOptions);
    more.add(option);
    return new ServerOptions(directory, javaHome, heapMebibytes, more, settings);
  }

  public ServerOptions withSetting(String key, String value) {
    Map<String, String> more = new LinkedHashMap<>(settings);
    more.put(key, value);
    return new ServerOptions(directory, javaHome, heapMebibytes, jvmOptions, more);
  }

  /**
   * The command that starts a class on this JDK: options of every server, then the given ones. Only
   * the first compiler is on, which halves the work of a start; {@code -XX:TieredStopAtLevel=4} in
   * {@code jvmOptions} turns the second on for long runs.
   */
  List<String> java(int defaultHeapMebibytes, List<String> options) {
    int heap = heapMebibytes == 0 ? defaultHeapMebibytes : heapMebibytes;
    List<String> command = new ArrayList<>();
    command.add(javaHome.resolve("bin/java").toString());
    command.add("-Xmx" + heap + "m");
    command.addAll(FAST_START);
    command.addAll(Jdk.at(javaHome).quietOptions());
    command.addAll(jvmOptions);
    command.addAll(options);
    return command;
  }
}
