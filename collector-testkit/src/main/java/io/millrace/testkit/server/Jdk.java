package io.millrace.testkit.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A JDK on this machine. Immutable.
 *
 * @param feature its version, such as 25
 */
record Jdk(Path home, int feature) {
  private static final Pattern VERSION =
      Pattern.compile("^JAVA_VERSION=\"(\\d+)", Pattern.MULTILINE);

  /** Reads the version from the JDK's {@code release} file; this JVM's own where there is none. */
  static Jdk at(Path home) {
    try {
      Matcher matcher = VERSION.matcher(Files.readString(home.resolve("release")));
      if (matcher.find()) {
        return new Jdk(home, Integer.parseInt(matcher.group(1)));
      }
    } catch (IOException e) {
      return new Jdk(home, Runtime.version().feature());
    }
    return new Jdk(home, Runtime.version().feature());
  }

  /** Options that keep libraries' use of native code and {@code Unsafe} off the console. */
  List<String> quietOptions() {
    return feature < 24
        ? List.of()
        : List.of("--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow");
  }
}
