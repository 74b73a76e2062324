package io.millrace.benchmarks.load;

import io.millrace.benchmarks.Home;
import io.millrace.benchmarks.load.subject.Subject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * The configuration of an agent in a scenario. Immutable.
 *
 * @param configurations of which later ones add to earlier ones
 * @param hash of their content, the scenario and the options
 */
record Setup(List<Path> configurations, String hash) {
  private static final int HASH_BYTES = 6;

  Setup {
    configurations = List.copyOf(configurations);
  }

  /**
   * Finds the configurations of our agent, and writes the scenario's out for another one; {@code
   * benchmarks/configs/load/NAME/SCENARIO.yaml}, where it exists, is added for the peer of that
   * name.
   *
   * @param written where configurations for others are written
   */
  static Setup of(
      Scenario scenario, Scenario.Options options, Subject subject, Home home, Path written)
      throws IOException {
    MessageDigest digest = sha256();
    digest.update(
        (scenario.name() + " " + options.recordsOfRequest() + " " + options.underWay())
            .getBytes(StandardCharsets.UTF_8));
    List<Path> files = new ArrayList<>();
    files.add(home.config("load/" + scenario.config()));
    Path ofPeer = home.config("load/" + subject.name() + "/" + scenario.name() + ".yaml");
    if (subject.ours()) {
      scenario.additions().forEach(each -> files.add(home.config("load/" + each)));
    } else {
      Path copy =
          Files.createDirectories(written).resolve(subject.name() + "-" + scenario.config());
      files.set(0, Files.write(copy, Files.readAllBytes(files.getFirst())));
      if (Files.exists(ofPeer)) {
        files.add(ofPeer);
      }
    }
    for (Path file : files) {
      digest.update(Files.readAllBytes(file));
    }
    return new Setup(files, HexFormat.of().formatHex(digest.digest(), 0, HASH_BYTES));
  }

  /** Of a scenario without an agent. */
  static Setup none() {
    return new Setup(List.of(), "");
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has it", e);
    }
  }
}
