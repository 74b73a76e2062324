package io.millrace.testkit.server;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Commands that end by themselves within a minute. */
final class Commands {
  private static final int MAX_SECONDS = 60;

  private Commands() {}

  /** Whether a command is on the path. */
  static boolean exists(String command) {
    String path = System.getenv().getOrDefault("PATH", "/usr/bin:/bin:/usr/sbin:/sbin");
    for (String folder : path.split(File.pathSeparator, -1)) {
      if (!folder.isEmpty() && Files.isExecutable(Path.of(folder, command))) {
        return true;
      }
    }
    return false;
  }

  /**
   * Runs a command to its end.
   *
   * @param input what it reads
   * @param output file that takes what it prints
   * @throws IOException when it fails; the message holds what it printed
   */
  static void run(List<String> command, Map<String, String> environment, String input, Path output)
      throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().putAll(environment);
    builder.redirectErrorStream(true).redirectOutput(output.toFile());
    Process process = builder.start();
    try {
      try (var stdin = process.getOutputStream()) {
        stdin.write(input.getBytes(StandardCharsets.UTF_8));
      }
      if (!process.waitFor(MAX_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
        throw new IOException(String.join(" ", command) + ": failed:\n" + Files.readString(output));
      }
    } finally {
      process.destroyForcibly();
    }
  }
}
