package io.millrace.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * Where programs of this module find the built parts. Immutable.
 *
 * @param root the repository's root
 */
public record Home(Path root) {

  /** The one that the launcher names in the system property {@code millrace.home}. */
  public static Home find() {
    String root = System.getProperty("millrace.home");
    if (root == null) {
      throw new IllegalStateException(
          "millrace.home is not set (start with benchmarks/faults or benchmarks/run)");
    }
    return new Home(Path.of(root).toAbsolutePath().normalize());
  }

  /** The agent's, with its limits. */
  public Path launcher() {
    return root.resolve("distribution/target/millrace/bin/millrace");
  }

  /** A file of {@code benchmarks/configs}. */
  public Path config(String name) {
    return root.resolve("benchmarks/configs").resolve(name);
  }

  /** Where agents' logs are kept when the contract did not hold. */
  public Path logs(String scenario, long seed) {
    return root.resolve("benchmarks/target/faults").resolve(scenario + "-" + seed);
  }

  /** The flat jar of the Flink job. */
  public Path jobJar() throws IOException {
    Path target = root.resolve("flink-jobs/target");
    try (Stream<Path> files = Files.list(target)) {
      return files
          .filter(
              each -> each.getFileName().toString().matches("flink-jobs-[0-9.]+(-SNAPSHOT)?\\.jar"))
          .findFirst()
          .orElseThrow(() -> new IOException(target + ": no job jar (expected: flink-jobs-*.jar)"));
    }
  }
}
