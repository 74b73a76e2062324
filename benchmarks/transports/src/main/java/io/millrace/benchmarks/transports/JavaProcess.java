package io.millrace.benchmarks.transports;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the system and the JVM say of a process beside its CPU time and memory. */
final class JavaProcess {
  private static final Pattern CLASSES = Pattern.compile("loaders, ([0-9]+) classes");

  /** Position in /proc/PID/stat behind the name. */
  private static final int MINOR_FAULTS = 7;

  private JavaProcess() {}

  /** How often its threads, those that are still there, gave up a core or lost it. */
  static long switches(long pid) throws IOException {
    long switches = 0;
    try (DirectoryStream<Path> threads =
        Files.newDirectoryStream(Path.of("/proc/" + pid + "/task"))) {
      for (Path thread : threads) {
        switches += switches(thread.resolve("status"));
      }
    }
    return switches;
  }

  /** How often it touched memory that the system had to give it first, without reading a disk. */
  static long faults(long pid) throws IOException {
    String stat = Files.readString(Path.of("/proc/" + pid + "/stat"), StandardCharsets.ISO_8859_1);
    // The name before may hold anything, blanks and brackets too.
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
    return Long.parseLong(fields[MINOR_FAULTS]);
  }

  /** How many classes it has loaded. Takes memory of the process. */
  static int classes(long pid) throws IOException, InterruptedException {
    Process jcmd =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                Long.toString(pid),
                "VM.metaspace")
            .redirectErrorStream(true)
            .start();
    String said = new String(jcmd.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    jcmd.waitFor();
    Matcher matcher = CLASSES.matcher(said);
    if (!matcher.find()) {
      throw new IOException("jcmd does not say how many classes are loaded: " + said);
    }
    return Integer.parseInt(matcher.group(1));
  }

  private static long switches(Path status) throws IOException {
    try {
      long switches = 0;
      for (String line : Files.readAllLines(status)) {
        if (line.contains("voluntary_ctxt_switches:")) {
          switches += Long.parseLong(line.substring(line.indexOf(':') + 1).strip());
        }
      }
      return switches;
    } catch (NoSuchFileException e) {
      return 0; // a thread that has just ended
    }
  }
}
