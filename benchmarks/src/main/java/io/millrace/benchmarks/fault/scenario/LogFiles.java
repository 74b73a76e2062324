package io.millrace.benchmarks.fault.scenario;

import io.millrace.benchmarks.fault.traffic.LogFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The log files of a scenario. Immutable.
 *
 * @param folder where they stand, and nothing else
 */
record LogFiles(Path folder, List<LogFile> files) {

  /**
   * Makes some.
   *
   * @param plain whether every record is one piece
   */
  static LogFiles in(Scene scene, int count, boolean plain) throws IOException {
    Path folder = Files.createDirectories(scene.folder().resolve("in"));
    List<LogFile> files = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      files.add(
          new LogFile(
              folder.resolve("f" + i + ".log"),
              scene.folder().resolve("copies"),
              "f" + i,
              scene.obligations(),
              plain));
    }
    return new LogFiles(folder, List.copyOf(files));
  }
}
